import { Button, Checkbox, Group, ScrollArea, Stack, Table, Text } from '@mantine/core';
import { IconCheck, IconChecks, IconFileSearch } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Outputs, useTRPC } from '../app/api.ts';
import { useKeys } from '../app/keys.tsx';
import { useMay } from '../app/me.tsx';
import { ConfirmWithReason } from '../ui/confirm-with-reason.tsx';
import { Empty } from '../ui/empty.tsx';
import { Flag } from '../ui/flag.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { LinkText } from '../ui/link.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Query } from '../ui/query.tsx';
import { Ago } from '../ui/time.tsx';
import { words } from '../words/index.ts';
import { TraceDialog } from './trace-dialog.tsx';

type QueueGroup = Outputs['results']['queue']['rows'][number];
type Result = QueueGroup['results'][number];

/** Results of analyzers that wait for a person's yes, by specimen; the oldest first. */
export function ValidationScreen() {
  const trpc = useTRPC();
  const query = useQuery(trpc.results.queue.queryOptions({ limit: 200 }));
  return <Query query={query}>{({ rows }) => <Queue groups={rows} />}</Query>;
}

function Queue({ groups }: { groups: readonly QueueGroup[] }) {
  const trpc = useTRPC();
  const may = useMay();
  const { results: w } = words;
  const [current, setCurrent] = useState<string>();
  const [unticked, setUnticked] = useState<ReadonlySet<string>>(new Set());
  const [rejecting, setRejecting] = useState(false);
  const [traced, setTraced] = useState<string>();
  const index = Math.max(
    0,
    groups.findIndex((group) => keyOf(group) === current),
  );
  const group = groups[index];
  const chosen = (one: QueueGroup) => one.results.filter(({ id }) => !unticked.has(id)).map(({ id }) => id);
  const release = useMutation(
    trpc.results.release.mutationOptions({
      onSuccess: ({ released, held }) => {
        notifyDone(held > 0 ? `${w.released(released)}. ${w.heldSigned(held)}` : w.released(released));
      },
    }),
  );
  const reject = useMutation(trpc.results.reject.mutationOptions({ onSuccess: () => setRejecting(false) }));
  const mayRelease = may('result.release') && group !== undefined && !release.isPending;
  const releaseGroup = (one: QueueGroup) => {
    const ids = chosen(one);
    const next = groups[index + 1] ?? groups[index - 1];
    if (ids.length > 0) release.mutate({ ids }, { onSuccess: () => setCurrent(next && keyOf(next)) });
  };
  const go = (step: number) => {
    const next = groups[Math.min(groups.length - 1, Math.max(0, index + step))];
    if (next) setCurrent(keyOf(next));
  };
  useKeys(w.queue, [
    { keys: 'mod+Enter', label: w.release, run: () => group && releaseGroup(group), disabled: !mayRelease },
    {
      keys: 'F8',
      label: w.releaseAll,
      run: () => release.mutate({ ids: groups.flatMap(chosen).slice(0, 500) }),
      disabled: !mayRelease,
    },
    { keys: 'j', label: w.nextGroup, run: () => go(1) },
    { keys: 'k', label: w.previousGroup, run: () => go(-1) },
  ]);
  if (!group) {
    return (
      <Page title={w.queue}>
        <Empty icon={IconChecks} title={w.queueEmpty}>
          {w.queueEmptyText}
        </Empty>
      </Page>
    );
  }
  return (
    <Page
      title={w.queue}
      about={
        <Text size="sm" c="dimmed">
          {groups.length}
        </Text>
      }
      actions={
        may('result.release') && (
          <>
            <Button variant="subtle" color="red" onClick={() => setRejecting(true)}>
              {w.reject}
            </Button>
            <Button
              variant="default"
              loading={release.isPending}
              rightSection={<KeysHint keys="F8" />}
              onClick={() => release.mutate({ ids: groups.flatMap(chosen).slice(0, 500) })}
            >
              {w.releaseAll}
            </Button>
            <Button
              loading={release.isPending}
              leftSection={<IconCheck size={16} aria-hidden />}
              rightSection={<KeysHint keys="mod+Enter" />}
              onClick={() => releaseGroup(group)}
            >
              {w.release}
            </Button>
          </>
        )
      }
    >
      <Group align="stretch" wrap="nowrap" gap="sm" style={{ flex: 1, minHeight: 0 }}>
        <ScrollArea w={236} type="auto">
          <Stack gap={4}>
            {groups.map((one) => (
              <Button
                key={keyOf(one)}
                variant={one === group ? 'light' : 'subtle'}
                color={one === group ? undefined : 'gray'}
                justify="space-between"
                h="auto"
                py={6}
                aria-current={one === group}
                onClick={() => setCurrent(keyOf(one))}
                rightSection={<Text size="xs">{one.results.length}</Text>}
              >
                <Stack gap={0} align="flex-start">
                  <Text size="sm">{one.patient?.fullName ?? one.accession}</Text>
                  <Text size="xs" c="dimmed">
                    {one.accession} · {one.deviceName}
                  </Text>
                </Stack>
              </Button>
            ))}
          </Stack>
        </ScrollArea>
        <ScrollArea type="auto" style={{ flex: 1 }}>
          <Panel
            flush
            title={group.patient?.fullName ?? group.accession}
            about={
              <Text size="sm" c="dimmed">
                {group.patient?.ageText} ·{' '}
                <LinkText to="/specimens/$accession" params={{ accession: group.accession }}>
                  {group.accession}
                </LinkText>
                {' · '}
                {group.deviceName} · <Ago at={group.receivedAt} />
              </Text>
            }
          >
            <Table withRowBorders verticalSpacing={4} highlightOnHover stickyHeader>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={32} />
                  <Table.Th>{w.parameter}</Table.Th>
                  <Table.Th ta="end">{w.value}</Table.Th>
                  <Table.Th>{w.unit}</Table.Th>
                  <Table.Th>{w.flag}</Table.Th>
                  <Table.Th>{w.range}</Table.Th>
                  <Table.Th ta="end">{w.previous}</Table.Th>
                  <Table.Th ta="end">{w.original}</Table.Th>
                  <Table.Th>{w.analyzerFlags}</Table.Th>
                  <Table.Th w={36} />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {group.results.map((result) => (
                  <ResultRow
                    key={result.id}
                    result={result}
                    ticked={!unticked.has(result.id)}
                    onTick={(ticked) => {
                      const next = new Set(unticked);
                      if (ticked) next.delete(result.id);
                      else next.add(result.id);
                      setUnticked(next);
                    }}
                    onTrace={() => setTraced(result.id)}
                  />
                ))}
              </Table.Tbody>
            </Table>
          </Panel>
        </ScrollArea>
      </Group>
      <TraceDialog deviceResultId={traced} onClose={() => setTraced(undefined)} />
      <ConfirmWithReason
        opened={rejecting}
        onClose={() => setRejecting(false)}
        title={w.rejectTitle}
        usual={w.rejectReasons}
        confirm={w.reject}
        busy={reject.isPending}
        onConfirm={(reason) => reject.mutate({ ids: chosen(group), reason })}
      >
        {w.rejectText}
      </ConfirmWithReason>
    </Page>
  );
}

const noWrap = { whiteSpace: 'nowrap' } as const;

function ResultRow({
  result,
  ticked,
  onTick,
  onTrace,
}: {
  result: Result;
  ticked: boolean;
  onTick: (ticked: boolean) => void;
  onTrace: () => void;
}) {
  return (
    <Table.Tr>
      <Table.Td>
        <Checkbox
          checked={ticked}
          aria-label={result.parameterName}
          onChange={(event) => onTick(event.currentTarget.checked)}
        />
      </Table.Td>
      <Table.Td>{result.parameterName}</Table.Td>
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
      <Table.Td ta="end" c="dimmed" style={noWrap}>
        {result.originalValue} {result.originalUnit}
      </Table.Td>
      <Table.Td c="dimmed">{result.analyzerFlags.join(' ')}</Table.Td>
      <Table.Td>
        <IconButton label={words.results.trace} icon={IconFileSearch} onClick={onTrace} />
      </Table.Td>
    </Table.Tr>
  );
}

function keyOf(group: QueueGroup): string {
  return `${group.specimenId}/${group.deviceName}`;
}
