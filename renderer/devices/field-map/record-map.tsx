import { Badge, Group, Switch, Text } from '@mantine/core';
import { IconMapSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { mapAlso, mapWith, mapWithout, mapWithoutPlace } from '../../../shared/devices/candidates.ts';
import { type FieldMap, placeInWords } from '../../../shared/devices/driver.ts';
import { type MapTarget, mapTargets } from '../../../shared/devices/map-targets.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { words } from '../../words/index.ts';
import styles from './field-map.module.css';
import { ChooseDialog } from './map-choose.tsx';
import { MapReading } from './map-reading.tsx';
import { foundAt, type MapView, type PlaceRow, placeRows, shownRecords } from './map-rows.ts';
import { type TargetLine, TargetsPanel } from './map-targets-panel.tsx';

const required: readonly MapTarget[] = ['sampleId', 'code', 'value'];
const none: MapView['candidates'] & { ok: true } = { ok: true, records: [], left: 0 };

interface RecordMapProps {
  readonly view: MapView;
  readonly map: FieldMap;
  readonly onChange: (map: FieldMap) => void;
}

/** Records and fields of an ASTM or HL7 message; a place is chosen and named, and the message read with it beside. */
export function RecordMap({ view, map, onChange }: RecordMapProps) {
  const { fieldMap: w } = words;
  const [all, setAll] = useState(false);
  const [open, setOpen] = useState<PlaceRow>();
  const { records, left } = view.candidates.ok ? view.candidates : none;
  const { shown, hidden } = useMemo(() => shownRecords(records, all), [records, all]);
  const rows = useMemo(() => placeRows(shown, map, view.usual), [shown, map, view.usual]);
  // What a query can say is shown only where one is in the message or mapped.
  const targets = mapTargets.filter(
    (target) => target !== 'querySampleId' || map[target] || records.some((record) => record.targets.includes(target)),
  );
  const change = (next: FieldMap) => {
    setOpen(undefined);
    onChange(next);
  };
  return (
    <div className={styles.sides}>
      <div className={styles.side}>
        <DataTable
          label={w.places}
          rows={rows}
          columns={columns}
          rowId={(row) => row.key}
          onOpen={setOpen}
          empty={
            <Empty icon={IconMapSearch} title={w.noResults}>
              {view.reading.error ?? w.noResultsText}
            </Empty>
          }
        />
        {(hidden > 0 || all || left > 0) && (
          <Group gap="sm" pt={4}>
            <Switch
              label={w.allRecords}
              checked={all}
              onChange={({ currentTarget }) => setAll(currentTarget.checked)}
            />
            <Text size="sm" c="dimmed">
              {[hidden > 0 && w.hiddenRecords(hidden), left > 0 && w.leftRecords(left)].filter(Boolean).join(' · ')}
            </Text>
          </Group>
        )}
      </div>
      <div className={styles.side} data-scrolls>
        <TargetsPanel
          lines={targets.map((target) => lineOf(target, rows, map, view.usual))}
          problems={view.problems}
          onUndo={(target) => change(mapWithout(map, target))}
        />
        <MapReading reading={view.reading} problems={view.problems} />
      </div>
      <ChooseDialog
        place={open}
        onClose={() => setOpen(undefined)}
        onChoose={(target) => open?.locator && change(mapWith(map, target, open.locator))}
        also={open ? alsoAt(open, rows, map, view.usual) : []}
        onAlso={(target) =>
          open?.locator && change(mapAlso(map, target, open.locator, placesBefore(target, rows, map, view.usual)))
        }
        onUndo={(target) => open?.locator && change(withoutRow(map, target, open))}
      />
    </div>
  );
}

/** The places that an alternative comes behind: the map's, or that of the message at which the driver finds it. */
function placesBefore(target: MapTarget, rows: readonly PlaceRow[], map: FieldMap, usual: MapView['usual']) {
  const found = foundAt(rows, target)?.locator;
  return map[target] ?? (found ? [found] : usual[target]);
}

/** What a place may be besides: things that have another place already. */
function alsoAt(row: PlaceRow, rows: readonly PlaceRow[], map: FieldMap, usual: MapView['usual']) {
  if (!row.locator) return [];
  return row.targets.flatMap((target) => {
    const before = placesBefore(target, rows, map, usual);
    if (before.length === 0 || row.own.includes(target) || row.usual.includes(target)) return [];
    const names = before.map(placeInWords);
    return [{ target, after: names.length > 2 ? `${names[0]} … ${names.at(-1)}` : names.join(', ') }];
  });
}

/** The map without what a row is: by its place, or, where a whole field was chosen, all of it. */
function withoutRow(map: FieldMap, target: MapTarget, { locator, order }: PlaceRow): FieldMap {
  const place = map[target]?.[(order[target] ?? 1) - 1] ?? locator;
  return place ? mapWithoutPlace(map, target, place) : map;
}

function lineOf(
  target: MapTarget,
  rows: readonly PlaceRow[],
  map: FieldMap,
  usual: MapView['usual'],
): TargetLine<MapTarget> {
  const own = map[target];
  const found = foundAt(rows, target);
  const place = own?.map(placeInWords).join(', ') ?? found?.place ?? usual[target].map(placeInWords).join(', ');
  return {
    target,
    place,
    text: found?.text ?? '',
    count: own?.length ?? 0,
    isOwn: own !== undefined,
    isRequired: required.includes(target),
  };
}

const columns: Column<PlaceRow>[] = [
  {
    id: 'record',
    header: words.fieldMap.record,
    size: 138,
    cell: ({ isFirst, record }) =>
      isFirst && (
        <Text span size="sm" fw={600}>
          {record}
        </Text>
      ),
    text: ({ record }) => record,
  },
  {
    id: 'place',
    header: words.fieldMap.place,
    size: 84,
    cell: ({ place }) => <span className="mono">{place}</span>,
    text: ({ place }) => place,
  },
  { id: 'text', header: words.fieldMap.text, size: 120, grow: 2, cell: ({ text }) => text, text: ({ text }) => text },
  {
    id: 'is',
    header: words.fieldMap.is,
    size: 130,
    grow: 1,
    cell: (row) => <Is {...row} />,
    text: ({ own, usual, targets, why }) =>
      [...own, ...usual].map((target) => words.fieldMap.targets[target]).join(', ') ||
      (targets.length === 0 ? why : '') ||
      '',
  },
];

/** What a place is: by the map in full colour, by the driver in outline. */
function Is({ own, usual, targets, why, order }: PlaceRow) {
  const { fieldMap: w } = words;
  if (targets.length === 0) {
    return (
      <Text span size="sm" c="dimmed">
        {why}
      </Text>
    );
  }
  return (
    <Group gap={4} wrap="nowrap">
      {own.map((target) => (
        <Badge key={target} tt="none">
          {w.inOrder(w.targets[target], order[target])}
        </Badge>
      ))}
      {usual.map((target) => (
        <Badge key={target} tt="none" variant="default" title={w.byDriver}>
          {w.targets[target]}
        </Badge>
      ))}
    </Group>
  );
}
