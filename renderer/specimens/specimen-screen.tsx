import { Alert, Button, Group, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { IconBarcode, IconClockExclamation } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { displayAccession } from '../../shared/specimens/accession.ts';
import { positionText } from '../../shared/specimens/cells.ts';
import { specimenTransition } from '../../shared/specimens/schema.ts';
import { stabilityMark } from '../../shared/specimens/stability.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import { useKeys } from '../app/keys.tsx';
import { useMay } from '../app/me.tsx';
import { PatientWarnings } from '../patients/patient-warning.tsx';
import { ReportStateBadge } from '../patients/report-state.tsx';
import { ConfirmWithReason } from '../ui/confirm-with-reason.tsx';
import { Facts } from '../ui/facts.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { LinkText } from '../ui/link.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { PdfPreview } from '../ui/pdf-preview.tsx';
import { Query } from '../ui/query.tsx';
import { saveFile } from '../ui/save-file.ts';
import { Time } from '../ui/time.tsx';
import { words } from '../words/index.ts';
import { AliquotDialog } from './aliquot-dialog.tsx';
import { SpecimenState } from './specimen-state.tsx';
import { keepsText, Stability } from './stability.tsx';
import { Tube } from './tube.tsx';

type Scanned = Outputs['specimens']['scan'];

const route = getRouteApi('/specimens/$accession');

/** Where a scan leads: the specimen, its patient, its tests, its way so far. */
export function SpecimenScreen() {
  const { accession } = route.useParams();
  const trpc = useTRPC();
  const query = useQuery(trpc.specimens.scan.queryOptions({ code: accession }));
  return <Query query={query}>{(found) => <SpecimenPage found={found} />}</Query>;
}

function SpecimenPage({ found: { specimen, ends, people, patient, reports, parent, aliquots } }: { found: Scanned }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const may = useMay();
  const [dialog, setDialog] = useState<'labels' | 'reject' | 'aliquot' | 'discard'>();
  const [labelIds, setLabelIds] = useState<string[]>();
  const close = () => {
    setDialog(undefined);
    setLabelIds(undefined);
  };
  const { specimens } = words;
  const { state, accession, stability = [] } = specimen;
  const ids = [specimen.id];
  const labels = useQuery(
    trpc.specimens.labels.queryOptions({ ids: labelIds ?? ids }, { enabled: dialog === 'labels' }),
  );
  const collect = useMutation(trpc.specimens.collect.mutationOptions());
  const receive = useMutation(trpc.specimens.receive.mutationOptions());
  const reject = useMutation(
    trpc.specimens.reject.mutationOptions({
      onSuccess: (again) => {
        close();
        notifyDone(specimens.rejected(again.accession));
        void navigate({ to: '/specimens/$accession', params: { accession: again.accession }, replace: true });
      },
    }),
  );
  const takeOut = useMutation(trpc.specimens.takeOut.mutationOptions());
  const takeBack = useMutation(trpc.specimens.takeBack.mutationOptions());
  const discard = useMutation(trpc.specimens.discard.mutationOptions({ onSuccess: close }));
  const zpl = useMutation({
    mutationFn: () => queryClient.fetchQuery(trpc.specimens.labelsZpl.queryOptions({ ids })),
    onSuccess: ({ fileName, zpl: text }) => saveFile(fileName, new Blob([text], { type: 'text/plain' })),
  });
  const canDiscard =
    specimenTransition(state, 'discarded') !== undefined &&
    may(state === 'sentOut' ? 'specimen.send' : 'specimen.reject');
  const canCollect = specimenTransition(state, 'collected') !== undefined && may('specimen.collect');
  const canReceive = (state === 'expected' || state === 'collected') && may('specimen.receive');
  const canReject = specimenTransition(state, 'rejected') !== undefined && may('specimen.reject');
  useKeys(specimens.specimenTitle(accession), [
    { keys: 'F2', label: specimens.collect, run: () => collect.mutate({ ids }), disabled: !canCollect },
    { keys: 'F4', label: specimens.receive, run: () => receive.mutate({ ids }), disabled: !canReceive },
    { keys: 'F7', label: specimens.labels, run: () => setDialog('labels') },
  ]);
  const rejectedBefore = specimen.custody.findLast((step) => step.state === 'rejected');

  return (
    <Page
      title={displayAccession(accession)}
      body="scroll"
      about={<SpecimenState state={state} />}
      actions={
        <>
          {canReject && (
            <Button variant="subtle" color="red" onClick={() => setDialog('reject')}>
              {specimens.reject}
            </Button>
          )}
          {canDiscard && (
            <Button variant="subtle" color="red" onClick={() => setDialog('discard')}>
              {specimens.discard}
            </Button>
          )}
          <Button variant="subtle" loading={zpl.isPending} onClick={() => zpl.mutate()}>
            {specimens.zpl}
          </Button>
          {state === 'received' && may('specimen.receive') && (
            <Button variant="default" onClick={() => setDialog('aliquot')}>
              {specimens.aliquot}
            </Button>
          )}
          {state === 'stored' && may('specimen.receive') && (
            <Button variant="default" loading={takeOut.isPending} onClick={() => takeOut.mutate({ ids })}>
              {specimens.takeOut}
            </Button>
          )}
          {state === 'sentOut' && may('specimen.receive') && (
            <Button variant="default" loading={takeBack.isPending} onClick={() => takeBack.mutate({ ids })}>
              {specimens.takeBack}
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<IconBarcode size={16} aria-hidden />}
            rightSection={<KeysHint keys="F7" />}
            onClick={() => setDialog('labels')}
          >
            {specimens.labels}
          </Button>
          {canReceive && (
            <Button
              variant={canCollect ? 'default' : 'filled'}
              loading={receive.isPending}
              rightSection={<KeysHint keys="F4" />}
              onClick={() => receive.mutate({ ids })}
            >
              {specimens.receive}
            </Button>
          )}
          {canCollect && (
            <Button
              loading={collect.isPending}
              rightSection={<KeysHint keys="F2" />}
              onClick={() => collect.mutate({ ids })}
            >
              {specimens.collect}
            </Button>
          )}
        </>
      }
    >
      <PatientWarnings patient={patient} />
      {rejectedBefore?.reason && (
        <Alert color="orange" p="xs">
          {specimens.rejectedBefore(rejectedBefore.reason)}
        </Alert>
      )}
      <Expired ends={ends} />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" verticalSpacing="sm" style={{ alignItems: 'start' }}>
        <Panel title={specimens.patient}>
          <Facts
            facts={[
              [
                words.patients.name,
                <LinkText key="name" to="/patients/$patientId" params={{ patientId: patient.id }}>
                  {patient.fullName}
                </LinkText>,
              ],
              [words.patients.number, patient.number],
              [words.patients.sex, words.patients.sexes[patient.sex]],
              [specimens.type, specimen.typeName],
              [specimens.container, <Tube key="tube" {...specimen} />],
              [
                specimens.stabilityTitle,
                ends.length > 0 ? (
                  <Stability key="ends" ends={ends} whole />
                ) : (
                  state === 'expected' && keepsText(stability)
                ),
              ],
              [
                specimens.position,
                [positionText(specimen), specimen.kept && words.storage.keptAt[specimen.kept]]
                  .filter(Boolean)
                  .join(', '),
              ],
              [specimens.manifest, specimen.manifest && `${specimen.manifest} · ${specimen.outsourceLabName ?? ''}`],
              [specimens.aliquotOf, parent && <TubeLink key="parent" accession={parent.accession} />],
              [
                specimens.aliquots,
                aliquots.length > 0 && (
                  <Stack key="aliquots" gap={2}>
                    {aliquots.map((one) => (
                      <Group key={one.id} gap="xs" wrap="nowrap">
                        <TubeLink accession={one.accession} />
                        <Text size="sm" c="dimmed" className="ellipsis">
                          {one.testCodes.join(', ')}
                        </Text>
                        <SpecimenState state={one.state} />
                      </Group>
                    ))}
                  </Stack>
                ),
              ],
              [
                specimens.bill,
                may('bill.read') && (
                  <LinkText key="bill" to="/bills/$billId" params={{ billId: specimen.billId }}>
                    {specimens.open}
                  </LinkText>
                ),
              ],
            ]}
          />
        </Panel>
        <Panel title={specimens.custody} flush>
          <Custody custody={specimen.custody} people={people} />
        </Panel>
        <Panel title={specimens.reports} flush>
          <Table>
            <Table.Tbody>
              {reports.map(({ id, testCode, testName, state: reportState }) => (
                <Table.Tr key={id}>
                  <Table.Td className="mono" w={90}>
                    {testCode}
                  </Table.Td>
                  <Table.Td>
                    <LinkText to="/reports/$reportId" params={{ reportId: id }}>
                      {testName}
                    </LinkText>
                  </Table.Td>
                  <Table.Td ta="end">
                    <ReportStateBadge state={reportState} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Panel>
      </SimpleGrid>
      <AliquotDialog
        specimen={specimen}
        opened={dialog === 'aliquot'}
        onClose={close}
        onDone={(made) => {
          setLabelIds(made);
          setDialog('labels');
        }}
      />
      <ConfirmWithReason
        opened={dialog === 'discard'}
        onClose={close}
        title={specimens.discardTitle(1)}
        usual={specimens.discardReasons}
        confirm={specimens.discard}
        busy={discard.isPending}
        onConfirm={(reason) => discard.mutate({ ids, reason })}
      >
        {specimens.discardText}
      </ConfirmWithReason>
      <PdfPreview opened={dialog === 'labels'} onClose={close} title={specimens.labels} query={labels} />
      <ConfirmWithReason
        opened={dialog === 'reject'}
        onClose={close}
        title={specimens.rejectTitle(accession)}
        usual={specimens.rejectReasons}
        confirm={specimens.reject}
        busy={reject.isPending}
        onConfirm={(reason) => reject.mutate({ id: specimen.id, rev: specimen._rev, reason })}
      >
        {specimens.rejectText}
      </ConfirmWithReason>
    </Page>
  );
}

/** That tests still to be made cannot be made from this tube any more, and what to do. */
function Expired({ ends }: { ends: Scanned['ends'] }) {
  const mark = stabilityMark(ends, Date.now());
  if (mark?.state !== 'unstable') return null;
  const { expired, expiredSome, expiredText } = words.specimens.stability;
  const tests = mark.testCodes.join(', ');
  return (
    <Alert
      color="red"
      p="xs"
      role="alert"
      icon={<IconClockExclamation size={18} aria-hidden />}
      title={tests ? expiredSome(tests) : expired}
    >
      {expiredText}
    </Alert>
  );
}

function TubeLink({ accession }: { accession: string }) {
  return (
    <LinkText to="/specimens/$accession" params={{ accession }} className="mono">
      {accession}
    </LinkText>
  );
}

function Custody({ custody, people }: { custody: Scanned['specimen']['custody']; people: Scanned['people'] }) {
  return (
    <Table>
      <Table.Tbody>
        {custody.map(({ state, at, by, reason, accession, kept }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the chain only grows at its end
          <Table.Tr key={index}>
            <Table.Td c="dimmed" w="1%" style={{ whiteSpace: 'nowrap' }}>
              <Time at={at} />
            </Table.Td>
            <Table.Td>
              <SpecimenState state={state} />
            </Table.Td>
            <Table.Td>{people[by]}</Table.Td>
            <Table.Td c="dimmed">
              {[[accession, reason].filter(Boolean).join(': '), kept && words.storage.keptAt[kept]]
                .filter(Boolean)
                .join(', ')}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
