import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CandidatePlace,
  candidatesOf,
  type Driver,
  drivers,
  encodeText,
  fieldMapSchema,
  findDriver,
  mapAlso,
  mapTargets,
  mapWith,
  mapWithout,
  mapWithoutPlace,
  readWithPlace,
} from '../../../shared/devices/index.ts';

function driver(id: string): Driver {
  const found = findDriver(id);
  if (!found) throw new Error(`no driver ${id}`);
  return found;
}

function message(lines: readonly string[]): Uint8Array {
  return encodeText(lines.map((line) => `${line}\r`).join(''), 'utf-8');
}

function placesOf(id: string, text: Uint8Array): CandidatePlace[] {
  const found = candidatesOf(driver(id), text);
  if (!found.ok) throw new Error(found.error.message);
  return found.records.flatMap(({ fields }) => fields.flatMap(({ places }) => places));
}

function place(id: string, text: Uint8Array, holds: string): CandidatePlace {
  const found = placesOf(id, text).filter((one) => one.text === holds);
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} places hold ${holds}`);
  return found[0];
}

/** An instrument nobody wrote a driver for: the sample id in the patient record, the code in R-2, the value in R-7. */
const odd = message([
  'H|\\^&|||ODD^2',
  'P|1|||x^TUBE-9^y',
  'O|1|run 17',
  'R|GLU|a\\b^c|mmol/L|||5.61|hi',
  'R|UREA|a|mmol/L|||<1.2',
  'L|1|N',
]);

describe('candidates of an ASTM message', () => {
  it('are records, fields and places with the text they hold', () => {
    const found = candidatesOf(driver('generic-astm'), odd);
    if (!found.ok) throw new Error(found.error.message);
    expect(found.records.map(({ type, title, targets }) => [type, title, targets.length > 0])).toEqual([
      ['H', 'Header', true],
      ['P', 'Patient', true],
      ['O', 'Order', true],
      ['R', 'Result', true],
      ['R', 'Result', true],
      ['L', 'Terminator', false],
    ]);
    expect(found.records.at(-1)?.why).toContain('Ends the message');
    expect(found.records[1]?.fields[1]).toEqual({
      field: 5,
      text: 'x^TUBE-9^y',
      places: [
        { locator: { record: 'P', field: 5, component: 1 }, place: 'P-5.1', text: 'x' },
        { locator: { record: 'P', field: 5, component: 2 }, place: 'P-5.2', text: 'TUBE-9' },
        { locator: { record: 'P', field: 5, component: 3 }, place: 'P-5.3', text: 'y' },
      ],
    });
    expect(found.records[3]?.fields[1]?.places.map((one) => one.place)).toEqual(['R-3.1', 'R-3(2).1', 'R-3(2).2']);
    expect(found.left).toBe(0);
  });

  it('make the instrument readable one after another: sample id, code, value, unit, flag', () => {
    const generic = driver('generic-astm');
    let settings = {};
    for (const [target, holds] of [
      ['sampleId', 'TUBE-9'],
      ['code', 'GLU'],
      ['value', '5.61'],
      ['flags', 'hi'],
    ] as const) {
      const { map } = readWithPlace(generic, odd, settings, target, place('generic-astm', odd, holds).locator);
      expect(fieldMapSchema.parse(map)).toEqual(map);
      settings = { map };
    }
    const unit = placesOf('generic-astm', odd).find((one) => one.text === 'mmol/L');
    if (!unit) throw new Error('no unit');
    const { outcome } = readWithPlace(generic, odd, settings, 'unit', unit.locator);
    if (!outcome.ok) throw new Error(outcome.error.message);
    expect(outcome.message.results).toMatchObject([
      { sampleId: 'TUBE-9', code: 'GLU', value: { kind: 'numeric', number: '5.61' }, unit: 'mmol/L', flags: ['hi'] },
      { sampleId: 'TUBE-9', code: 'UREA', value: { number: '1.2', comparator: '<' }, unit: 'mmol/L', flags: [] },
    ]);
    expect(outcome.message.results[0]?.recordRef).toMatchObject({ type: 'R', field: 7 });
  });

  it('find a sample id that stands in each result', () => {
    const text = message(['H|\\^&', 'R|1|^^^A|1||||||||||T1', 'R|2|^^^A|2||||||||||T2', 'L|1|N']);
    const { outcome } = readWithPlace(driver('generic-astm'), text, undefined, 'sampleId', { record: 'R', field: 14 });
    expect(outcome.ok && outcome.message.results.map(({ sampleId }) => sampleId)).toEqual(['T1', 'T2']);
  });

  it('find a repetition', () => {
    const text = message(['H|\\^&', 'P|1', 'O|1|a^b\\c^TUBE', 'R|1|^^^A|1', 'L|1|N']);
    const { locator } = place('generic-astm', text, 'TUBE');
    expect(locator).toEqual({ record: 'O', field: 3, repetition: 2, component: 2 });
    const { outcome } = readWithPlace(driver('generic-astm'), text, undefined, 'sampleId', locator);
    expect(outcome.ok && outcome.message.results[0]?.sampleId).toBe('TUBE');
  });
});

describe('candidates of an HL7 message', () => {
  const text = message([
    'MSH|^~\\&|ODD|MAKER|||20240105101500||ORU^R01|9|P|2.3.1',
    'PV1|1|||TUBE-9',
    'OBR|1|7~8^in\\T\\out|',
    'OBX|1|ST|K^Potassium|extra|n/a|mmol/L|||||F|||||4.10',
  ]);

  it('reach every segment, the ones drivers do not look at too', () => {
    const generic = driver('generic-hl7');
    const sampleId = place('generic-hl7', text, 'TUBE-9').locator;
    expect(sampleId).toEqual({ record: 'PV1', field: 4 });
    const first = readWithPlace(generic, text, undefined, 'sampleId', sampleId);
    const { outcome } = readWithPlace(
      generic,
      text,
      { map: first.map },
      'value',
      place('generic-hl7', text, '4.10').locator,
    );
    if (!outcome.ok) throw new Error(outcome.error.message);
    expect(outcome.message.results).toMatchObject([
      { sampleId: 'TUBE-9', code: 'K', value: { number: '4.10' }, unit: 'mmol/L' },
    ]);
  });

  it('name repetitions and undo escapes', () => {
    expect(
      placesOf('generic-hl7', text)
        .filter((one) => one.locator.record === 'OBR')
        .map((one) => [one.place, one.text]),
    ).toEqual([
      ['OBR-1', '1'],
      ['OBR-2.1', '7'],
      ['OBR-2(2).1', '8'],
      ['OBR-2(2).2', 'in&out'],
    ]);
  });
});

describe('field maps', () => {
  it('keep the places of everything else', () => {
    const map = mapWith({ code: [{ record: 'R', field: 3 }] }, 'sampleId', { record: 'O', field: 4 });
    expect(map).toEqual({ code: [{ record: 'R', field: 3 }], sampleId: [{ record: 'O', field: 4 }] });
    expect(mapWithout(map, 'code')).toEqual({ sampleId: [{ record: 'O', field: 4 }] });
    expect(mapWithout(undefined, 'code')).toEqual({});
  });

  it('takes a second place for one thing, in the order chosen, behind the driver’s where there is none yet', () => {
    const [three, four] = [
      { record: 'O', field: 3 },
      { record: 'O', field: 4 },
    ];
    const map = mapAlso(mapWith(undefined, 'sampleId', four), 'sampleId', three, []);
    expect(map.sampleId).toEqual([four, three]);
    expect(mapAlso(map, 'sampleId', three, [])).toEqual(map);
    expect(mapAlso(undefined, 'sampleId', four, [three]).sampleId).toEqual([three, four]);
    expect(mapWithoutPlace(map, 'sampleId', four)).toEqual({ sampleId: [three] });
    expect(mapWithoutPlace({ sampleId: [four] }, 'sampleId', four)).toEqual({});
    expect(fieldMapSchema.parse(map)).toEqual(map);
  });

  it.each([
    ['generic-astm', ['H|\\^&', 'P|1', 'O|1|FIRST|SECOND|^^^GLU', 'R|1|^^^GLU|5', 'L|1', ''], 'O', [4, 3]],
    ['generic-hl7', ['MSH|^~\\&|X||||||ORU^R01|1|P|2.3', 'OBR|1|SECOND|FIRST', 'OBX|1|NM|GLU||5', ''], 'OBR', [3, 2]],
  ])('%s looks at the second place only where the first is empty', (id, lines, record, fields) => {
    const driver = findDriver(id);
    const map = { sampleId: fields.map((field) => ({ record, field })) };
    const sampleIn = (text: string) => {
      const outcome = driver?.read(Buffer.from(text), { map });
      return outcome?.ok ? outcome.message.results[0]?.sampleId : outcome?.error.message;
    };
    const text = lines.join('\r');
    const [first, second] = id === 'generic-astm' ? ['SECOND', 'FIRST'] : ['FIRST', 'SECOND'];
    expect(sampleIn(text)).toBe(first);
    expect(sampleIn(text.replace(first, ''))).toBe(second);
    expect(sampleIn(text.replace(first, '  '))).toBe(second);
  });

  it('can be made of any place of any driver’s own sample, and hold what was chosen', () => {
    for (const one of drivers.filter(({ format }) => format === 'astm' || format === 'hl7')) {
      const text = encodeText(one.sample.text, one.settings.charset ?? 'latin1');
      const found = candidatesOf(one, text);
      if (!found.ok) throw new Error(found.error.message);
      const records = found.records.filter(({ targets }) => targets.includes('sampleId'));
      for (const record of records) {
        for (const { locator, text: holds } of record.fields.flatMap(({ places }) => places)) {
          for (const target of mapTargets)
            expect(fieldMapSchema.parse(mapWith(undefined, target, locator))).toBeDefined();
          if (record.type === 'P' || record.type === 'OBR') {
            const { outcome } = readWithPlace(one, text, undefined, 'sampleId', locator);
            expect(outcome.ok && outcome.message.samples.map(({ rawSampleId }) => rawSampleId)).toContain(holds);
          }
        }
      }
    }
  });

  it('say why a message has no places', () => {
    expect(candidatesOf(driver('mini-vidas'), encodeText('mtrsl|', 'latin1'))).toMatchObject({ ok: false });
    expect(candidatesOf(driver('generic-astm'), encodeText('nothing', 'latin1'))).toMatchObject({
      ok: false,
      error: { code: 'no-header' },
    });
  });

  it('never throw, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...drivers), (bytes, one) => {
        candidatesOf(one, bytes);
        readWithPlace(one, bytes, undefined, 'sampleId', { record: 'O', field: 3, repetition: 2, component: 4 });
      }),
      { numRuns: 300 },
    );
  });
});
