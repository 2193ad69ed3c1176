import { Alert, Button, Group, Menu, Stack, Text } from '@mantine/core';
import { IconChevronDown, IconFileExport, IconShieldDollar } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { ClaimStep } from '../../../shared/billing/schema.ts';
import { type Outputs, useTRPC, useTRPCClient } from '../../app/api.ts';
import { reportUnexpected } from '../../app/errors.ts';
import type { Format } from '../../app/format.ts';
import { useKeys } from '../../app/keys.tsx';
import { useFormat, useMay } from '../../app/me.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { KeysHint } from '../../ui/keys-hint.tsx';
import { LinkText } from '../../ui/link.tsx';
import { Money } from '../../ui/money.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Query } from '../../ui/query.tsx';
import { Time } from '../../ui/time.tsx';
import { words } from '../../words/index.ts';
import { saveClaimCsv, saveClaimFhir } from './claim-files.ts';
import { ClaimStatus } from './claim-status.tsx';
import { ClaimReason, SettleClaim } from './claim-steps.tsx';

type Details = Outputs['claims']['get'];
type Row = Details['bills'][number];

const route = getRouteApi('/claims/$claimId');

/** One claim: its bills with what came for each, its history, what can be done next. */
export function ClaimScreen() {
  const { claimId } = route.useParams();
  const trpc = useTRPC();
  const query = useQuery(trpc.claims.get.queryOptions({ id: claimId }));
  return <Query query={query}>{(details) => <ClaimPage details={details} />}</Query>;
}

/** Steps with a key of their own: the usual way of a claim. */
const stepKeys: Partial<Record<ClaimStep, string>> = { submit: 'F2', settle: 'F8', resubmit: 'F4' };

function ClaimPage({ details }: { details: Details }) {
  const { claim, insurerName, groupName, next, moved, daysLeft } = details;
  const trpc = useTRPC();
  const client = useTRPCClient();
  const may = useMay();
  const format = useFormat();
  const [step, setStep] = useState<ClaimStep>();
  const submit = useMutation(trpc.claims.submit.mutationOptions());
  const release = useMutation(trpc.claims.release.mutationOptions());
  const { id, _rev: rev, currency, totals } = claim;
  const columns = useMemo(() => columnsFor(format, currency), [format, currency]);
  const take = (one: ClaimStep) => (one === 'submit' ? submit.mutate({ claims: [{ id, rev }] }) : setStep(one));
  const steps = next.filter((one) => may(one === 'writeOff' ? 'claim.writeOff' : 'claim.manage'));
  const answers = claim.status === 'queried' || claim.status === 'rejected';
  const usual = steps.find((one) => (answers ? one === 'resubmit' : stepKeys[one] !== undefined));
  const fileName = `claim-${claim.number}`;
  const saveFhir = () => void saveClaimFhir(client, [claim], fileName).catch(reportUnexpected);
  const saveCsv = () => void saveClaimCsv(client, [id], fileName).catch(reportUnexpected);
  const { claims } = words;
  useKeys(claim.number, [
    ...steps.flatMap((one) => {
      const keys = stepKeys[one];
      return keys ? [{ keys, label: claims.steps[one], run: () => take(one) }] : [];
    }),
    { keys: 'F9', label: claims.fhir, run: saveFhir },
    { keys: 'F10', label: claims.csvFile, run: saveCsv },
  ]);
  return (
    <Page
      title={claim.number}
      about={
        <div>
          <Group gap="sm">
            <ClaimStatus status={claim.status} />
            <LinkText to="/claims" search={{ tab: 'claims', text: claim.batch }}>
              {claims.batchOf(claim.batch)}
            </LinkText>
            {daysLeft !== undefined && (
              <Text size="sm" c={daysLeft <= 7 ? 'var(--tone-warn)' : 'dimmed'}>
                {claims.daysLeft}: {claims.left(daysLeft)}
              </Text>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            {[insurerName, groupName, format.day(claim.registeredOn)].join(' · ')}
          </Text>
        </div>
      }
      actions={
        <>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button
                variant="default"
                leftSection={<IconFileExport size={16} aria-hidden />}
                rightSection={<IconChevronDown size={14} aria-hidden />}
              >
                {claims.save}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item rightSection={<KeysHint keys="F9" />} onClick={saveFhir}>
                {claims.fhir}
              </Menu.Item>
              <Menu.Item rightSection={<KeysHint keys="F10" />} onClick={saveCsv}>
                {claims.csvFile}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
          {steps.map((one) => {
            const keys = stepKeys[one];
            return (
              <Button
                key={one}
                variant={one === usual ? 'filled' : 'default'}
                loading={one === 'submit' && submit.isPending}
                rightSection={keys && <KeysHint keys={keys} />}
                onClick={() => take(one)}
              >
                {claims.steps[one]}
              </Button>
            );
          })}
        </>
      }
    >
      {moved.length > 0 && (
        <Alert color="orange" p="xs" role="status">
          <Group justify="space-between">
            {claims.moved(moved.length)}
            {may('claim.manage') && (
              <Button size="xs" loading={release.isPending} onClick={() => release.mutate({ id, rev })}>
                {words.invoices.release}
              </Button>
            )}
          </Group>
        </Alert>
      )}
      {totals.open < 0 && (
        <Alert color="orange" p="xs" role="status">
          {claims.overpaid}
        </Alert>
      )}
      <DataTable
        label={`${claims.number} ${claim.number}`}
        columns={columns}
        rows={details.bills}
        rowId={(row) => row.billId}
        empty={
          <Empty icon={IconShieldDollar} title={claims.bills}>
            {claims.emptyText}
          </Empty>
        }
      />
      <Text size="sm">
        {(['claimed', 'settled', 'writtenOff', 'open'] as const)
          .map((name) => `${claims[name]} ${format.money(totals[name], currency)}`)
          .join(' · ')}
      </Text>
      <History details={details} />
      <SettleClaim opened={step === 'settle'} onClose={() => setStep(undefined)} details={details} />
      <ClaimReason step={step} onClose={() => setStep(undefined)} claim={claim} />
    </Page>
  );
}

function History({ details: { claim } }: { details: Details }) {
  const format = useFormat();
  const { claims, bills } = words;
  return (
    <Panel title={claims.history}>
      <Stack gap={2} mah={180} style={{ overflowY: 'auto' }}>
        {claim.entries.length === 0 && (
          <Text size="sm" c="dimmed">
            {claims.noHistory}
          </Text>
        )}
        {claim.entries.map((entry) => {
          const sum = (entry.bills ?? []).reduce((total, one) => total + one.amount, 0);
          const said = [
            sum === 0 ? undefined : format.money(sum, claim.currency),
            entry.method && bills.methods[entry.method],
            entry.reference,
            entry.reason,
            ...(entry.bills ?? []).map((one) => one.reason),
          ];
          return (
            <Text size="sm" key={entry.id}>
              <Time at={entry.at} />{' '}
              <Text span inherit fw={600}>
                {claims.done[entry.step]}
              </Text>{' '}
              {said.filter(Boolean).join(' · ')}{' '}
              <Text span inherit c="dimmed">
                {entry.name}
              </Text>
            </Text>
          );
        })}
      </Stack>
    </Panel>
  );
}

function columnsFor(format: Format, currency: string): Column<Row>[] {
  const { claims, bills, invoices } = words;
  const plain = (id: string, header: string, size: number, of: (row: Row) => string, grow?: number): Column<Row> => ({
    ...{ id, header, size, grow },
    cell: of,
    text: of,
  });
  const amount = (id: 'claimed' | 'settled' | 'writtenOff' | 'open'): Column<Row> => ({
    ...{ id, header: claims[id], size: 86, align: 'end' },
    cell: (row) => <Money amount={row[id]} currency={currency} plain />,
    text: (row) => format.amount(row[id], currency),
  });
  return [
    plain('bill', bills.number, 96, (row) => row.billNumber),
    plain('date', invoices.date, 100, (row) => format.day(row.servedOn)),
    plain('patient', bills.patient, 120, (row) => row.patientName, 2),
    plain('patientNumber', words.patients.number, 96, (row) => row.patientNumber),
    plain('policy', claims.policy, 100, (row) => row.policyNumber),
    plain('diagnoses', claims.diagnoses, 92, (row) => row.diagnoses.map(({ code }) => code).join(', ')),
    plain('tests', bills.tests, 70, (row) => row.lines.map((line) => line.testCode).join(', '), 1),
    amount('claimed'),
    amount('settled'),
    amount('writtenOff'),
    amount('open'),
  ];
}
