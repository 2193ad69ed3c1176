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

function textAt(record: AstmRecord, { field, repetition, component }: Locator): string {
  if (repetition === undefined || repetition === 1) return fieldText(record, field, component);
  const components = componentsOf(record, repeatsOf(record, field)[repetition - 1] ?? '');
  return component === undefined ? components.join(record.delimiters.component) : (components[component - 1] ?? '');
}

/** Text at the first of the places that holds any, untrimmed, with its place. */
function lookUp(places: readonly Locator[], context: AstmContext, result?: AstmRecord) {
  for (const locator of places) {
    const record = recordAt(locator, context, result);
    const text = record ? textAt(record, locator) : '';
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
  const first = order.results[0]?.record;
  const found = lookUp(places.sampleId, context, first);
  const rawSampleId = found?.text ?? '';
  const sampleId = plainSampleId(rawSampleId, settings);
  const source = order.record ?? order.results[0]?.record ?? context.tree.header.record;
  const sample = defined<DeviceSample>({
    sampleId,
    rawSampleId,
    rack: filled(lookUp(places.rack, context, first)?.text),
    position: filled(lookUp(places.position, context, first)?.text),
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
  const mapped = settings.map ?? {};
  const code = lookUp(mapped.code ?? [], context, record)?.text.trim() ?? profile.code(record, context);
  const { value, marks, note, raw, comment, field } = valueIn(record, context, profile);
  const rawSampleId = places.sampleId.some((place) => place.record === 'R')
    ? (lookUp(places.sampleId, context, record)?.text ?? '')
    : sample.rawSampleId;
  const sampleId = plainSampleId(rawSampleId, settings);
  const { kind, control } = profile.kind(sampleId, context);
  if (note) notes.add(`${code}: ${note}.`);
  if (code === '') notes.add(`Record ${record.index + 1} is a result without a code.`);
  const flags = mapped.flags
    ? [lookUp(mapped.flags, context, record)?.text ?? '']
    : repeatsOf(record, 7).flatMap((repetition) => componentsOf(record, repetition));
  const unit = mapped.unit ? filled(lookUp(mapped.unit, context, record)?.text) : profile.unit(record);
  return defined<DeviceReading>({
    sampleId,
    rawSampleId,
    rack: sample.rack,
    position: sample.position,
    code,
    name: filled(lookUp(places.name, context, record)?.text) ?? profile.name(record),
    loinc: profile.loinc(record),
    value,
    rawValue: raw,
    unit,
    flags: [...flags, ...profile.moreFlags(record), ...marks].map((flag) => flag.trim()).filter((flag) => flag !== ''),
    referenceText: profile.referenceText(record),
    status: filled(fieldText(record, 9)),
    resultAt: readTime(lookUp(places.resultAt, context, record)?.text ?? ''),
    operator: filled(line(fieldText(record, 11, 2))) ?? filled(line(fieldText(record, 11, 1))),
    dilution: profile.dilution(record),
    rerun: profile.isRerun(record, context) ? true : undefined,
    comments: [...(comment === undefined ? [] : [comment]), ...profile.resultComments(commentsOf(result.comments))],
    kind,
    control,
    images: [...profile.resultImages(result)],
    recordRef: refOf(record, field),
  });
}

/** The value where the device's own map has it, or where the instrument's profile finds it. */
function valueIn(
  record: AstmRecord,
  context: AstmContext,
  profile: AstmProfile,
): AstmValue & { readonly field: number } {
  const { settings } = context;
  const places = settings.map?.value;
  if (!places) return { ...profile.value(record, settings), field: 4 };
  const found = lookUp(places, context, record);
  const raw = found?.text ?? '';
  return { ...readValue(raw, settings.decimal), raw, field: found?.record === record ? found.field : 4 };
}
