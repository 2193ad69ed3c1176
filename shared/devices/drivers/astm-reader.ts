import {
  type AstmMessage,
  type AstmRecord,
  componentsOf,
  fieldText,
  parseAstm,
  rawField,
  refOf,
  repeatsOf,
} from '../astm/records.ts';
import { type AstmOrderNode, type AstmPatientNode, type AstmResultNode, type AstmTree, treeOf } from '../astm/tree.ts';
import type { DriverSettings, Locator, ReadOutcome } from '../driver.ts';
import type { Notes } from '../notes.ts';
import type {
  AnalyzerIdentity,
  DeviceImage,
  DevicePatient,
  DeviceReading,
  DeviceSample,
  OrderQuery,
} from '../reading.ts';
import { filled } from '../text.ts';
import { readTime } from '../times.ts';
import { type ReadValue, readValue } from '../values.ts';
import { at, Draft, defined, kindOfSampleId, type Places, placesOf, plainSampleId, settingsOf } from './common.ts';
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
function line(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
}

/** Comments are written as text or as several components; both become one line. */
function commentsOf(records: readonly AstmRecord[]): string[] {
  return records.flatMap((record) => {
    const parts = repeatsOf(record, 4).flatMap((repetition) => componentsOf(record, repetition));
    const text = parts
      .map(line)
      .filter((part) => part !== '')
      .join(' ');
    return text === '' ? [] : [text];
  });
}

/** Sample ids of a query: Q-3 is `patient^specimen`, repeated for a list; `ALL` asks for everything (LIS2-A2, 10.1.3). */
function standardQuery(record: AstmRecord, settings: DriverSettings): OrderQuery {
  const ids = repeatsOf(record, 3).map((repetition) => {
    const [first = '', second = ''] = componentsOf(record, repetition);
    return plainSampleId(second.trim() === '' ? first : second, settings);
  });
  return queryOf(record, ids, {});
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
    code: [],
    name: [],
    rack: [],
    position: [],
    resultAt: at('R-13 R-12 O-23 H-14'),
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

function recordAt(locator: Locator, context: AstmContext, result: AstmRecord | undefined): AstmRecord | undefined {
  switch (locator.record) {
    case 'H':
      return context.tree.header.record;
    case 'P':
      return context.patient.record;
    case 'O':
      return context.order.record;
    case 'R':
      return result;
    default:
      return undefined;
  }
}

/** Text at the first of the places that holds any, untrimmed, with its place. */
function lookUp(places: readonly Locator[], context: AstmContext, result?: AstmRecord) {
  for (const locator of places) {
    const record = recordAt(locator, context, result);
    const text = record ? fieldText(record, locator.field, locator.component) : '';
    if (record && text.trim() !== '') return { text, record, field: locator.field };
  }
  return undefined;
}

function patientOf(record: AstmRecord | undefined): DevicePatient | undefined {
  if (!record) return undefined;
  const names = componentsOf(record, repeatsOf(record, 6)[0] ?? '').map(line);
  const patient = defined<DevicePatient>({
    id: filled(fieldText(record, 3)) ?? filled(fieldText(record, 4)) ?? filled(fieldText(record, 5)),
    family: filled(names[0]),
    given: filled(
      names
        .slice(1)
        .filter((name) => name !== '')
        .join(' '),
    ),
    birthDate: readTime(fieldText(record, 8))?.local ?? filled(fieldText(record, 8)),
    sex: filled(fieldText(record, 9)),
  });
  return Object.keys(patient).length > 0 ? patient : undefined;
}

/**
 * Reads the text of an ASTM session by a profile. Never throws: what cannot be read is an error with its place, what
 * departs from the standard is read and noted.
 */
export function readAstm(
  text: Uint8Array,
  profile: AstmProfile,
  own: DriverSettings,
  device?: DriverSettings,
): ReadOutcome {
  const settings = settingsOf(own, device);
  const parsed = parseAstm(text, settings.charset ?? 'latin1');
  if (!parsed.ok) return parsed;
  const into = new Draft();
  into.notes.addAll(parsed.notes);
  if (parsed.messages.length > 1) into.notes.add(`${parsed.messages.length} messages came in one session.`);
  const places = placesOf(profile.places, settings.map);
  for (const one of parsed.messages) readOne(one, profile, places, settings, into);
  return { ok: true, message: into.message };
}

function readOne(
  message: AstmMessage,
  profile: AstmProfile,
  places: Places,
  settings: DriverSettings,
  into: Draft,
): void {
  const tree = treeOf(message);
  const header = tree.header.record;
  into.notes.addAll(tree.notes);
  into.analyzer = { ...profile.analyzer(header), ...into.analyzer };
  into.messageId ??= filled(fieldText(header, 3));
  into.sentAt ??= readTime(fieldText(header, 14));
  for (const query of tree.queries) into.queries.push(profile.query(query.record, settings));
  for (const patient of tree.patients) {
    for (const order of patient.orders) readOrder({ tree, patient, order, settings }, profile, places, into);
  }
}

function readOrder(context: AstmContext, profile: AstmProfile, places: Places, into: Draft): void {
  const { patient, order, settings } = context;
  const found = lookUp(places.sampleId, context);
  const rawSampleId = found?.text ?? '';
  const sampleId = plainSampleId(rawSampleId, settings);
  const source = order.record ?? order.results[0]?.record ?? context.tree.header.record;
  const sample = defined<DeviceSample>({
    sampleId,
    rawSampleId,
    rack: filled(lookUp(places.rack, context)?.text),
    position: filled(lookUp(places.position, context)?.text),
    kind: profile.kind(sampleId, context).kind,
    patient: patientOf(patient.record),
    comments: commentsOf([...patient.comments, ...order.comments]),
    images: [...profile.orderImages(order)],
    recordRef: refOf(found?.record ?? source, found?.field ?? 3),
  });
  into.samples.push(sample);
  if (sampleId === '' && order.results.length > 0) {
    into.notes.add(`Record ${source.index + 1} and what follows name no sample.`);
  }
  const readings = order.results.map((result) => readResult(result, sample, context, profile, places, into.notes));
  into.addResults(profile.finish(readings));
}

function readResult(
  result: AstmResultNode,
  sample: DeviceSample,
  context: AstmContext,
  profile: AstmProfile,
  places: Places,
  notes: Notes,
): DeviceReading {
  const { record } = result;
  const { settings } = context;
  const own = lookUp(places.code, context, record)?.text.trim();
  const code = own ?? profile.code(record, context);
  const { value, marks, note, raw, comment } = profile.value(record, settings);
  const { kind, control } = profile.kind(sample.sampleId, context);
  if (note) notes.add(`${code}: ${note}.`);
  if (code === '') notes.add(`Record ${record.index + 1} is a result without a code.`);
  const flags = repeatsOf(record, 7).flatMap((repetition) => componentsOf(record, repetition));
  return defined<DeviceReading>({
    sampleId: sample.sampleId,
    rawSampleId: sample.rawSampleId,
    rack: sample.rack,
    position: sample.position,
    code,
    name: filled(lookUp(places.name, context, record)?.text) ?? profile.name(record),
    loinc: profile.loinc(record),
    value,
    rawValue: raw,
    unit: filled(fieldText(record, 5)),
    flags: [...flags.map((flag) => flag.trim()).filter((flag) => flag !== ''), ...marks],
    referenceText: profile.referenceText(record),
    status: filled(fieldText(record, 9)),
    resultAt: readTime(lookUp(places.resultAt, context, record)?.text ?? ''),
    operator: filled(line(fieldText(record, 11, 2))) ?? filled(line(fieldText(record, 11, 1))),
    dilution: profile.dilution(record),
    comments: [...(comment === undefined ? [] : [comment]), ...commentsOf(result.comments)],
    kind,
    control,
    images: [...profile.resultImages(result)],
    recordRef: refOf(record, 4),
  });
}

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
