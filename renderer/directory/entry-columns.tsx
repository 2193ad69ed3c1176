import type { EntryKind } from '../../shared/directory/entries.ts';
import { formatPhone } from '../../shared/patients/contact.ts';
import type { Outputs, RowOf } from '../app/api.ts';
import type { Format } from '../app/format.ts';
import type { Column } from '../ui/data-table.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { words } from '../words/index.ts';

type Row = RowOf<Outputs['directory']['list']>;

/** The columns of a kind's list. Export writes them too, and import reads them. */
export function entryColumns(kind: EntryKind, format: Format): Column<Row>[] {
  const { directory: w } = words;
  const text = (id: string, header: string, size: number, of: (row: Row) => string | undefined): Column<Row> => ({
    id,
    header,
    size,
    cell: of,
    text: (row) => of(row) ?? '',
  });
  const number = (id: string, header: string, size: number, of: (row: Row) => string | undefined): Column<Row> => ({
    ...text(id, header, size, of),
    align: 'end',
  });
  const count = (value: number | undefined) => (value === undefined ? undefined : format.number(value));
  const money = (value: number | undefined) => (value === undefined ? undefined : format.amount(value));
  const first = [
    text('code', w.code, 115, (row) => row.code),
    { ...text('name', w.name, 180, (row) => row.name), grow: 3 },
  ];
  const contacts = [
    { ...text('phone', w.phone, 140, (row) => row.phone && formatPhone(row.phone)), grow: 1 },
    { ...text('email', w.email, 140, (row) => row.email), grow: 2 },
  ];
  const active: Column<Row> = {
    id: 'active',
    header: w.active,
    size: 80,
    cell: (row) => <StateBadge tone={row.active ? 'ok' : 'off'}>{row.active ? words.ui.yes : words.ui.no}</StateBadge>,
    text: (row) => (row.active ? words.ui.yes : words.ui.no),
  };
  const own = (): Column<Row>[] => {
    switch (kind) {
      case 'doctor':
        return [
          { ...text('speciality', w.speciality, 140, (row) => row.speciality), grow: 1 },
          text('registrationNumber', w.registrationNumber, 140, (row) => row.registrationNumber),
          ...contacts,
        ];
      case 'organisation':
        return [
          { ...text('contactPerson', w.contactPerson, 115, (row) => row.contactPerson), grow: 1 },
          ...contacts,
          text('billing', w.billing, 100, (row) => w.billings[row.billing ?? 'cash']),
          number('creditLimit', w.creditLimit, 95, (row) => money(row.creditLimit)),
          text('priceList', w.priceList, 95, (row) => row.priceList),
        ];
      case 'insurer':
        return [
          ...contacts,
          text('priceList', w.priceList, 95, (row) => row.priceList),
          number('claimDays', w.claimDays, 130, (row) => count(row.claimDays)),
        ];
      case 'insuranceGroup':
        return [
          { ...text('insurer', w.insurer, 180, (row) => row.insurerName), grow: 2 },
          number('coverage', w.coverage, 90, (row) => count(row.coveragePercent)),
          text('priceList', w.priceList, 95, (row) => row.priceList),
          number('excluded', w.excludedTests, 130, (row) => count(row.testCount)),
        ];
      case 'outsourceLab':
        return [...contacts, number('tests', w.testCount, 80, (row) => count(row.testCount))];
      default:
        return kind satisfies never;
    }
  };
  return [...first, ...own(), active];
}
