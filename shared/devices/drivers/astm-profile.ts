import { type AstmRecord, componentsOf, fieldText, rawField, refOf, repeatsOf } from '../astm/records.ts';
import type { AstmOrderNode, AstmPatientNode, AstmResultNode, AstmTree } from '../astm/tree.ts';
import type { DriverSettings, Locator, Places } from '../driver.ts';
import type { AnalyzerIdentity, DeviceImage, DeviceReading, OrderQuery } from '../reading.ts';
import { filled } from '../text.ts';
import { type ReadValue, readValue } from '../values.ts';
import { at, defined, kindOfSampleId, plainSampleId } from './common.ts';
import type { MeasuredKind } from './kind.ts';

/** Where a result stands, for the parts of a profile that look around. */
export interface AstmContext {
  readonly tree: AstmTree;
  readonly patient: AstmPatientNode;
  readonly order: AstmOrderNode;
  readonly settings: DriverSettings;
}

export interface AstmValue extends ReadValue {
  readonly raw: string;
  /** What the value field says beside the value. */
  readonly comment?: string;
}

/** How one instrument writes ASTM records; the defaults are the standard (LIS2-A2). */
export interface AstmProfile {
  readonly places: Places;
  readonly kind: (sampleId: string, context: AstmContext) => MeasuredKind;
  /** Code of a result record; places of the device's own map go before it. */
  readonly code: (record: AstmRecord, context: AstmContext) => string;
  readonly name: (record: AstmRecord) => string | undefined;
  readonly loinc: (record: AstmRecord) => string | undefined;
  readonly value: (record: AstmRecord, settings: DriverSettings) => AstmValue;
  readonly dilution: (record: AstmRecord) => string | undefined;
  readonly referenceText: (record: AstmRecord) => string | undefined;
  readonly unit: (record: AstmRecord) => string | undefined;
  /** Flags beside those of R-7, from what else the record says. */
  readonly moreFlags: (record: AstmRecord) => readonly string[];
  readonly isRerun: (record: AstmRecord, context: AstmContext) => boolean;
  /** The instrument's comments on a result, as a person should read them. */
  readonly resultComments: (comments: readonly string[]) => readonly string[];
  /** Pictures that a result record is or carries. */
  readonly resultImages: (result: AstmResultNode) => readonly DeviceImage[];
  /** Pictures and raw curves in manufacturer records of the order. */
  readonly orderImages: (order: AstmOrderNode) => readonly DeviceImage[];
  readonly query: (record: AstmRecord, settings: DriverSettings) => OrderQuery;
  readonly analyzer: (header: AstmRecord) => AnalyzerIdentity;
  /** Last word on the readings of one order, in the order sent. */
  readonly finish: (readings: readonly DeviceReading[]) => readonly DeviceReading[];
}

/** Control characters a person cannot see do not belong into what is stored as text. */
export function line(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
}

/** Sample ids of a query: Q-3 is `patient^specimen`, repeated for a list; `ALL` asks for everything (LIS2-A2, 10.1.3). */
function standardQuery(record: AstmRecord, settings: DriverSettings): OrderQuery {
  const mapped = settings.map?.querySampleId;
  if (mapped)
    return queryOf(
      record,
      mapped.flatMap((place) => idsAt(record, place)).map((id) => plainSampleId(id, settings)),
      {},
    );
  const ids = repeatsOf(record, 3).map((repetition) => {
    const [first = '', second = ''] = componentsOf(record, repetition);
    return plainSampleId(second.trim() === '' ? first : second, settings);
  });
  return queryOf(record, ids, {});
}

/** What stands at a place in each repetition of the field, as a query asks for several samples; in one where the place names it. */
function idsAt(record: AstmRecord, { field, component, repetition }: Locator): string[] {
  const all = repeatsOf(record, field);
  const chosen = repetition === undefined ? all : all.slice(repetition - 1, repetition);
  return chosen.map((one) => {
    const components = componentsOf(record, one);
    return (component === undefined ? components.join(record.delimiters.component) : components[component - 1]) ?? '';
  });
}

/** A query for these sample ids; the codes and the status are where the standard has them. */
export function queryOf(
  record: AstmRecord,
  ids: readonly string[],
  more: Partial<Pick<OrderQuery, 'rack' | 'position' | 'echo'>>,
): OrderQuery {
  const sampleIds = ids.filter((id) => id !== '' && id.toUpperCase() !== 'ALL');
  const codes = repeatsOf(record, 5).map((repetition) => universalCode(componentsOf(record, repetition)));
  return defined({
    sampleIds,
    all: sampleIds.length < ids.length && sampleIds.length === 0 && more.rack === undefined,
    cancel: fieldText(record, 13).trim().toUpperCase() === 'A',
    codes: codes.filter((code) => code !== '' && code.toUpperCase() !== 'ALL'),
    echo: {},
    ...more,
    recordRef: refOf(record, 3),
  });
}

/** Code in a universal test id: the first three components are the standard's, the manufacturer's code follows. */
function universalCode(components: readonly string[]): string {
  return (
    components.slice(3).find((part) => part.trim() !== '') ??
    components.find((part) => part.trim() !== '') ??
    ''
  ).trim();
}

function standardKind(sampleId: string, { tree, order, settings }: AstmContext): MeasuredKind {
  const isControl =
    (order.record !== undefined &&
      (fieldText(order.record, 12).trim().toUpperCase() === 'Q' ||
        /^(?:QC|CTRL|CONTROL)\b/i.test(fieldText(order.record, 16, 1).trim()))) ||
    fieldText(tree.header.record, 12).trim().toUpperCase() === 'Q';
  return { kind: isControl ? 'control' : kindOfSampleId(sampleId, settings) };
}

/** The standard's own reading of every record. */
export const standardAstm: AstmProfile = {
  places: {
    sampleId: at('O-3.1 O-4.1'),
    code: at('R-3'),
    name: [],
    rack: [],
    position: [],
    resultAt: at('R-13 R-12 O-23 H-14'),
    value: at('R-4'),
    unit: at('R-5'),
    flags: at('R-7'),
    comment: at('C-4'),
    patientId: at('P-3 P-4 P-5'),
    querySampleId: at('Q-3.2 Q-3.1'),
  },
  kind: standardKind,
  code: (record) => universalCode(componentsOf(record, repeatsOf(record, 3)[0] ?? '')),
  name: () => undefined,
  loinc: () => undefined,
  value: (record, settings) => {
    const raw = fieldText(record, 4);
    return { ...readValue(raw, settings.decimal), raw };
  },
  dilution: () => undefined,
  referenceText: (record) => filled(line(fieldText(record, 6))),
  unit: (record) => filled(fieldText(record, 5)),
  moreFlags: () => [],
  // No code of the standard, but what several instruments write for a test that is measured again.
  isRerun: (_, { order }) => order.record !== undefined && fieldText(order.record, 12).trim().toUpperCase() === 'R',
  resultComments: (comments) => comments,
  resultImages: () => [],
  orderImages: () => [],
  query: standardQuery,
  analyzer: (header) =>
    defined({
      manufacturer: undefined,
      model: filled(fieldText(header, 5, 1)),
      software: filled(fieldText(header, 5, 2)),
      serial: filled(fieldText(header, 5, 3)),
    }),
  finish: (readings) => readings,
};

/** Pictures in manufacturer records, for profiles: fields from `first` on that hold data. */
export function imagesIn(
  records: readonly AstmRecord[],
  first: number,
  describe: (
    record: AstmRecord,
    field: number,
  ) => { readonly name: string; readonly mediaType: string; readonly encoding: string } | undefined,
): DeviceImage[] {
  return records.flatMap((record) =>
    record.fields.flatMap((_, index) => {
      const field = index + 1;
      if (field < first || rawField(record, field) === '') return [];
      const described = describe(record, field);
      return described ? [{ ...described, ref: refOf(record, field) }] : [];
    }),
  );
}
