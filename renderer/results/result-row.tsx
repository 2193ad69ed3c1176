import { Badge, Checkbox, Group, Table, Text } from '@mantine/core';
import { IconFileSearch } from '@tabler/icons-react';
import type { Outputs } from '../app/api.ts';
import { Flag } from '../ui/flag.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { words } from '../words/index.ts';
import { RerunBadge, tellingFlags } from './result-marks.tsx';

export type QueueGroup = Outputs['results']['queue']['rows'][number];
export type QueueResult = QueueGroup['results'][number];

/** Which run of its parameter a result is; only where there are several. */
export interface Run {
  readonly run: number;
  readonly runs: number;
}

const noWrap = { whiteSpace: 'nowrap' } as const;

/** One result in the validation queue: value, flag, range, what was before, as sent. */
export function ResultRow({
  result,
  run,
  ticked,
  onTick,
  onTrace,
}: {
  result: QueueResult;
  run: Run | undefined;
  ticked: boolean;
  onTick: (ticked: boolean) => void;
  onTrace: () => void;
}) {
  const { results: w } = words;
  const notes = [
    result.dilution && w.dilution(result.dilution),
    ...result.comments.slice(0, 2),
    tellingFlags(result.analyzerFlags).join(' '),
  ].filter(Boolean);
  return (
    <Table.Tr>
      <Table.Td>
        <Checkbox
          checked={ticked}
          aria-label={[result.parameterName, run && w.run(run.run, run.runs)].filter(Boolean).join(', ')}
          onChange={(event) => onTick(event.currentTarget.checked)}
        />
      </Table.Td>
      <Table.Td>
        <Group gap={6} wrap="nowrap">
          {result.parameterName}
          {run && (
            <Badge size="xs" variant="light" color="gray" style={{ flex: 'none' }}>
              {w.run(run.run, run.runs)}
            </Badge>
          )}
          {result.rerun && <RerunBadge />}
          {result.reportedValue !== undefined && (
            <Text size="xs" c="dimmed">
              {w.rerun(result.reportedValue)}
            </Text>
          )}
        </Group>
      </Table.Td>
      <Table.Td ta="end" fw={result.flag ? 700 : 400} className="tabular">
        {result.value}
      </Table.Td>
      <Table.Td c="dimmed" style={noWrap}>
        {result.unit}
      </Table.Td>
      <Table.Td>
        <Flag flag={result.flag} />
      </Table.Td>
      <Table.Td c="dimmed" style={noWrap}>
        {result.rangeText}
      </Table.Td>
      <Table.Td ta="end" c="dimmed">
        {result.previousValue}
      </Table.Td>
      <Table.Td c="dimmed" />
      <Table.Td c="dimmed" />
      <Table.Td ta="end" c="dimmed" style={noWrap}>
        {result.originalValue} {result.originalUnit}
      </Table.Td>
      <Table.Td c="dimmed">{notes.join(' · ')}</Table.Td>
      <Table.Td>
        <IconButton label={w.trace} icon={IconFileSearch} onClick={onTrace} />
      </Table.Td>
    </Table.Tr>
  );
}
