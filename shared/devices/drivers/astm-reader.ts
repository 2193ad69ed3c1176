import { withManufacturerResults } from '../astm/manufacturer-results.ts';
import {
  type AstmMessage,
  type AstmRecord,
  componentsOf,
  fieldText,
  parseAstm,
  refOf,
  repeatsOf,
} from '../astm/records.ts';
import { type AstmResultNode, treeOf } from '../astm/tree.ts';
import type { DriverSettings, Locator, Places, ReadOutcome } from '../driver.ts';
import type { Notes } from '../notes.ts';
import type { DevicePatient, DeviceReading, DeviceSample } from '../reading.ts';
import { filled } from '../text.ts';
import { readTime } from '../times.ts';
import { readValue } from '../values.ts';
import { type AstmContext, type AstmProfile, type AstmValue, line } from './astm-profile.ts';
import { Draft, defined, placesOf, plainSampleId, settingsOf } from './common.ts';

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

/** The record of this type that belongs to the result: comments and an instrument's own records from the nearest that has one. */
function recordAt(type: string, context: AstmContext, result: AstmResultNode | undefined): AstmRecord | undefined {
  const { tree, patient, order } = context;
  if (result?.record.type === type) return result.record;
  switch (type) {
    case 'H':
      return tree.header.record;
    case 'P':
      return patient.record;
    case 'O':
      return order.record;
    case 'R':
      return undefined;
    default:
      return [result, order, patient, tree.header].flatMap(
        (node) => (node ? besides(type, node)[0] : undefined) ?? [],
      )[0];
  }
}

/** Records of a type that follow another one. */
function besides(type: string, { comments, manufacturer }: Pick<AstmResultNode, 'comments' | 'manufacturer'>) {
  return type === 'C' ? comments : manufacturer.filter((record) => record.type === type);
}

function textAt(record: AstmRecord, { field, repetition, component }: Locator): string {
  if (repetition === undefined || repetition === 1) return fieldText(record, field, component);
  const components = componentsOf(record, repeatsOf(record, field)[repetition - 1] ?? '');
  return component === undefined ? components.join(record.delimiters.component) : (components[component - 1] ?? '');
}

/** Text at the first of the places that holds any, untrimmed, with its place. */
function lookUp(places: readonly Locator[], context: AstmContext, result?: AstmResultNode) {
  for (const locator of places) {
    const record = recordAt(locator.record, context, result);
    const text = record ? textAt(record, locator) : '';
    if (record && text.trim() !== '') return { text, record, field: locator.field };
  }
  return undefined;
}

/** What the instrument remarks on a result: each C record, or what stands where the device's own map has it. */
function remarksOn(result: AstmResultNode, context: AstmContext): string[] {
  const places = context.settings.map?.comment;
  if (!places) return commentsOf(result.comments);
  return places.flatMap((place) => {
    const own = besides(place.record, result);
    const records = own.length > 0 ? own : [recordAt(place.record, context, result)];
    return records.flatMap((record) => filled(record && line(textAt(record, place))) ?? []);
  });
}

function patientOf(id: string | undefined, record: AstmRecord | undefined): DevicePatient | undefined {
  if (!record) return id === undefined ? undefined : { id };
  const names = componentsOf(record, repeatsOf(record, 6)[0] ?? '').map(line);
  const patient = defined<DevicePatient>({
    id,
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
  const own = (settings.map?.value ?? []).filter(({ record }) => !/^[HPORCQSL]$/.test(record));
  const sent = treeOf(message);
  const tree = own.length === 0 ? sent : withManufacturerResults(sent, new Set(own.map(({ record }) => record)));
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
  const first = order.results[0];
  const found = lookUp(places.sampleId, context, first);
  const rawSampleId = found?.text ?? '';
  const sampleId = plainSampleId(rawSampleId, settings);
  const source = order.record ?? first?.record ?? context.tree.header.record;
  const sample = defined<DeviceSample>({
    sampleId,
    rawSampleId,
    rack: filled(lookUp(places.rack, context, first)?.text),
    position: filled(lookUp(places.position, context, first)?.text),
    kind: profile.kind(sampleId, context).kind,
    patient: patientOf(filled(lookUp(places.patientId, context, first)?.text), patient.record),
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
  const mapped = settings.map ?? {};
  // What the standard says of the fields of R does not hold for a record of the instrument's own.
  const isStandard = record.type === 'R';
  const code =
    lookUp(mapped.code ?? [], context, result)?.text.trim() ?? (isStandard ? profile.code(record, context) : '');
  const { value, marks, note, raw, comment, field } = valueIn(result, context, profile, places);
  const rawSampleId = places.sampleId.some((place) => !/^[HPO]$/.test(place.record))
    ? (lookUp(places.sampleId, context, result)?.text ?? '')
    : sample.rawSampleId;
  const sampleId = plainSampleId(rawSampleId, settings);
  const { kind, control } = profile.kind(sampleId, context);
  if (note) notes.add(`${code}: ${note}.`);
  if (code === '') notes.add(`Record ${record.index + 1} is a result without a code.`);
  const usualFlags = isStandard && places.flags.length > 0 ? repeatsOf(record, 7) : [];
  const flags = mapped.flags
    ? [lookUp(mapped.flags, context, result)?.text ?? '']
    : usualFlags.flatMap((repetition) => componentsOf(record, repetition));
  const usualUnit = isStandard && places.unit.length > 0 ? profile.unit(record) : undefined;
  const unit = mapped.unit ? filled(lookUp(mapped.unit, context, result)?.text) : usualUnit;
  return defined<DeviceReading>({
    sampleId,
    rawSampleId,
    rack: sample.rack,
    position: sample.position,
    code,
    name: filled(lookUp(places.name, context, result)?.text) ?? profile.name(record),
    loinc: profile.loinc(record),
    value,
    rawValue: raw,
    unit,
    flags: [...flags, ...profile.moreFlags(record), ...marks].map((flag) => flag.trim()).filter((flag) => flag !== ''),
    referenceText: isStandard ? profile.referenceText(record) : undefined,
    status: isStandard ? filled(fieldText(record, 9)) : undefined,
    resultAt: readTime(lookUp(places.resultAt, context, result)?.text ?? ''),
    operator: isStandard ? operatorOf(record) : undefined,
    dilution: profile.dilution(record),
    rerun: profile.isRerun(record, context) ? true : undefined,
    comments: [...(comment === undefined ? [] : [comment]), ...profile.resultComments(remarksOn(result, context))],
    kind,
    control,
    images: [...profile.resultImages(result)],
    recordRef: refOf(record, field),
  });
}

function operatorOf(record: AstmRecord): string | undefined {
  return filled(line(fieldText(record, 11, 2))) ?? filled(line(fieldText(record, 11, 1)));
}

/** The value where the device's own map has it, or where the instrument's profile finds it. */
function valueIn(
  result: AstmResultNode,
  context: AstmContext,
  profile: AstmProfile,
  { value: places }: Places,
): AstmValue & { readonly field: number } {
  const { settings } = context;
  const { record } = result;
  if (!settings.map?.value && places.length > 0) return { ...profile.value(record, settings), field: 4 };
  const found = lookUp(places, context, result);
  const raw = found?.text ?? '';
  return { ...readValue(raw, settings.decimal), raw, field: found?.record === record ? found.field : 4 };
}
