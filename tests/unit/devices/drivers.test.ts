import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AnalyzerOrder,
  type AnswerContext,
  type DeviceMessage,
  type Driver,
  type DriverSettings,
  deviceMessageSchema,
  driverSettingsSchema,
  drivers,
  encodeText,
  findDriver,
  readErrorSchema,
  selfTest,
  valueInLine,
} from '../../../shared/devices/index.ts';
import { isLoinc } from '../../../shared/devices/loinc.ts';
import { ascii, textOf } from './drive.ts';

function driver(id: string): Driver {
  const found = findDriver(id);
  if (!found) throw new Error(`no driver ${id}`);
  return found;
}

function read(id: string, lines: readonly string[], settings?: DriverSettings): DeviceMessage {
  const outcome = driver(id).read(encodeText(lines.map((line) => `${line}\r`).join(''), 'utf-8'), settings);
  if (!outcome.ok) throw new Error(outcome.error.message);
  return deviceMessageSchema.parse(outcome.message);
}

function lines(message: DeviceMessage): string[] {
  return message.results.map((one) =>
    [one.sampleId, one.code, valueInLine(one.value), one.unit ?? '', one.flags.join(',')].join(' | '),
  );
}

const context: AnswerContext = { now: '20240105120000', controlId: 'c1', sender: 'ALIQUOT' };
const order: AnalyzerOrder = {
  sampleId: 'AQ-9',
  codes: ['WBC', 'PLT'],
  priority: 'routine',
  action: 'new',
  patient: { id: 'P-1', family: 'Rao', given: 'Asha', birthDate: '1990-02-15', sex: 'F' },
};

describe.each(drivers.map((one) => [one.id, one] as const))('driver %s', (_, one) => {
  it('reads its own sample message as it must', () => {
    expect(selfTest(one)).toEqual([]);
    expect(one.sample.results.length).toBeGreaterThan(0);
    const outcome = one.read(encodeText(one.sample.text, one.settings.charset ?? 'latin1'));
    expect(outcome.ok && deviceMessageSchema.parse(outcome.message).notes).toEqual([]);
  });

  it('leads from every result back to its place in the message', () => {
    const bytes = encodeText(one.sample.text, one.settings.charset ?? 'latin1');
    const outcome = one.read(bytes);
    for (const { recordRef, code } of outcome.ok ? outcome.message.results : []) {
      const place = textOf(bytes.subarray(recordRef.offset, recordRef.offset + recordRef.length));
      expect(place.replace('\x1e', '')).toMatch(new RegExp(`^${recordRef.type}`));
      if (one.format !== 'vidas') expect(place).toContain(code.split('^').at(-1) ?? '');
    }
  });

  it('has settings that can be stored, and codes without doubles', () => {
    expect(driverSettingsSchema.parse(one.settings)).toEqual(one.settings);
    expect(new Set(one.codes.map(({ code }) => code)).size).toBe(one.codes.length);
    for (const { loinc } of one.codes) if (loinc) expect(isLoinc(loinc)).toBe(true);
  });

  it('never throws, for any bytes; what it gives can be stored', () => {
    const sample = encodeText(one.sample.text, one.settings.charset ?? 'latin1');
    const damaged = fc.array(fc.tuple(fc.nat(sample.length - 1), fc.nat(255)), { maxLength: 8 }).map((damages) => {
      const bytes = sample.slice();
      for (const [place, byte] of damages) bytes[place] = byte;
      return bytes;
    });
    const cut = fc
      .tuple(fc.nat(sample.length), fc.nat(sample.length))
      .map(([a, b]) => sample.slice(Math.min(a, b), Math.max(a, b)));
    fc.assert(
      fc.property(fc.oneof(damaged, cut, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        const outcome = one.read(bytes);
        if (outcome.ok) deviceMessageSchema.parse(outcome.message);
        else readErrorSchema.parse(outcome.error);
        if (outcome.ok) for (const query of outcome.message.queries) one.answer?.(query, [order], context);
      }),
      { numRuns: 500 },
    );
  });
});

describe('ASTM drivers', () => {
  it('Sysmex: rack and position, controls with lot, overflow, dilution', () => {
    const message = read('sysmex-xn', [
      'H|\\^&|||    XN-350^00-01^11000',
      'P|1',
      'O|1||7^3^        QC-41230801^B|^^^^WBC|||||||Q',
      'R|1|^^^^WBC^5|++++|10*3/uL||A||F||||20240105101500',
    ]);
    expect(message.results[0]).toMatchObject({
      sampleId: 'QC-41230801',
      rack: '7',
      position: '3',
      kind: 'control',
      control: { lot: '41230801' },
      dilution: '5',
      value: { kind: 'missing', reason: 'out-of-range' },
      rawValue: '++++',
    });
    expect(message.analyzer).toEqual({ manufacturer: 'Sysmex', model: 'XN-350', software: '00-01', serial: '11000' });
  });

  it('Sysmex: names scattergrams by their file on the instrument, and is not misled by texts like them', () => {
    const message = read('sysmex-xn', [
      'H|\\^&|||    XN-350^00-01^11000',
      'P|1',
      'O|1||1^1^AQ-1^B',
      'R|1|^^^^SCAT_WDF|BMP&R&2024&R&a.BMP|||N||F||||20240105101500',
      'R|2|^^^^DIST_RBC||||N||F||||20240105101500',
      'R|3|^^^^WBC^1|PNG&R&x',
      'L|1|N',
    ]);
    expect(message.results.map(({ images }) => images.map(({ path, mediaType }) => [path, mediaType]))).toEqual([
      [['BMP\\2024\\a.BMP', 'image/bmp']],
      [],
      [],
    ]);
  });

  it('Yumizen: pictures of the order, each with its place', () => {
    const message = read('yumizen-h500', [
      'H|\\^&|||H500^1^2',
      'P|1||||Rao^Asha^M',
      'O|1|AQ-1||^^^DIF',
      'M|1|HISTOGRAM|RBC/PLT|RbcAlongRes|FLOATLE-stream/deflate:base64^QUJD|FLOATLE-stream/deflate:base64^REVG',
      'M|2|REAGENT|CLEANER\\DILUENT|LYSE|lot1',
      'L|1|N',
    ]);
    const [sample] = message.samples;
    expect(sample?.images.map(({ name, mediaType, encoding, ref }) => [name, mediaType, encoding, ref.field])).toEqual([
      ['RBC/PLT RbcAlongRes 1', 'application/x-histogram', 'FLOATLE-stream/deflate:base64', 6],
      ['RBC/PLT RbcAlongRes 2', 'application/x-histogram', 'FLOATLE-stream/deflate:base64', 7],
    ]);
  });

  it('reads the patient and says which result has no code', () => {
    const message = read('generic-astm', [
      'H|\\^&',
      'P|1|||ID-3|Rao^Asha^M||19900215|F',
      'O|1|AQ-1',
      'R|1||5',
      'L|1|N',
    ]);
    expect(message.samples[0]?.patient).toEqual({
      id: 'ID-3',
      family: 'Rao',
      given: 'Asha M',
      birthDate: '1990-02-15',
      sex: 'F',
    });
    expect(message.notes).toEqual(['Record 4 is a result without a code.']);
  });

  it('cobas: sample id from either field, dilution behind a slash', () => {
    const message = read('cobas-c111', [
      'H|\\^&|||LAB^Roche^c111^4^1^77|||||host|RSUPL^BATCH|P|1',
      'P|1',
      'O|1|AQ-1||||',
      'R|1|^^^989/5|141|mmol/L||N||F||OP||20240105101500',
      'O|2||AQ-2^^4',
      'R|1|^^^413|41.2|g/L||N||F',
      'L|1|N',
    ]);
    expect(
      message.results.map(({ sampleId, position, code, dilution }) => [sampleId, position, code, dilution]),
    ).toEqual([
      ['AQ-1', undefined, '989', '5'],
      ['AQ-2', '4', '413', undefined],
    ]);
  });

  it('GeneXpert: a word beside a number becomes a comment', () => {
    const message = read('genexpert', [
      'H|@^\\|M-1||GX^GeneXpert^6',
      'P|1',
      'O|1|AQ-3||^^^HIV-VL',
      'R|1|^HIV-VL^^^Xpert HIV-1 VL^1^HIV-1^|DETECTED^1540|copies/mL|40 to 10000000|H||F||OP|20240105100000|20240105113000',
      'R|2|^HIV-VL^^^Xpert HIV-1 VL^1^SPC^|ERROR^|||||F||OP|20240105100000|20240105113000',
      'L|1|N',
    ]);
    expect(lines(message)).toEqual(['AQ-3 | HIV-VL^HIV-1 | 1540 | copies/mL | H', 'AQ-3 | HIV-VL^SPC | (error) |  | ']);
    expect(message.results[0]).toMatchObject({ comments: ['DETECTED'], resultAt: { local: '2024-01-05T11:30:00' } });
  });

  it('Yumizen: controls by O-16, with level and name', () => {
    const message = read('yumizen-h500', [
      'H|\\^&|||H500^1^2',
      'P|1',
      'O|1|LOT7||^^^CBC|R||||||||||CTRL^^CTRL LOW',
      'C|1|I|Difftrol L|G',
      'R|1|^^^WBC^6690-2|2.10|10E3/uL|1.9 - 2.3^REFERENCE_RANGE|N||F||OP^^USER|20240105101500',
      'L|1|N',
    ]);
    expect(message.results[0]).toMatchObject({
      kind: 'control',
      control: { lot: 'LOT7', level: 'CTRL LOW', name: 'Difftrol L' },
      loinc: '6690-2',
      referenceText: '1.9 - 2.3',
      operator: 'OP',
    });
  });

  it('generic: finds things where the device’s map says, removes prefixes, tells controls by theirs', () => {
    const text = ['H|\\^&', 'P|1|||HOSP-AQ-5', 'O|1|7', 'R|1|GLU^Glucose|5.4|mmol/L|||||||||20240105', 'L|1|N'];
    const settings: DriverSettings = {
      map: { sampleId: [{ record: 'P', field: 5 }], code: [{ record: 'R', field: 3, component: 2 }] },
      sampleIdPrefixes: ['HOSP-'],
      controlPrefixes: ['aq-5'],
    };
    expect(read('generic-astm', text).results[0]).toMatchObject({ sampleId: '7', code: 'GLU', kind: 'patient' });
    expect(read('generic-astm', text, settings).results[0]).toMatchObject({
      sampleId: 'AQ-5',
      rawSampleId: 'HOSP-AQ-5',
      code: 'Glucose',
      kind: 'control',
    });
  });

  it('leaves a sample id alone that is nothing but the prefix, or does not begin with it', () => {
    const idOf = (id: string) =>
      read('generic-astm', ['H|\\^&', 'P|1', `O|1|${id}`, 'R|1|^^^A|1', 'L|1|N'], { sampleIdPrefixes: ['LAB-'] })
        .results[0]?.sampleId;
    expect(['LAB-7', 'LAB-', 'X-LAB-7', '  LAB-7  '].map(idOf)).toEqual(['7', 'LAB-', 'X-LAB-7', '7']);
  });

  it('loses no result when orders are missing, and says what it tolerated', () => {
    const message = read('generic-astm', ['H|\\^&', 'R|1|^^^A|1', 'R|2|^^^B|2']);
    expect(message.results.map(({ code, sampleId }) => [code, sampleId])).toEqual([
      ['A', ''],
      ['B', ''],
    ]);
    expect(message.notes.length).toBeGreaterThanOrEqual(3);
  });

  it('reads several messages of one session', () => {
    const one = (id: string) => ['H|\\^&', 'P|1', `O|1|${id}`, 'R|1|^^^A|1', 'L|1|N'];
    expect(read('generic-astm', [...one('S1'), ...one('S2')]).results.map(({ sampleId }) => sampleId)).toEqual([
      'S1',
      'S2',
    ]);
  });
});

describe('host query, ASTM', () => {
  const asked = (id: string, question: string) => {
    const [query] = read(id, ['H|\\^&', question, 'L|1|N']).queries;
    if (!query) throw new Error('no query');
    return query;
  };
  const answered = (id: string, question: string, orders: readonly AnalyzerOrder[]) =>
    driver(id)
      .answer?.(asked(id, question), orders, context)
      .map(({ text }) => textOf(text).split('\r').slice(0, -1));

  it('Sysmex: gives rack, position, padded id and attribute back', () => {
    const question = 'Q|1|12^4^                  AQ-9^B||||20240105115900||||||F';
    expect(asked('sysmex-xn', question)).toMatchObject({ sampleIds: ['AQ-9'], rack: '12', position: '4', all: false });
    expect(answered('sysmex-xn', question, [order])).toEqual([
      [
        'H|\\^&|||ALIQUOT|||||||P|E1394-97|20240105120000',
        'P|1|P-1|||Rao^Asha||19900215|F',
        'O|1|12^4^                  AQ-9^B||^^^^WBC\\^^^^PLT|R||||||N||||||||||||||Q',
        'L|1|N',
      ],
    ]);
  });

  it('says "no order" with L and I', () => {
    expect(answered('sysmex-xn', 'Q|1|1^1^AQ-0^B', [])?.[0]?.at(-1)).toBe('L|1|I');
  });

  it('answers nothing to a query withdrawn', () => {
    const question = 'Q|1|^AQ-9||||||||||A';
    expect(asked('generic-astm', question).cancel).toBe(true);
    expect(answered('generic-astm', question, [order])).toEqual([]);
  });

  it('reads lists of samples, codes, and ALL', () => {
    expect(asked('generic-astm', 'Q|1|^A-1\\^A-2||^^^GLU\\^^^ALL')).toMatchObject({
      sampleIds: ['A-1', 'A-2'],
      codes: ['GLU'],
      all: false,
    });
    expect(asked('generic-astm', 'Q|1|ALL||ALL')).toMatchObject({ sampleIds: [], all: true, codes: [] });
  });

  it('orders assays at a GeneXpert, whatever results the laboratory wants of them', () => {
    const wanted = { ...order, codes: ['MTB-RIF^Xpert^MTB', 'MTB-RIF^RIF^RIF Resistance'] };
    expect(answered('genexpert', 'Q|1|^AQ-9||^^^ALL', [wanted])?.[0]?.[2]).toContain('|^^^MTB-RIF|R|');
  });

  it('sends orders unasked where there are any', () => {
    expect(driver('cobas-c111').answer?.(null, [order, { ...order, sampleId: 'AQ-10' }], context)).toHaveLength(1);
    expect(driver('cobas-c111').answer?.(null, [], context)).toEqual([]);
  });

  it('writes what it can read', () => {
    const hostile = { ...order, patient: { family: 'O|B^r\\i&n\rL|1', given: 'x' } };
    const [answer] = driver('generic-astm').answer?.(null, [hostile], context) ?? [];
    const outcome = driver('generic-astm').read(answer?.text ?? ascii(''));
    expect(outcome.ok && outcome.message.samples[0]?.patient?.family).toBe('O|B^r\\i&n L|1');
    expect(outcome.ok && outcome.message.notes).toEqual([]);
  });
});

describe('HL7 drivers', () => {
  const header = 'MSH|^~\\&|Mindray|BS-240|||20240105101500||ORU^R01|7|P|2.3.1||||0||ASCII|||';

  it('Mindray: the bar code names the sample, the running number does not', () => {
    const message = read('mindray-bs', [
      header,
      'OBR|1||14|Mindray^BS-240',
      'OBX|1|NM|GLU|Glucose|5.1|mmol/L|3.9-6.1|N|||F||5.1|20240105101400',
    ]);
    expect(message.results[0]).toMatchObject({ sampleId: '', position: '14', code: 'GLU', name: 'Glucose' });
    expect(message.notes.join()).toContain('no sample');
  });

  it('Mindray: controls come in OBR alone', () => {
    const message = read('mindray-bs', [
      header.replace('||||0||', '||||2||'),
      'OBR|1|GLU|Glucose|Mindray^BS-240||20240105080000|||||||QUAL1|L1111|20250720000000||H|5.00|0.20|5.13|mmol/L',
    ]);
    expect(lines(message)).toEqual(['L1111 | GLU | 5.13 | mmol/L | ']);
    expect(message.results[0]).toMatchObject({
      kind: 'control',
      control: {
        name: 'QUAL1',
        lot: 'L1111',
        level: 'H',
        mean: '5.00',
        deviation: '0.20',
        expires: { local: '2025-07-20T00:00:00' },
      },
      recordRef: { type: 'OBR', field: 20 },
      resultAt: { local: '2024-01-05T08:00:00' },
    });
  });

  it('Mindray: calibrations are no patient’s', () => {
    const message = read('mindray-bs', [header.replace('||||0||', '||||1||'), 'OBR|1|A', 'OBX|1|NM|GLU|Glucose|1.02']);
    expect(message.results[0]?.kind).toBe('calibration');
  });

  it('Mindray: answers a query with QCK and a DSR for each sample', () => {
    const question = [
      'MSH|^~\\&|Mindray|BS-240|||20240105115900||QRY^Q02|5|P|2.3.1||||||ASCII|||',
      'QRD|20240105115900|R|D|1|||RD|AQ-9|OTH|||T|',
      'QRF|BS-240|20240105115900|20240105115900|||RCT|COR|ALL||',
    ];
    const [query] = read('mindray-bs', question).queries;
    if (!query) throw new Error('no query');
    expect(query).toMatchObject({ sampleIds: ['AQ-9'], all: false, cancel: false });
    const answers = driver('mindray-bs').answer?.(query, [{ ...order, codes: ['GLU', 'TC'] }], context) ?? [];
    expect(answers.map(({ expectsReply, controlId }) => [expectsReply, controlId])).toEqual([
      [false, '5'],
      [true, '5'],
    ]);
    const [qck, dsr] = answers.map(({ text }) => textOf(text).split('\r'));
    expect(qck).toEqual([
      'MSH|^~\\&|||Mindray|BS-240|20240105120000||QCK^Q02|5|P|2.3.1||||||ASCII||',
      'MSA|AA|5|Message accepted|||0|',
      'ERR|0|',
      'QAK|SR|OK|',
      '',
    ]);
    expect(dsr?.slice(4, 6)).toEqual(question.slice(1));
    expect(dsr).toContain('DSP|21||AQ-9||');
    expect(dsr).toContain('DSP|29||GLU^^^||');
    expect(dsr).toContain('DSP|30||TC^^^||');
    expect(dsr?.at(-2)).toBe('DSC||');
    const [nothing, ...none] = driver('mindray-bs').answer?.(query, [], context) ?? [];
    expect(textOf(nothing?.text ?? ascii(''))).toContain('QAK|SR|NF|');
    expect(none).toEqual([]);
  });

  it('Mindray: answers for several samples one after another, numbered until the last', () => {
    const [query] = read('mindray-bs', [header.replace('ORU^R01', 'QRY^Q02'), 'QRD|x|R|D|1|||RD||OTH|||T|']).queries;
    if (!query) throw new Error('no query');
    const unknown = {
      ...order,
      sampleId: 'AQ-10',
      codes: ['TC'],
      priority: 'stat' as const,
      patient: { sex: 'U' as const },
    };
    const cancelled = { ...order, sampleId: 'AQ-11', action: 'cancel' as const };
    const answers =
      driver('mindray-bs').answer?.(query, [{ ...order, codes: ['GLU'] }, unknown, cancelled], context) ?? [];
    const messages = answers.map(({ text }) => textOf(text).split('\r'));
    expect(answers.map(({ controlId }) => controlId)).toEqual(['7', '7-1', '7-2']);
    expect(messages.map((segments) => segments[0]?.split('|')[9])).toEqual(['7', '7-1', '7-2']);
    expect(messages.slice(1).map((segments) => segments.at(-2))).toEqual(['DSC|1|', 'DSC||']);
    const data = messages[1]?.filter((segment) => segment.startsWith('DSP'));
    expect(data).toHaveLength(29);
    expect(data?.slice(0, 5)).toEqual([
      'DSP|1||P-1||',
      'DSP|2||||',
      'DSP|3||Asha Rao||',
      'DSP|4||19900215000000||',
      'DSP|5||F||',
    ]);
    expect(data?.[23]).toBe('DSP|24||N||');
    expect(data?.[28]).toBe('DSP|29||GLU^^^||');
    expect(messages[2]).toContain('DSP|5||O||');
    expect(messages[2]).toContain('DSP|24||Y||');
  });

  it('Mindray: without a bar code all orders are asked for; CAN withdraws', () => {
    const ask = (code: string, filter: string) =>
      read('mindray-bs', [header.replace('ORU^R01', 'QRY^Q02'), `QRD|x|R|D|1|||RD|${code}|${filter}|||T|`]).queries[0];
    expect(ask('', 'OTH')).toMatchObject({ all: true, sampleIds: [] });
    expect(ask('AQ-1', 'CAN')).toMatchObject({ cancel: true });
  });

  it('reads repetitions, structured numbers, coded words, pictures and notes', () => {
    const message = read('generic-hl7', [
      'MSH|^~\\&|A|B|||20240105101500+0530||ORU^R01|1|P|2.5.1||||||UNICODE UTF-8',
      'PID|1||P-1||Rao^Asha||19900215|F',
      'OBR|1||AQ-1',
      'OBX|1|NM|A||1.1~1.2|g/L|||||F',
      'OBX|2|ST|B||rods~cocci||||||F',
      'OBX|3|SN|C||>^100|mg/L|||||F',
      'OBX|4|CWE|D||260385009^Negative^SCT||||||F',
      'OBX|5|ED|H^WBC Histogram||^Image^BMP^Base64^Qk0=||||||F',
      'OBX|6|NM|E|||g/L||L~A|||X',
      'NTE|1||clotted',
      'OBX|7|SN|F||1^:^64',
    ]);
    expect(lines(message)).toEqual([
      'AQ-1 | A | 1.1 | g/L | ',
      'AQ-1 | A | 1.2 | g/L | ',
      'AQ-1 | B | rods\ncocci |  | ',
      'AQ-1 | C | >100 | mg/L | ',
      'AQ-1 | D | negative |  | ',
      'AQ-1 | H | (image) |  | ',
      'AQ-1 | E | (empty) | g/L | L,A',
      'AQ-1 | F | 1:64 |  | ',
    ]);
    expect(message.results[5]?.images[0]).toMatchObject({
      name: 'WBC Histogram',
      mediaType: 'image/bmp',
      encoding: 'base64',
    });
    expect(message.results[6]).toMatchObject({ comments: ['clotted'], status: 'X' });
    expect(message.sentAt).toMatchObject({ offset: '+05:30' });
    expect(message.samples[0]?.patient).toEqual({
      id: 'P-1',
      family: 'Rao',
      given: 'Asha',
      birthDate: '1990-02-15',
      sex: 'F',
    });
  });

  it('knows controls by the role of the specimen', () => {
    const message = read('generic-hl7', [
      'MSH|^~\\&|A|B|||20240105||OUL^R22|1|P|2.5.1',
      'SPM|1|QC1||SER|||||||Q',
      'OBR|1',
      'OBX|1|NM|A||1',
    ]);
    expect(message.results[0]).toMatchObject({ sampleId: 'QC1', kind: 'control' });
  });
});

describe('damaged messages', () => {
  it.each([
    ['generic-hl7', `MSH|^~\\&|A\r${'no segment\r'.repeat(150_000)}`],
    ['generic-astm', `H|\\^&\r${'R|1\r'.repeat(40_000)}`],
    ['generic-astm', 'H|\\^&\r'.repeat(40_000)],
    ['mini-vidas', `mtrsl|${'x|'.repeat(4_000)}rtA|qn1|`],
  ])('%s keeps its notes few and short', (id, text) => {
    const outcome = driver(id).read(ascii(text));
    if (!outcome.ok) throw new Error(outcome.error.message);
    expect(outcome.message.notes.length).toBeLessThanOrEqual(101);
    expect(outcome.message.notes.at(-1)).toContain('more of the like');
  });
});

describe('mini VIDAS', () => {
  const vidas = (fields: string, settings?: DriverSettings) => {
    const outcome = driver('mini-vidas').read(ascii(fields), settings);
    if (!outcome.ok) throw new Error(outcome.error.message);
    return deviceMessageSchema.parse(outcome.message);
  };

  it('gives word and number of a test, each with its place', () => {
    const message = vidas(
      '\x1emtrsl|\x1eciA-1|\x1ertHBS|\x1ernHBs Ag|\x1ett18:35|\x1etd10/25/24|\x1eqlPositif|\x1eqn12.40|',
    );
    expect(lines(message)).toEqual(['A-1 | HBS | positive |  | ', 'A-1 | HBS^TV | 12.40 |  | ']);
    expect(message.results.map(({ recordRef }) => recordRef.type)).toEqual(['ql', 'qn']);
    expect(message.results[0]?.resultAt).toEqual({ sent: '10/25/24 18:35', local: '2024-10-25T18:35:00' });
  });

  it('reads lines broken in the middle of a field, units behind numbers, and the state of the calibration', () => {
    const message = vidas(
      '\x1emtrsl|pi1|pnDOE|ciA-2|rtDD2|rnD-Dimer E\x1excl|tt17:26|td08/01/2024|ql|qn16830,25 ng/ml|qd4|nccalexp|',
      {
        dateOrder: 'dmy',
      },
    );
    expect(lines(message)).toEqual(['A-2 | DD2 | 16830.25 | ng/ml | calexp']);
    expect(message.results[0]).toMatchObject({
      name: 'D-Dimer Excl',
      dilution: '4',
      resultAt: { local: '2024-01-08T17:26:00' },
    });
  });

  it('tells controls and standards from samples', () => {
    expect(vidas('mtrsl|ciC1|rtTSH|qn1.2|').results[0]).toMatchObject({ kind: 'control', control: { level: 'C1' } });
    expect(vidas('mtrsl|ciS1|rtTSH|qn1.2|').results[0]?.kind).toBe('calibration');
    expect(vidas('mtrsl|ciS10|rtTSH|qn1.2|').results[0]?.kind).toBe('patient');
  });

  it('says what it does not read', () => {
    expect(vidas('mtmpr|ciA|rtTSH|').notes[0]).toContain('mpr');
    expect(driver('mini-vidas').read(ascii('H|\\^&\r'))).toMatchObject({
      ok: false,
      error: { code: 'not-this-format' },
    });
  });
});
