import { Alert, SimpleGrid, Text } from '@mantine/core';
import { IconArrowsJoin, IconEdit } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type Outputs, useTRPC } from '../app/api.ts';
import { useKeys } from '../app/keys.tsx';
import { useMay } from '../app/me.tsx';
import { FileList } from '../files/file-list.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { LinkButton, LinkText } from '../ui/link.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Query } from '../ui/query.tsx';
import { words } from '../words/index.ts';
import { PatientWarnings } from './patient-warning.tsx';
import { PersonCard } from './person-card.tsx';
import { Timeline } from './timeline.tsx';
import { UndoMerge } from './undo-merge.tsx';

type Details = Outputs['patients']['get'];

const route = getRouteApi('/patients/$patientId');

/** One patient: who it is, its files, and all that happened. */
export function PatientScreen() {
  const { patientId } = route.useParams();
  const trpc = useTRPC();
  const query = useQuery(trpc.patients.get.queryOptions({ id: patientId }));
  return <Query query={query}>{(details) => <Patient key={patientId} details={details} />}</Query>;
}

function Patient({ details }: { details: Details }) {
  const { patient, ageText, surroundings } = details;
  const { kinds } = route.useSearch();
  const navigateHere = route.useNavigate();
  const may = useMay();
  const navigate = useNavigate();
  const params = { patientId: patient.id };
  const { mergedInto } = surroundings;
  const living = !patient.mergedInto;
  const mayOrder = living && may('bill.create');
  const mayChange = living && may('patient.update');
  const mayMerge = living && may('patient.merge');
  useKeys(patient.fullName, [
    {
      keys: 'F2',
      label: words.patients.newOrder,
      run: () => void navigate({ to: '/orders/new', search: params }),
      disabled: !mayOrder,
    },
    {
      keys: 'F4',
      label: words.patients.edit,
      run: () => void navigate({ to: '/patients/$patientId/edit', params }),
      disabled: !mayChange,
    },
    {
      keys: 'F8',
      label: words.patients.merge,
      run: () => void navigate({ to: '/patients/$patientId/merge', params }),
      disabled: !mayMerge,
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
          {mayMerge && (
            <LinkButton
              variant="default"
              to="/patients/$patientId/merge"
              params={params}
              leftSection={<IconArrowsJoin size={16} aria-hidden />}
              rightSection={<KeysHint keys="F8" />}
            >
              {words.patients.merge}
            </LinkButton>
          )}
          {mayChange && (
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
          {mayOrder && (
            <LinkButton to="/orders/new" search={params} rightSection={<KeysHint keys="F2" />}>
              {words.patients.newOrder}
            </LinkButton>
          )}
        </>
      }
    >
      {mergedInto && (
        <Alert color="orange" p="xs">
          {words.patients.merged}{' '}
          <LinkText to="/patients/$patientId" params={{ patientId: mergedInto.id }}>
            {mergedInto.fullName} ({mergedInto.number})
          </LinkText>
          {may('patient.merge') && <UndoMerge patient={patient} />}
        </Alert>
      )}
      <PatientWarnings patient={patient} />
      <PersonCard patient={patient} surroundings={surroundings} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm" verticalSpacing="sm" style={{ alignItems: 'start' }}>
        <Panel title={words.files.idProofs}>
          <FileList {...params} list="idProofs" files={patient.idProofs} mayChange={mayChange} takesPaste />
        </Panel>
        <Panel title={words.files.attachments}>
          <FileList {...params} list="attachments" files={patient.attachments ?? []} mayChange={mayChange} />
        </Panel>
      </SimpleGrid>
      <Timeline
        {...params}
        kinds={kinds}
        onKinds={(next) => void navigateHere({ search: { kinds: next }, replace: true })}
      />
    </Page>
  );
}
