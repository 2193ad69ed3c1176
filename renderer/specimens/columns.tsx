import { Group } from '@mantine/core';
import type { StabilityEnd } from '../../shared/specimens/stability.ts';
import type { Format } from '../app/format.ts';
import { WarningSign, warningText } from '../patients/patient-warning.tsx';
import type { Column } from '../ui/data-table.tsx';
import { words } from '../words/index.ts';
import { Stability, stabilityText } from './stability.tsx';

/** What every list of specimens has. */
interface Listed {
  readonly accession: string;
  readonly patientName: string;
  readonly warning?: string;
  readonly minorAlone: boolean;
  readonly testCodes: readonly string[];
}

/** How wide a column begins, and its share of what is left. */
type Width = Pick<Column<Listed>, 'size' | 'grow'>;

export function accessionColumn<Row extends Listed>(): Column<Row> {
  return {
    id: 'accession',
    header: words.specimens.accession,
    size: 108,
    cell: (row) => <span className="mono">{row.accession}</span>,
    text: (row) => row.accession,
  };
}

export function patientColumn<Row extends Listed>(width: Width): Column<Row> {
  const cell = ({ patientName, warning, minorAlone }: Row) => (
    <Group gap={0} wrap="nowrap" miw={0}>
      <span className="ellipsis">{patientName}</span>
      <WarningSign warning={warning} minorAlone={minorAlone} />
    </Group>
  );
  const text = ({ patientName, warning, minorAlone }: Row) =>
    [patientName, warningText(warning, minorAlone)].filter(Boolean).join('. ');
  return { id: 'patient', header: words.specimens.patient, ...width, cell, text };
}

export function testsColumn<Row extends Listed>(width: Width): Column<Row> {
  const text = (row: Row) => row.testCodes.join(', ');
  return { id: 'tests', header: words.specimens.tests, ...width, cell: text, text };
}

/** Until when the tests of a tube can be made. */
export function stabilityColumn<Row extends Listed & { readonly ends: readonly StabilityEnd[] }>(
  format: Format,
  width: Width,
): Column<Row> {
  return {
    id: 'stability',
    header: words.specimens.stabilityTitle,
    ...width,
    cell: (row) => <Stability ends={row.ends} />,
    text: (row) => stabilityText(row.ends, format),
  };
}
