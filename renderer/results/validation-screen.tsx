import { Button, Checkbox, Group, ScrollArea, Select, Stack, Text } from '@mantine/core';
import { IconCheck, IconChecks } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTRPC } from '../app/api.ts';
import { useKeys } from '../app/keys.tsx';
import { useMay } from '../app/me.tsx';
import { WarningSign } from '../patients/patient-warning.tsx';
import { ConfirmWithReason } from '../ui/confirm-with-reason.tsx';
import { Empty } from '../ui/empty.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { Query } from '../ui/query.tsx';
import { words } from '../words/index.ts';
import { GroupTable } from './group-table.tsx';
import type { QueueGroup, QueueResult } from './result-row.tsx';
import { isNormal, otherRuns, runsOf } from './runs.ts';
import { TraceDialog } from './trace-dialog.tsx';

const route = getRouteApi('/validation');
const mostAtOnce = 500;

/** Results of analyzers that wait for a person's yes, by specimen; the oldest first. */
export function ValidationScreen() {
  const trpc = useTRPC();
  const { device } = route.useSearch();
  const query = useQuery(trpc.results.queue.queryOptions({ limit: 200, deviceId: device }));
  return <Query query={query}>{({ rows }) => <Queue all={rows} />}</Query>;
}

function Queue({ all }: { all: readonly QueueGroup[] }) {
  const { normal, device } = route.useSearch();
  const groups = useMemo(() => (normal ? onlyNormal(all) : all), [all, normal]);
  const trpc = useTRPC();
  const may = useMay();
  const { results: w } = words;
  const [current, setCurrent] = useState<string>();
  const { isTicked, tick } = useTicks(groups);
  const [dialog, setDialog] = useState<'reject' | 'hold'>();
  const close = () => setDialog(undefined);
  const [traced, setTraced] = useState<string>();
  const index = Math.max(
    0,
    groups.findIndex((group) => keyOf(group) === current),
  );
  const group = groups[index];
  const runs = useMemo(() => runsOf(groups), [groups]);
  const chosen = (one: QueueGroup) => one.results.filter(({ id }) => isTicked(id)).map(({ id }) => id);
  const release = useMutation(
    trpc.results.release.mutationOptions({
      onSuccess: ({ released, held }) => {
        notifyDone(held > 0 ? `${w.released(released)}. ${w.heldSigned(held)}` : w.released(released));
      },
    }),
  );
  const reject = useMutation(trpc.results.reject.mutationOptions({ onSuccess: close }));
  const hold = useMutation(trpc.results.hold.mutationOptions({ onSuccess: close }));
  const mayRelease = may('result.release') && group !== undefined && !release.isPending;
  const nothingTicked = group === undefined || chosen(group).length === 0;
  const releaseGroup = (one: QueueGroup) => {
    const ids = chosen(one);
    const next = groups[index + 1] ?? groups[index - 1];
    if (ids.length > 0) release.mutate({ ids }, { onSuccess: () => setCurrent(next && keyOf(next)) });
  };
  const releaseAll = () => release.mutate({ ids: groups.flatMap(chosen).slice(0, mostAtOnce) });
  const go = (step: number) => {
    const next = groups[Math.min(groups.length - 1, Math.max(0, index + step))];
    if (next) setCurrent(keyOf(next));
  };
  useKeys(w.queue, [
    { keys: 'mod+Enter', label: w.release, run: () => group && releaseGroup(group), disabled: !mayRelease },
    { keys: 'F8', label: w.releaseAll, run: releaseAll, disabled: !mayRelease },
    { keys: 'F4', label: w.hold, run: () => setDialog('hold'), disabled: !mayRelease || nothingTicked },
    { keys: 'F9', label: w.reject, run: () => setDialog('reject'), disabled: !mayRelease || nothingTicked },
    { keys: 'j', label: w.nextGroup, run: () => go(1) },
    { keys: 'k', label: w.previousGroup, run: () => go(-1) },
  ]);
  const hidden = countOf(all) - countOf(groups);
  return (
    <Page
      title={w.queue}
      about={
        <Text size="sm" c="dimmed">
          {groups.length}
        </Text>
      }
      filters={all.length > 0 || device || normal ? <Filters hidden={hidden} /> : undefined}
      actions={
        may('result.release') &&
        group && (
          <>
            <Button
              variant="subtle"
              color="red"
              disabled={nothingTicked}
              rightSection={<KeysHint keys="F9" />}
              onClick={() => setDialog('reject')}
            >
              {w.reject}
            </Button>
            <Button
              variant="default"
              disabled={nothingTicked}
              rightSection={<KeysHint keys="F4" />}
              onClick={() => setDialog('hold')}
            >
              {w.hold}
            </Button>
            <Button
              variant="default"
              loading={release.isPending}
              rightSection={<KeysHint keys="F8" />}
              onClick={releaseAll}
            >
              {w.releaseAll}
            </Button>
            <Button
              loading={release.isPending}
              disabled={nothingTicked}
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
      {group ? (
        <Group align="stretch" wrap="nowrap" gap="sm" style={{ flex: 1, minHeight: 0 }}>
          <GroupList groups={groups} current={group} onChoose={(one) => setCurrent(keyOf(one))} />
          <GroupTable
            key={keyOf(group)}
            group={group}
            runs={runs}
            isTicked={isTicked}
            onTick={tick}
            onTrace={setTraced}
            keysOff={dialog !== undefined || traced !== undefined}
          />
        </Group>
      ) : (
        <Empty icon={IconChecks} title={w.queueEmpty}>
          {w.queueEmptyText}
        </Empty>
      )}
      <TraceDialog deviceResultId={traced} onClose={() => setTraced(undefined)} />
      <ConfirmWithReason
        opened={dialog === 'reject'}
        onClose={close}
        title={w.rejectTitle}
        usual={w.rejectReasons}
        confirm={w.reject}
        busy={reject.isPending}
        onConfirm={(reason) => group && reject.mutate({ ids: chosen(group), reason })}
      >
        {w.rejectText}
      </ConfirmWithReason>
      <ConfirmWithReason
        opened={dialog === 'hold'}
        onClose={close}
        title={w.holdTitle}
        usual={w.holdReasons}
        confirm={w.hold}
        busy={hold.isPending}
        onConfirm={(reason) => group && hold.mutate({ ids: chosen(group), reason })}
      >
        {w.holdText}
      </ConfirmWithReason>
    </Page>
  );
}

/** What is ticked: everything, of several runs the last, until a person says otherwise. Ticking a run unticks the others. */
function useTicks(groups: readonly QueueGroup[]) {
  const [said, setSaid] = useState<ReadonlyMap<string, boolean>>(new Map());
  const runs = useMemo(() => runsOf(groups), [groups]);
  const isTicked = (id: string) => {
    const run = runs.get(id);
    return said.get(id) ?? (run === undefined || run.run === run.runs);
  };
  const tick = (result: QueueResult, ticked: boolean) => {
    const next = new Map(said).set(result.id, ticked);
    if (ticked) for (const other of otherRuns(groups, result)) next.set(other, false);
    setSaid(next);
  };
  return { isTicked, tick };
}

function Filters({ hidden }: { hidden: number }) {
  const trpc = useTRPC();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay();
  const devices = useQuery(trpc.devices.list.queryOptions(undefined, { enabled: may('device.read') }));
  const { results: w } = words;
  return (
    <Group gap="sm" align="center">
      <Select
        aria-label={w.device}
        placeholder={w.allAnalyzers}
        clearable
        w={220}
        data={(devices.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={search.device ?? null}
        onChange={(value) => void navigate({ search: { ...search, device: value ?? undefined }, replace: true })}
      />
      <Checkbox
        label={w.normalOnly}
        checked={search.normal ?? false}
        onChange={({ currentTarget }) =>
          void navigate({ search: { ...search, normal: currentTarget.checked || undefined }, replace: true })
        }
      />
      {hidden > 0 && (
        <Text size="sm" c="dimmed">
          {w.hidden(hidden)}
        </Text>
      )}
    </Group>
  );
}

function GroupList({
  groups,
  current,
  onChoose,
}: {
  groups: readonly QueueGroup[];
  current: QueueGroup;
  onChoose: (group: QueueGroup) => void;
}) {
  return (
    <ScrollArea w={236} type="auto">
      <Stack gap={4}>
        {groups.map((one) => (
          <Button
            key={keyOf(one)}
            variant={one === current ? 'light' : 'subtle'}
            color={one === current ? undefined : 'gray'}
            justify="space-between"
            h="auto"
            py={6}
            aria-current={one === current}
            onClick={() => onChoose(one)}
            rightSection={<Text size="xs">{one.results.length}</Text>}
          >
            <Stack gap={0} align="flex-start">
              <Text size="sm" className="ellipsis" maw={170}>
                {one.patient?.fullName ?? one.accession}
                <WarningSign warning={one.patient?.warning} />
              </Text>
              <Text size="xs" c="dimmed" className="ellipsis" maw={170}>
                {one.accession} · {one.deviceName}
              </Text>
            </Stack>
          </Button>
        ))}
      </Stack>
    </ScrollArea>
  );
}

function onlyNormal(groups: readonly QueueGroup[]): readonly QueueGroup[] {
  return groups.flatMap((group) => {
    const results = group.results.filter(isNormal);
    return results.length > 0 ? [{ ...group, results }] : [];
  });
}

function countOf(groups: readonly QueueGroup[]): number {
  return groups.reduce((sum, group) => sum + group.results.length, 0);
}

function keyOf(group: QueueGroup): string {
  return `${group.specimenId}/${group.deviceId}`;
}
