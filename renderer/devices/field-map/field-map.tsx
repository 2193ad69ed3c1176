import { Button, Group, Stack } from '@mantine/core';
import { IconMapSearch } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { FieldMap, TableMap } from '../../../shared/devices/driver.ts';
import { mapTargets } from '../../../shared/devices/map-targets.ts';
import { type Outputs, useTRPC } from '../../app/api.ts';
import { useDraft } from '../../app/draft.ts';
import { useKeys } from '../../app/keys.tsx';
import { useMay } from '../../app/me.tsx';
import { DraftNotice } from '../../ui/draft-notice.tsx';
import { Empty } from '../../ui/empty.tsx';
import { KeysHint } from '../../ui/keys-hint.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Query } from '../../ui/query.tsx';
import { words } from '../../words/index.ts';
import type { Device } from '../device-values.ts';
import { MapSaved } from './map-saved.tsx';
import {
  firstChoice,
  GiveDialog,
  GiveFields,
  type Given,
  type Source,
  SourceField,
  useReceived,
} from './map-source.tsx';
import { RecordMap } from './record-map.tsx';
import { TableMapEditor } from './table-map.tsx';

/** A map that is not saved yet. */
interface Drafted {
  readonly map: FieldMap;
  readonly table: TableMap | null;
}

interface FieldMapTabProps {
  readonly device: Device;
  /** The message that the address names. */
  readonly journalId: string | undefined;
  readonly onChoose: (journalId: string) => void;
}

/** Says what is what in a message of an analyzer that nobody wrote a driver for, with the reading beside it. */
export function FieldMapTab({ device, journalId, onChoose }: FieldMapTabProps) {
  const { messages, isPending } = useReceived(device.id);
  const { fieldMap: w } = words;
  const [given, setGiven] = useState<Given>();
  const [giving, setGiving] = useState(false);
  const chosen = journalId ?? firstChoice(messages)?.id;
  const source: Source | undefined =
    given ?? (chosen === undefined ? undefined : { kind: 'message', journalId: chosen });
  useKeys(w.title, [{ keys: 'F4', label: w.pasteOrOpen, run: () => setGiving(true) }]);
  if (!source) {
    return isPending ? null : (
      <Stack gap="sm" maw="44rem" mx="auto">
        <Empty icon={IconMapSearch} title={w.none}>
          {w.noneText}
        </Empty>
        <Panel title={w.giveTitle}>
          <GiveFields onGive={setGiven} />
        </Panel>
      </Stack>
    );
  }
  return (
    <>
      <Editor
        key={device.id}
        device={device}
        source={source}
        sourceField={
          <SourceField
            messages={messages}
            journalId={chosen}
            given={given}
            onChoose={(id) => {
              setGiven(undefined);
              onChoose(id);
            }}
            onGive={() => setGiving(true)}
          />
        }
      />
      <GiveDialog
        opened={giving}
        onClose={() => setGiving(false)}
        onGive={(one) => {
          setGiven(one);
          setGiving(false);
        }}
      />
    </>
  );
}

function Editor({ device, source, sourceField }: { device: Device; source: Source; sourceField: ReactNode }) {
  const trpc = useTRPC();
  const may = useMay();
  const { fieldMap: w } = words;
  const base: Drafted = { map: device.settings.map ?? {}, table: device.settings.table ?? null };
  const draft = useDraft<Drafted>(`analyzer.${device.id}.map`, base);
  const [value, setValue] = useState(draft.initial);
  const [saved, setSaved] = useState<Outputs['devices']['saveMap']['waiting']>();
  const isChanged = asText(value) !== asText(base);
  const input = {
    deviceId: device.id,
    source,
    map: value.map,
    ...(value.table ? { table: value.table } : {}),
  };
  const view = useQuery(trpc.devices.mapView.queryOptions(input, { placeholderData: keepPreviousData }));
  const save = useMutation(
    trpc.devices.saveMap.mutationOptions({
      onSuccess: ({ waiting }) => {
        draft.clear();
        setSaved(waiting);
      },
    }),
  );
  const change = (next: Drafted) => {
    setSaved(undefined);
    setValue(next);
    draft.keep(next);
  };
  const run = () => save.mutate({ ...input, rev: device._rev });
  const problems = view.data?.problems ?? [];
  const disabled = !may('device.configure') || !isChanged || problems.length > 0 || view.isPlaceholderData;
  useKeys(w.title, [{ keys: 'F8', label: w.save, run, disabled: disabled || save.isPending }]);
  return (
    <Stack gap="xs" h="100%" mih={0}>
      <Group justify="space-between" gap="xs">
        {sourceField}
        <Group gap="sm">
          {isChanged && <DraftNotice draft={draft} onDiscard={() => setValue(base)} />}
          <Button disabled={disabled} loading={save.isPending} onClick={run} rightSection={<KeysHint keys="F8" />}>
            {w.save}
          </Button>
        </Group>
      </Group>
      {saved && <MapSaved deviceId={device.id} waiting={saved} />}
      <Query query={view}>
        {(data) =>
          data.table ? (
            <TableMapEditor
              view={data}
              table={data.table}
              map={value.table ?? { layout: 'rows', headingRow: 1 }}
              onChange={(table) => change({ ...value, table })}
            />
          ) : (
            <RecordMap view={data} map={value.map} onChange={(map) => change({ ...value, map })} />
          )
        }
      </Query>
    </Stack>
  );
}

/** Two maps are the same when they say the same, in whatever order. */
function asText({ map, table }: Drafted): string {
  const columns = Object.entries(table ?? {})
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([mapTargets.map((target) => map[target] ?? null), columns]);
}
