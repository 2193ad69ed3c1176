import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type DeviceMessage, deviceMessageSchema, findDriver, valueInLine } from '../../shared/devices/index.ts';
import { type Laboratory, openLaboratory } from '../unit/devices/laboratory.ts';

/** Messages that real analyzers put on the wire; not part of this project, so these tests run where the folder is at hand. */
const folder = process.env.ALIQUOT_CAPTURES ?? join(import.meta.dirname, '../../../shared/captures');

const ACK = 0x06;
const open: Laboratory[] = [];

afterEach(async () => {
  for (const laboratory of open.splice(0)) await laboratory.close();
});

/** Sends the parts over a socket one after another, each when the one before was accepted; hangs up after the last. */
function replay(port: number, parts: readonly Buffer[], accepted: (reply: Buffer) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    let next = 0;
    const step = () => {
      socket.write(parts[next] ?? Buffer.alloc(0));
      next++;
      if (next >= parts.length) socket.end();
    };
    socket.once('connect', step);
    socket.on('data', (reply) => {
      if (accepted(reply)) step();
      else reject(new Error(`part ${next} was answered with ${JSON.stringify(reply.toString('latin1'))}`));
    });
    socket.once('error', reject);
    socket.once('close', () => resolve());
  });
}

/** STX … ETX or ETB, checksum, and what line end was kept; or a whole VIDAS message. */
function framesOf(file: Buffer): Buffer[] {
  const text = file.toString('latin1');
  const frames = text.match(/\x02[^\x03\x17]*[\x03\x17][0-9A-Fa-f]{2}\r?\n?|\x02[^\x1d]*\x1d[0-9a-f]{2}\x03?/g) ?? [];
  return frames.map((frame) => Buffer.from(frame, 'latin1'));
}

async function captured(driverId: string, file: string): Promise<DeviceMessage> {
  const driver = findDriver(driverId);
  if (!driver) throw new Error(`no driver ${driverId}`);
  const laboratory = await openLaboratory(driver);
  open.push(laboratory);
  const bytes = readFileSync(join(folder, file));
  if (driver.format === 'hl7') {
    const block = Buffer.concat([Buffer.of(0x0b), bytes, Buffer.of(0x1c, 0x0d)]);
    await replay(laboratory.port, [block, Buffer.alloc(0)], (reply) => reply.includes('\rMSA|AA|'));
  } else {
    const parts = [Buffer.of(0x05), ...framesOf(bytes), Buffer.of(0x04)];
    await replay(laboratory.port, parts, (reply) => reply.length === 1 && reply[0] === ACK);
  }
  await vi.waitFor(() => expect(laboratory.messages).toHaveLength(1), { timeout: 5000 });
  expect(laboratory.incomplete).toEqual([]);
  const [message] = laboratory.messages;
  return deviceMessageSchema.parse(message);
}

function result(message: DeviceMessage, code: string) {
  const found = message.results.filter((one) => one.code === code);
  expect(found, code).toHaveLength(1);
  const [one] = found;
  if (!one) throw new Error(code);
  return one;
}

const line = (message: DeviceMessage, code: string) => {
  const { value, unit = '', flags, resultAt } = result(message, code);
  return [valueInLine(value), unit, flags.join(','), resultAt?.local ?? ''].join(' | ');
};

/** Codes never name two results of a sample: the code map could not tell them apart. */
function expectDistinct(message: DeviceMessage, count: number): void {
  expect(message.results).toHaveLength(count);
  expect(new Set(message.results.map(({ sampleId, code }) => `${sampleId} ${code}`)).size).toBe(count);
  for (const { sampleId, code, recordRef } of message.results) {
    expect(sampleId).not.toBe('');
    expect(code).not.toBe('');
    expect(recordRef.length).toBeGreaterThan(0);
  }
}

describe.skipIf(!existsSync(folder))(`captures of real analyzers in ${folder}`, () => {
  it('Sysmex XN-550: 41 results of one frame', async () => {
    const message = await captured('sysmex-xn', 'astm/sysmex_xn550.txt');
    expectDistinct(message, 41);
    const at = '2024-06-27T13:54:07';
    expect(line(message, 'WBC')).toBe(`8.13 | 10*3/uL | N | ${at}`);
    expect(line(message, 'RBC')).toBe(`2.60 | 10*6/uL | N | ${at}`);
    expect(line(message, 'HCT')).toBe(`22.7 | % | L | ${at}`);
    expect(line(message, 'PLT')).toBe(`99 | 10*3/uL | N | ${at}`);
    expect(line(message, 'EO%')).toBe(`22.1 | % | H | ${at}`);
    expect(line(message, 'EO#')).toBe(`1.80 | 10*3/uL | H | ${at}`);
    expect(line(message, 'MPV')).toBe(`8.1 | fL | L | ${at}`);
    expect(line(message, 'Anemia')).toBe(`(empty) |  | A | ${at}`);
    expect(line(message, 'Turbidity/HGB_Interference?')).toBe(`90 |  |  | ${at}`);
    expect(line(message, 'SCAT_WDF')).toBe(`(image) |  | N | ${at}`);
    expect(result(message, 'SCAT_WDF').images[0]?.path).toBe('PNG\\20240628\\2024_06_27_13_54_27_WDF.PNG');
    const measured = message.results.filter(({ unit }) => unit !== undefined);
    expect(measured).toHaveLength(23);
    for (const one of measured)
      expect(one).toMatchObject({ value: { kind: 'numeric' }, flags: [expect.stringMatching(/^[NLH]$/)] });
    expect(message.results[0]).toMatchObject({
      sampleId: '27',
      rawSampleId: '                    27',
      kind: 'patient',
      status: 'F',
    });
    expect(message.analyzer).toEqual({ manufacturer: 'Sysmex', model: 'XN-550', software: '00-24', serial: '22723' });
    expect(message.samples[0]).toMatchObject({
      patient: { id: '37182', birthDate: '1987-06-26', sex: 'M' },
      comments: ['POST HD'],
    });
    expect(message.notes).toEqual([]);
  });

  it('cobas c 111: one result with its curve', async () => {
    const message = await captured('cobas-c111', 'astm/cobas_c111.txt');
    expectDistinct(message, 1);
    expect(line(message, '413')).toBe('40.13 | g/L | N | 2023-08-03T13:17:00');
    expect(result(message, '413')).toMatchObject({
      sampleId: 'T20 10134GA D28',
      position: '6',
      operator: '$SYS$',
      status: 'F',
      images: [{ name: 'RR^BM^c111^1', ref: { type: 'M', field: 5 } }],
    });
    expect(message.analyzer).toMatchObject({ manufacturer: 'Roche', model: 'c111', serial: '13147' });
  });

  it('GeneXpert: 84 results of one frame, three of them main results', async () => {
    const message = await captured('genexpert', 'astm/genexpert.txt');
    expectDistinct(message, 84);
    const at = '2025-05-14T13:21:03';
    expect(line(message, 'MTB-RIF^Xpert^MTB')).toBe(`not-detected |  |  | ${at}`);
    expect(line(message, 'MTB-RIF^Xpert^rpoB1')).toBe(`invalid |  |  | ${at}`);
    expect(line(message, 'MTB-RIF^Xpert^rpoB1^EndPt')).toBe(`-2.0 |  |  | ${at}`);
    expect(line(message, 'MTB-RIF^Xpert^SPC^Ct')).toBe(`24.7 |  |  | ${at}`);
    expect(line(message, 'MTB-RIF^Trace^MTB Trace')).toBe(`(empty) |  |  | ${at}`);
    expect(line(message, 'MTB-RI^Trace^rpoB1')).toBe(`invalid |  |  | ${at}`);
    expect(line(message, 'MTB-RIF^RIF^SPC')).toBe(`PASS |  |  | ${at}`);
    expect(line(message, 'MTB-RIF^RIF^rpoB4 Mut melt B^Ct')).toBe(`0.0 |  |  | ${at}`);
    for (const one of message.results)
      expect(one).toMatchObject({ sampleId: 'PR25A137', status: 'F', operator: 'John Doe' });
    expect(message.results.filter(({ comments }) => comments.length > 0)).toHaveLength(3);
    expect(message.results[0]?.comments[0]).toContain('Notes Id# 118176');
    expect(message).toMatchObject({ messageId: 'URM-8lT4abZA-06', analyzer: { model: 'GeneXpert', software: '4.8' } });
  });

  it('Yumizen H500: a control, 21 results, six pictures', async () => {
    const message = await captured('yumizen-h500', 'astm/yumizen_h500.txt');
    expectDistinct(message, 21);
    const at = '2023-03-29T11:06:31';
    expect(line(message, 'MCV')).toBe(`90.6 | um3 | N | ${at}`);
    expect(line(message, 'WBC')).toBe(`8.30 | 10E3/uL | N | ${at}`);
    expect(line(message, 'EOS%')).toBe(`5.0 | % | N | ${at}`);
    expect(result(message, 'HGB')).toMatchObject({ loinc: '718-7', referenceText: '12.7 - 13.7', operator: 'MATYL' });
    for (const one of message.results) {
      expect(one).toMatchObject({
        kind: 'control',
        unit: expect.any(String),
        flags: ['N'],
        value: { kind: 'numeric' },
      });
      expect(one.control).toEqual({ lot: 'PX440N', level: 'CTRL MEDIUM', name: 'ABXdifftrol N' });
    }
    expect(message.samples[0]?.images.map(({ name }) => name)).toHaveLength(6);
    expect(message.samples[0]?.comments[0]).toContain('PLT_ABOVE_TOLERANCE');
  });

  it('mini VIDAS: word and number of one test', async () => {
    const message = await captured('mini-vidas', 'astm/mini_vidas.txt');
    expectDistinct(message, 2);
    expect(line(message, 'HBCT')).toBe('positive |  |  | 2024-10-25T18:35:00');
    expect(line(message, 'HBCT^TV')).toBe('0.05 |  |  | 2024-10-25T18:35:00');
    expect(message.results[0]).toMatchObject({ sampleId: 'Z1G021SCR', name: 'Anti-HBc Total II', rawValue: 'Positif' });
  });

  it('ARCHITECT: two qualitative results', async () => {
    const message = await captured('architect', 'hl7/architect_oru_r01.hl7');
    expectDistinct(message, 2);
    expect(line(message, 'HIV')).toBe('negative |  | N | 2026-11-24T02:36:28');
    expect(line(message, 'HBSAG')).toBe('positive |  | N | 2026-11-24T02:36:28');
    expect(message.results[0]).toMatchObject({ sampleId: 'DEV01264300000000001', name: 'HIV 1/2 Ag/Ab', status: 'F' });
    expect(message.samples[0]?.patient).toMatchObject({ id: 'PAT003', family: 'RAKOTO', given: 'JAO' });
  });
});
