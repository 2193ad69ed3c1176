import type { Driver, DriverSettings, ReadOutcome } from '../driver.ts';
import type { DevicePatient, DeviceReading, DeviceSample } from '../reading.ts';
import { filled } from '../text.ts';
import { readWrittenTime } from '../times.ts';
import { readValue } from '../values.ts';
import { parseVidas, type VidasField } from '../vidas/fields.ts';
import { Draft, defined, kindOfSampleId, nowhere, plainSampleId, settingsOf, usualSerial } from './common.ts';
import type { MeasuredKind } from './kind.ts';

/** Number and unit in one: `28,94mUI/ml`, `<0.10 ng/ml`. */
const quantity = /^([<>]=?\s*)?([+-]?[\d.,]+)\s*(.*)$/;

/** Controls and standards are measured under these names instead of a sample id. */
function kindOf(sampleId: string, test: string, settings: DriverSettings): MeasuredKind {
  if (/^S\d$/i.test(sampleId)) return { kind: 'calibration', control: { level: sampleId.toUpperCase() } };
  if (/^C\d$/i.test(sampleId)) return { kind: 'control', control: { level: sampleId.toUpperCase() } };
  if (test.toUpperCase() === 'QCV') return { kind: 'control' };
  return { kind: kindOfSampleId(sampleId, settings) };
}

/** The fields of one message, split at each test (`rt`): what stands before the first belongs to the sample. */
function testsOf(fields: readonly VidasField[]): { sample: VidasField[]; tests: VidasField[][] }[] {
  const messages: { sample: VidasField[]; tests: VidasField[][] }[] = [];
  for (const field of fields) {
    if (field.tag === 'mt') messages.push({ sample: [], tests: [] });
    const message = messages.at(-1);
    if (!message) continue;
    if (field.tag === 'rt') message.tests.push([]);
    (message.tests.at(-1) ?? message.sample).push(field);
  }
  return messages;
}

function tagged(fields: readonly VidasField[], tag: string): VidasField | undefined {
  return fields.find((field) => field.tag === tag && field.text !== '');
}

function read(text: Uint8Array, device?: DriverSettings): ReadOutcome {
  const settings = settingsOf(miniVidas.settings, device);
  const parsed = parseVidas(text, settings.charset ?? 'latin1');
  if (!parsed.ok) return parsed;
  const into = new Draft();
  into.analyzer = { manufacturer: 'bioMérieux', model: 'mini VIDAS' };
  into.notes.addAll(parsed.notes);
  for (const { sample, tests } of testsOf(parsed.fields)) {
    const type = sample[0]?.text ?? '';
    if (type !== 'rsl') {
      into.notes.add(`A message of type "${type.slice(0, 20)}" was not read: only results (rsl) are known.`);
      continue;
    }
    for (const test of tests) readTest(sample, test, settings, into);
  }
  return { ok: true, message: into.message };
}

function readTest(
  about: readonly VidasField[],
  test: readonly VidasField[],
  settings: DriverSettings,
  into: Draft,
): void {
  const id = tagged([...about, ...test], 'ci') ?? tagged([...about, ...test], 'si');
  const first = test[0];
  if (!first) return;
  const rawSampleId = id?.text ?? '';
  const sampleId = plainSampleId(rawSampleId, settings);
  if (sampleId === '') into.notes.add(`The result of ${first.text} names no sample.`);
  const { kind, control } = kindOf(sampleId, first.text, settings);
  const patient = defined<DevicePatient>({
    id: tagged(about, 'pi')?.text,
    family: tagged(about, 'pn')?.text,
    birthDate: tagged(about, 'pb')?.text,
    sex: tagged(about, 'ps')?.text,
  });
  into.samples.push(
    defined<DeviceSample>({
      sampleId,
      rawSampleId,
      kind,
      patient: Object.keys(patient).length > 0 ? patient : undefined,
      comments: [],
      images: [],
      recordRef: (id ?? first).ref,
    }),
  );
  const state = tagged(test, 'nc');
  const of = (code: string, field: VidasField, valueText: string, unit: string | undefined): DeviceReading => {
    const { value, marks, note } = readValue(valueText, settings.decimal);
    if (note) into.notes.add(`${code}: ${note}.`);
    return defined<DeviceReading>({
      sampleId,
      rawSampleId,
      code,
      name: tagged(test, 'rn')?.text,
      value,
      rawValue: field.text,
      unit,
      flags: [...(state && state.text !== 'valid' ? [state.text] : []), ...marks],
      resultAt: readWrittenTime(
        tagged(test, 'td')?.text ?? '',
        tagged(test, 'tt')?.text ?? '',
        settings.dateOrder ?? 'mdy',
      ),
      dilution: tagged(test, 'qd')?.text,
      comments: [],
      kind,
      control,
      images: [],
      recordRef: field.ref,
    });
  };
  const word = tagged(test, 'ql');
  const number = tagged(test, 'qn');
  if (word) into.results.push(of(first.text, word, word.text, undefined));
  if (number) {
    const parts = quantity.exec(number.text);
    const unit = filled(tagged(test, 'y3')?.text) ?? filled(parts?.[3]);
    const amount = parts ? `${parts[1] ?? ''}${parts[2] ?? ''}` : number.text;
    into.results.push(of(word ? `${first.text}^TV` : first.text, number, amount, unit));
  }
  if (!word && !number) into.results.push(of(first.text, first, '', undefined));
}

/** bioMérieux mini VIDAS (and VIDAS PC): its own tagged fields, one test in a message. Source: BCI chapter of the manual, captures. */
export const miniVidas: Driver = {
  id: 'mini-vidas',
  name: 'bioMérieux mini VIDAS',
  manufacturer: 'bioMérieux',
  models: ['mini VIDAS', 'VIDAS', 'VIDAS PC'],
  format: 'vidas',
  protocol: { framing: 'vidas', connection: 'serial', serial: usualSerial },
  settings: { charset: 'latin1', decimal: 'auto', dateOrder: 'mdy' },
  guide: {
    source:
      'bioMérieux: computer interface chapter (BCI) of the VIDAS operator’s manual, and a message of a mini VIDAS.',
    guessed: [
      'The words that C1 to C3, S1 and S2 in place of the sample id mark controls and standards on every software version.',
    ],
    cabling: 'RS-232C: a crossed cable from the socket “LIS” of the instrument (DB-9 or DB-25).',
    settings: [
      'Set-up menu → Computer interface: protocol “bioMérieux” (BCI), one way, with ENQ and checksum.',
      '9600 baud, 8 data bits, no parity, 1 stop bit on both sides.',
      'Transmission: automatically after each test.',
    ],
  },
  places: nowhere,
  codes: [
    { code: 'HBCT', name: 'Hepatitis B core antibody, total' },
    { code: 'HBCT^TV', name: 'Hepatitis B core antibody, total, test value' },
    { code: 'TSH', name: 'Thyrotropin (TSH)', loinc: '3016-3', unit: 'u[IU]/mL' },
    { code: 'HCG', name: 'Choriogonadotropin' },
  ],
  quirks: [
    'A field is a tag of two letters and its text, ended by a bar: ci sample, rt test, rn its name, ql word, qn number, tt and td time and date.',
    'A test that gives a word and a number gives two results: the word under the test’s code, the number (the test value) under the code and ^TV.',
    'The unit is written behind the number without a blank; some set-ups write a decimal comma.',
    'mini VIDAS writes dates as month/day/year, VIDAS PC as day/month/year: set the date order of the device.',
    'Controls C1 to C3 and standards S1, S2 stand where the sample id is.',
  ],
  sample: {
    text: '\x1emtrsl|\x1epi|\x1epnDOE|\x1esi|\x1eciAQ-240006|\x1ertHCG|\x1ernHCG|\x1ett09:05|\x1etd02/13/24|\x1eql|\x1eqn<2,00mUI/ml|',
    results: [{ sampleId: 'AQ-240006', code: 'HCG', value: '<2.00', unit: 'mUI/ml' }],
  },
  read,
};
