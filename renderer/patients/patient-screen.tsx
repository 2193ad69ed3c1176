import { Alert, Badge, Paper, SimpleGrid, Table, Text } from '@mantine/core';
import { IconEdit } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { formatPhone } from '../../shared/patients/contact.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat, useMay } from '../app/me.tsx';
import { countryName } from '../app/regions.ts';
import { BillStatus } from '../billing/bill-status.tsx';
import { Facts } from '../ui/facts.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { LinkButton, LinkText } from '../ui/link.tsx';
import { Money } from '../ui/money.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Query } from '../ui/query.tsx';
import { Time } from '../ui/time.tsx';
import { words } from '../words/index.ts';
import { ReportStateBadge } from './report-state.tsx';

type Details = Outputs['patients']['get'];
type Timeline = Outputs['patients']['timeline'];

const route = getRouteApi('/patients/$patientId');
const channels = ['sms', 'whatsapp', 'email'] as const;

/** One patient: who it is, what was ordered, what came of it, who did what. */
export function PatientScreen() {
  const { patientId } = route.useParams();
  const trpc = useTRPC();
  const query = useQuery(trpc.patients.get.queryOptions({ id: patientId }));
  return <Query query={query}>{(details) => <Patient details={details} />}</Query>;
}

function Patient({ details: { patient, ageText } }: { details: Details }) {
  const trpc = useTRPC();
  const may = useMay();
  const navigate = useNavigate();
  const params = { patientId: patient.id };
  const timeline = useQuery(trpc.patients.timeline.queryOptions({ id: patient.id }));
  useKeys(patient.fullName, [
    {
      keys: 'F2',
      label: words.patients.newOrder,
      run: () => void navigate({ to: '/orders/new', search: params }),
      disabled: !may('bill.create'),
    },
    {
      keys: 'F4',
      label: words.patients.edit,
      run: () => void navigate({ to: '/patients/$patientId/edit', params }),
      disabled: !may('patient.update'),
    },
  ]);
  return (
    <Page
      title={patient.fullName}
      body="scroll"
      about={
        <Text size="sm" c="dimmed">
          {[patient.number, words.patients.sexes[patient.sex], ageText].filter(Boolean).join(' · ')}
        </Text>
      }
      actions={
        <>
          {may('patient.update') && (
            <LinkButton
              variant="default"
              to="/patients/$patientId/edit"
              params={params}
              leftSection={<IconEdit size={16} aria-hidden />}
              rightSection={<KeysHint keys="F4" />}
            >
              {words.patients.edit}
            </LinkButton>
          )}
          {may('bill.create') && (
            <LinkButton to="/orders/new" search={params} rightSection={<KeysHint keys="F2" />}>
              {words.patients.newOrder}
            </LinkButton>
          )}
        </>
      }
    >
      {patient.mergedInto && (
        <Alert color="orange" p="xs">
          {words.patients.merged}{' '}
          <LinkText to="/patients/$patientId" params={{ patientId: patient.mergedInto }}>
            {words.patients.openPatient}
          </LinkText>
        </Alert>
      )}
      <PersonCard patient={patient} />
      <Query query={timeline}>{(data) => <TimelinePanels timeline={data} />}</Query>
    </Page>
  );
}

function PersonCard({ patient }: { patient: Details['patient'] }) {
  const format = useFormat();
  const { birth } = patient;
  const agreed = channels
    .filter((channel) => patient.consent[channel])
    .map((channel) => words.patients.consents[channel]);
  const precision = birth && birth.precision !== 'exact' ? ` (${words.patients.precision[birth.precision]})` : '';
  return (
    <Paper withBorder p="sm" component="section" aria-label={words.patients.person}>
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }} spacing="lg" verticalSpacing="xs">
        <Facts
          facts={[
            [words.patients.bornOn, birth && `${format.day(birth.date)}${precision}`],
            [words.patients.phone, [patient.phone, ...patient.otherPhones].filter(isThere).map(formatPhone).join(', ')],
            [words.patients.email, patient.email],
          ]}
        />
        <Facts
          facts={[
            [words.patients.consented, agreed.join(', ') || words.patients.noConsent],
            [words.patients.address, patient.address],
          ]}
        />
        <Facts
          facts={[
            ...patient.nationalIds.map(
              ({ type, value, country }) =>
                [words.patients.idTypes[type] ?? type, `${value} (${countryName(country)})`] as const,
            ),
            [words.patients.registered, <Time key="at" at={patient.createdAt} />],
            [words.patients.note, patient.note],
          ]}
        />
      </SimpleGrid>
    </Paper>
  );
}

function isThere(text: string | undefined): text is string {
  return text !== undefined;
}

function TimelinePanels({ timeline: { bills, reports, activity } }: { timeline: Timeline }) {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm" verticalSpacing="sm" style={{ alignItems: 'start' }}>
      <Panel title={words.patients.bills} about={<Count of={bills} />} flush>
        {bills.length === 0 ? <Nothing>{words.patients.noBills}</Nothing> : <Bills bills={bills} />}
      </Panel>
      <Panel title={words.patients.reports} about={<Count of={reports} />} flush>
        {reports.length === 0 ? <Nothing>{words.patients.noReports}</Nothing> : <Reports reports={reports} />}
      </Panel>
      <Panel title={words.patients.activity} flush>
        {activity.length === 0 ? <Nothing>{words.patients.noActivity}</Nothing> : <Activity activity={activity} />}
      </Panel>
    </SimpleGrid>
  );
}

function Bills({ bills }: { bills: Timeline['bills'] }) {
  return (
    <Table highlightOnHover>
      <Table.Tbody>
        {bills.map(({ id, number, registeredAt, tests, totals, currency, status }) => (
          <Table.Tr key={id}>
            <Table.Td>
              <LinkText to="/bills/$billId" params={{ billId: id }}>
                {number}
              </LinkText>
            </Table.Td>
            <Table.Td>
              <Time at={registeredAt} />
            </Table.Td>
            <Table.Td>{tests.join(', ')}</Table.Td>
            <Table.Td ta="end">
              <Money amount={totals.net} currency={currency} />
            </Table.Td>
            <Table.Td ta="end">
              <BillStatus bill={{ status, totals }} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Reports({ reports }: { reports: Timeline['reports'] }) {
  return (
    <Table highlightOnHover>
      <Table.Tbody>
        {reports.map(({ id, testName, accession, state, orderedAt, version }) => (
          <Table.Tr key={id}>
            <Table.Td>
              <LinkText to="/reports/$reportId" params={{ reportId: id }}>
                {testName}
              </LinkText>
            </Table.Td>
            <Table.Td>
              {accession && (
                <LinkText to="/specimens/$accession" params={{ accession }} className="mono">
                  {accession}
                </LinkText>
              )}
            </Table.Td>
            <Table.Td>
              <Time at={orderedAt} />
            </Table.Td>
            <Table.Td ta="end">
              <ReportStateBadge state={state} />
              {version > 1 ? ` ${words.patients.version(version)}` : ''}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Activity({ activity }: { activity: Timeline['activity'] }) {
  return (
    <Table>
      <Table.Tbody>
        {activity.map(({ id, at, actorName, text }) => (
          <Table.Tr key={id}>
            <Table.Td c="dimmed" style={{ whiteSpace: 'nowrap' }}>
              <Time at={at} />
            </Table.Td>
            <Table.Td>{text}</Table.Td>
            <Table.Td c="dimmed" ta="end">
              {actorName}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Count({ of }: { of: readonly unknown[] }) {
  return of.length > 0 ? <Badge color="gray">{of.length}</Badge> : null;
}

function Nothing({ children }: { children: string }) {
  return (
    <Text size="sm" c="dimmed" p="sm">
      {children}
    </Text>
  );
}
