import type { JournalOutcome } from '../../shared/devices/journal.ts';
import type { Format } from '../app/format.ts';
import type { Column } from '../ui/data-table.tsx';
import { words } from '../words/index.ts';

interface Row {
  readonly at: string;
  readonly direction: 'in' | 'out';
  readonly outcome: JournalOutcome;
  readonly bytes: string;
  readonly deviceName: string;
}

/** Columns of a list of raw messages. */
export function messageColumns(format: Format, withDevice: boolean): Column<Row>[] {
  const { devices: w } = words;
  const text = (id: string, header: string, size: number, of: (row: Row) => string): Column<Row> => ({
    id,
    header,
    size,
    cell: of,
    text: of,
  });
  return [
    text('at', w.time, 150, (row) => format.dateTime(row.at)),
    ...(withDevice ? [text('device', words.results.device, 150, (row) => row.deviceName)] : []),
    text('direction', w.direction, 90, (row) => (row.direction === 'in' ? w.in : w.out)),
    text('outcome', w.outcome, 170, (row) => w.outcomes[row.outcome.state]),
    {
      ...text('results', w.results, 80, (row) => (row.outcome.state === 'parsed' ? String(row.outcome.results) : '')),
      align: 'end',
    },
    { ...text('bytes', w.content, 260, (row) => row.bytes.slice(0, 200).replaceAll(/[\x00-\x1f]/g, ' ')), grow: 3 },
  ];
}
