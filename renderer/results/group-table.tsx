import { ScrollArea, Table, Text } from '@mantine/core';
import { useMemo, useRef } from 'react';
import { useKeys } from '../app/keys.tsx';
import { PatientWarning } from '../patients/patient-warning.tsx';
import { LinkText } from '../ui/link.tsx';
import { Panel } from '../ui/panel.tsx';
import { Ago } from '../ui/time.tsx';
import { words } from '../words/index.ts';
import { ClockNote } from './result-marks.tsx';
import { type QueueGroup, type QueueResult, ResultRow, type Run } from './result-row.tsx';
import { runsTogether } from './runs.ts';

interface GroupTableProps {
  readonly group: QueueGroup;
  readonly runs: ReadonlyMap<string, Run>;
  readonly isTicked: (id: string) => boolean;
  readonly onTick: (result: QueueResult, ticked: boolean) => void;
  readonly onTrace: (id: string) => void;
  /** While a dialog is open. */
  readonly keysOff: boolean;
}

/** The results of one specimen from one analyzer; arrows go through them, the space bar ticks. */
export function GroupTable({ group, runs, isTicked, onTick, onTrace, keysOff }: GroupTableProps) {
  const { results: w } = words;
  const body = useRef<HTMLTableSectionElement>(null);
  const results = useMemo(() => runsTogether(group.results), [group.results]);
  const boxes = () => [...(body.current?.querySelectorAll<HTMLInputElement>('input[type=checkbox]') ?? [])];
  const at = () => boxes().findIndex((box) => box.matches(':focus'));
  const go = (step: number) => {
    const all = boxes();
    const next = at() < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at() + step));
    all[next]?.focus();
    all[next]?.scrollIntoView({ block: 'nearest' });
  };
  const trace = () => {
    const result = results[Math.max(0, at())];
    if (result) onTrace(result.id);
  };
  useKeys(w.groupTitle, [
    { keys: 'ArrowDown', label: w.nextResult, run: () => go(1), disabled: keysOff },
    { keys: 'ArrowUp', label: w.previousResult, run: () => go(-1), disabled: keysOff },
    { keys: 'F6', label: w.trace, run: trace, disabled: keysOff },
  ]);
  return (
    <ScrollArea type="auto" style={{ flex: 1 }}>
      <Panel flush title={group.patient?.fullName ?? group.accession} about={<AboutGroup group={group} />}>
        <PatientWarning warning={group.patient?.warning} />
        <AboutSample group={group} />
        <Table withRowBorders verticalSpacing={2} horizontalSpacing={8} highlightOnHover stickyHeader>
          <ResultHead />
          <Table.Tbody ref={body}>
            {results.map((result) => (
              <ResultRow
                key={result.id}
                result={result}
                run={runs.get(result.id)}
                ticked={isTicked(result.id)}
                onTick={(ticked) => onTick(result, ticked)}
                onTrace={() => onTrace(result.id)}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Panel>
    </ScrollArea>
  );
}

/** What the analyzer says of the sample as a whole, alarms and remarks, and that its clock is wrong: once for all its results. */
function AboutSample({ group }: { group: QueueGroup }) {
  const said = new Set(group.results.flatMap(({ sampleComments }) => sampleComments ?? []));
  const off = group.results.find(({ clockOffMinutes }) => clockOffMinutes !== undefined)?.clockOffMinutes;
  if (said.size === 0 && off === undefined) return null;
  return (
    <Text size="sm" px="sm" py={4} c="var(--tone-warn)">
      {[...said].join(' · ')} {off !== undefined && <ClockNote minutes={off} />}
    </Text>
  );
}

function AboutGroup({ group }: { group: QueueGroup }) {
  return (
    <Text size="sm" c="dimmed">
      {group.patient?.ageText} ·{' '}
      <LinkText to="/specimens/$accession" params={{ accession: group.accession }}>
        {group.accession}
      </LinkText>
      {' · '}
      {group.deviceName} · <Ago at={group.receivedAt} />
    </Text>
  );
}

function ResultHead() {
  const { results: w } = words;
  return (
    <Table.Thead>
      <Table.Tr>
        <Table.Th w={32} />
        <Table.Th miw={170}>{w.parameter}</Table.Th>
        <Table.Th ta="end">{w.value}</Table.Th>
        <Table.Th>{w.unit}</Table.Th>
        <Table.Th>{w.flag}</Table.Th>
        <Table.Th>{w.range}</Table.Th>
        <Table.Th ta="end">{w.previous}</Table.Th>
        <Table.Th>{w.delta}</Table.Th>
        <Table.Th>{w.qc}</Table.Th>
        <Table.Th ta="end" style={{ whiteSpace: 'nowrap' }}>
          {w.original}
        </Table.Th>
        <Table.Th>{w.analyzerFlags}</Table.Th>
        <Table.Th w={36} />
      </Table.Tr>
    </Table.Thead>
  );
}
