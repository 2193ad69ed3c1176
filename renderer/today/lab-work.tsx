import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Outputs, useTRPC } from '../app/api.ts';
import { LinkText } from '../ui/link.tsx';
import { Time } from '../ui/time.tsx';
import { words } from '../words/index.ts';
import { shownRows, WorkPanel } from './work-panel.tsx';

/** Specimens to draw, or to take in. */
export function SpecimenWork({ mode }: { mode: 'collect' | 'receive' }) {
  const trpc = useTRPC();
  const state = mode === 'collect' ? 'expected' : 'collected';
  const query = useQuery(trpc.specimens.list.queryOptions({ state, limit: shownRows }));
  return (
    <WorkPanel
      title={words.today[mode]}
      query={query}
      link={
        <LinkText to="/specimens" search={{ mode }}>
          {words.today.all}
        </LinkText>
      }
      nothing={mode === 'collect' ? words.today.collectNone : words.today.receiveNone}
      rowId={({ id }) => id}
      cells={({ accession, patientName, testCodes, collectedAt, createdAt }) => (
        <>
          <Table.Td>
            <LinkText to="/specimens/$accession" params={{ accession }} className="mono">
              {accession}
            </LinkText>
          </Table.Td>
          <Table.Td>{patientName}</Table.Td>
          <Table.Td c="dimmed">{testCodes.join(', ')}</Table.Td>
          <Table.Td ta="end">
            <Time at={collectedAt ?? createdAt} />
          </Table.Td>
        </>
      )}
    />
  );
}

/** A page of the queue counts results; the panel shows the first groups of them. */
function firstGroups({ rows, nextCursor }: Outputs['results']['queue']) {
  return { rows: rows.slice(0, shownRows), nextCursor: rows.length > shownRows ? 'more' : nextCursor };
}

/** What analyzers sent and nobody has released yet. */
export function ResultWork() {
  const trpc = useTRPC();
  const query = useQuery(trpc.results.queue.queryOptions({ limit: 100 }, { select: firstGroups }));
  return (
    <WorkPanel
      title={words.today.validate}
      query={query}
      link={<LinkText to="/validation">{words.today.all}</LinkText>}
      nothing={words.today.validateNone}
      rowId={({ specimenId, deviceName }) => `${specimenId} ${deviceName}`}
      cells={({ accession, patient, deviceName, receivedAt }) => (
        <>
          <Table.Td className="mono">{accession}</Table.Td>
          <Table.Td>{patient?.fullName}</Table.Td>
          <Table.Td c="dimmed">{deviceName}</Table.Td>
          <Table.Td ta="end">
            <Time at={receivedAt} />
          </Table.Td>
        </>
      )}
    />
  );
}

/** Reports that wait for a check, or for a signature. */
export function ReportWork({ step }: { step: 'verify' | 'sign' }) {
  const trpc = useTRPC();
  const state = step === 'verify' ? 'resulted' : 'verified';
  const query = useQuery(trpc.reports.worklist.queryOptions({ state, limit: shownRows }));
  return (
    <WorkPanel
      title={words.today[step]}
      query={query}
      link={
        <LinkText to="/reports" search={{ state }}>
          {words.today.all}
        </LinkText>
      }
      nothing={step === 'verify' ? words.today.verifyNone : words.today.signNone}
      rowId={({ id }) => id}
      cells={({ id, testCode, patientName, accession, orderedAt }) => (
        <>
          <Table.Td>
            <LinkText to="/reports/$reportId" params={{ reportId: id }}>
              {testCode}
            </LinkText>
          </Table.Td>
          <Table.Td>{patientName}</Table.Td>
          <Table.Td c="dimmed" className="mono">
            {accession}
          </Table.Td>
          <Table.Td ta="end">
            <Time at={orderedAt} />
          </Table.Td>
        </>
      )}
    />
  );
}
