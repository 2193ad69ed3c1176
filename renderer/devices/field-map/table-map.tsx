import { Badge, Group, NumberInput, Select, Table, Text } from '@mantine/core';
import { IconTable } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { TableMap } from '../../../shared/devices/driver.ts';
import { type TableTarget, tableTargets } from '../../../shared/devices/map-targets.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/empty.tsx';
import { words } from '../../words/index.ts';
import styles from './field-map.module.css';
import { ChooseDialog } from './map-choose.tsx';
import { MapReading } from './map-reading.tsx';
import type { MapView } from './map-rows.ts';
import { type TargetLine, TargetsPanel } from './map-targets-panel.tsx';

type FileTable = NonNullable<MapView['table']>;

interface ColumnRow {
  readonly column: string;
  readonly number: number;
  readonly heading: string;
  readonly samples: string;
  readonly own: readonly TableTarget[];
  readonly usual: readonly TableTarget[];
}

interface TableMapEditorProps {
  readonly view: MapView;
  readonly table: FileTable;
  readonly map: TableMap;
  readonly onChange: (map: TableMap) => void;
}

/** Columns of a file by their headings; one is chosen and named, and the file read with it beside. */
export function TableMapEditor({ view, table, map, onChange }: TableMapEditorProps) {
  const { fieldMap: w } = words;
  const [open, setOpen] = useState<ColumnRow>();
  const rows = useMemo(() => columnRows(table, map), [table, map]);
  const change = (next: TableMap) => {
    setOpen(undefined);
    onChange(next);
  };
  const undo = (target: TableTarget) => change({ ...map, [target]: undefined });
  const targets = tableTargets.filter((target) => map.layout === 'rows' || (target !== 'code' && target !== 'value'));
  const required: readonly TableTarget[] = map.layout === 'rows' ? ['sampleId', 'code', 'value'] : ['sampleId'];
  return (
    <div className={styles.sides}>
      <div className={styles.side}>
        <Layout map={map} onChange={onChange} />
        <DataTable
          label={w.columnsOfFile}
          rows={rows}
          columns={columns}
          rowId={({ number }) => String(number)}
          onOpen={setOpen}
          empty={
            <Empty icon={IconTable} title={w.noResults}>
              {view.reading.error ?? w.noResultsText}
            </Empty>
          }
        />
        <FirstRows
          rows={table.rows}
          chosen={map.headingRow}
          onChoose={(headingRow) => onChange({ ...map, headingRow })}
        />
      </div>
      <div className={styles.side} data-scrolls>
        <TargetsPanel
          lines={targets.map((target) => lineOf(target, rows, map, required))}
          problems={view.problems}
          onUndo={undo}
        />
        <MapReading reading={view.reading} problems={view.problems} />
      </div>
      <ChooseDialog
        place={open && { place: open.heading || open.column, text: open.samples, targets, own: open.own }}
        onClose={() => setOpen(undefined)}
        onChoose={(target) => open && change({ ...map, [target]: open.column })}
        onUndo={undo}
      />
    </div>
  );
}

function columnRows(table: FileTable, map: TableMap): ColumnRow[] {
  if (!table.ok) return [];
  return table.columns.map(({ column, number, heading, samples }) => {
    const here = tableTargets.filter((target) => table.found[target] === number);
    return {
      ...{ column, number, heading, samples: samples.join(' · ') },
      own: here.filter((target) => map[target] !== undefined),
      usual: here.filter((target) => map[target] === undefined),
    };
  });
}

function lineOf(
  target: TableTarget,
  rows: readonly ColumnRow[],
  map: TableMap,
  required: readonly TableTarget[],
): TargetLine<TableTarget> {
  const found = rows.find(({ own, usual }) => own.includes(target) || usual.includes(target));
  return {
    target,
    place: map[target] ?? found?.heading ?? '',
    text: found?.samples ?? '',
    isOwn: map[target] !== undefined,
    isRequired: required.includes(target),
  };
}

/** How the file is laid out. */
function Layout({ map, onChange }: Pick<TableMapEditorProps, 'map' | 'onChange'>) {
  const { devices: w } = words;
  const delimiters = Object.entries(w.delimiters).map(([value, label]) => ({ value, label }));
  return (
    <Group gap="xs" align="flex-end" pb={4} wrap="nowrap">
      <Select
        label={w.layout}
        flex={1}
        allowDeselect={false}
        data={Object.entries(w.layouts).map(([value, label]) => ({ value, label }))}
        value={map.layout}
        onChange={(layout) => onChange({ ...map, layout: layout === 'columns' ? 'columns' : 'rows' })}
      />
      <NumberInput
        label={w.headingRow}
        w={120}
        min={1}
        max={1000}
        allowDecimal={false}
        value={map.headingRow}
        onChange={(row) => typeof row === 'number' && row >= 1 && onChange({ ...map, headingRow: row })}
      />
      <Select
        label={w.delimiter}
        w={120}
        clearable
        placeholder={w.foundOut}
        data={delimiters}
        value={map.delimiter ?? null}
        onChange={(value) => {
          const delimiter = ([',', ';', '\t', '|'] as const).find((one) => one === value);
          onChange({ ...map, delimiter });
        }}
      />
    </Group>
  );
}

const mostCells = 8;

/** The file as it begins; the row with the headings is marked and can be chosen. */
function FirstRows({
  rows,
  chosen,
  onChoose,
}: {
  rows: readonly (readonly string[])[];
  chosen: number;
  onChoose: (row: number) => void;
}) {
  const { fieldMap: w } = words;
  return (
    <div className={styles.rows}>
      <Text size="sm" c="dimmed" pb={2}>
        {w.firstRows}
      </Text>
      <Table verticalSpacing={1} horizontalSpacing={8} highlightOnHover>
        <Table.Tbody>
          {rows.slice(0, 6).map((cells, index) => (
            <Table.Tr
              // biome-ignore lint/suspicious/noArrayIndexKey: a row is what stands at its place in the file
              key={index}
              onClick={() => onChoose(index + 1)}
              fw={chosen === index + 1 ? 600 : undefined}
              bg={chosen === index + 1 ? 'var(--surface-active)' : undefined}
              style={{ cursor: 'pointer' }}
            >
              <Table.Td c="dimmed" w={28}>
                {index + 1}
              </Table.Td>
              {cells.slice(0, mostCells).map((cell, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a cell is what stands in its column
                <Table.Td key={at} maw={120}>
                  <span className="ellipsis" style={{ display: 'block' }} title={cell}>
                    {cell}
                  </span>
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

const columns: Column<ColumnRow>[] = [
  {
    id: 'number',
    header: words.fieldMap.column,
    size: 64,
    align: 'end',
    cell: ({ number }) => number,
    text: ({ number }) => String(number),
  },
  {
    id: 'heading',
    header: words.fieldMap.heading,
    size: 120,
    grow: 1,
    cell: ({ heading }) => <strong>{heading}</strong>,
    text: ({ heading }) => heading,
  },
  {
    id: 'samples',
    header: words.fieldMap.firstValues,
    size: 140,
    grow: 2,
    cell: ({ samples }) => samples,
    text: ({ samples }) => samples,
  },
  {
    id: 'is',
    header: words.fieldMap.is,
    size: 110,
    grow: 1,
    cell: ({ own, usual }) => (
      <Group gap={4} wrap="nowrap">
        {own.map((target) => (
          <Badge key={target} tt="none">
            {words.fieldMap.targets[target]}
          </Badge>
        ))}
        {usual.map((target) => (
          <Badge key={target} tt="none" variant="default" title={words.fieldMap.byDriver}>
            {words.fieldMap.targets[target]}
          </Badge>
        ))}
      </Group>
    ),
    text: ({ own, usual }) => [...own, ...usual].map((target) => words.fieldMap.targets[target]).join(', '),
  },
];
