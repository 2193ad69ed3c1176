import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { control } from '../../electron/core/devices/protocols/index.ts';
import type { DeviceResult } from '../../shared/results/schema.ts';
import { AnalyzerLine } from '../support/analyzer-line.ts';
import { type DemoDevices, openDemoDevices } from '../support/demo-devices.ts';
import { waitFor } from '../support/wait-for.ts';

const captures = process.env.ALIQUOT_CAPTURES ?? join(import.meta.dirname, '../../../shared/captures');

let lab: DemoDevices;

describe.skipIf(!existsSync(captures))('real analyzer messages over TCP (captures)', () => {
  beforeAll(async () => {
    lab = await openDemoDevices();
  });
  afterAll(() => lab.dispose());

  it.each([
    ['sysmex-xn', 'astm', 'astm/sysmex_xn550.txt', 41],
    ['cobas-c111', 'astm', 'astm/cobas_c111.txt', 1],
    ['genexpert', 'astm', 'astm/genexpert.txt', undefined],
    ['yumizen-h500', 'astm', 'astm/yumizen_h500.txt', 21],
    ['mini-vidas', 'vidas', 'astm/mini_vidas.txt', 2],
    ['architect', 'mllp', 'hl7/architect_oru_r01.hl7', 2],
  ] as const)(
    '%s: every result is stored with value, unit, flag and its place in the raw bytes',
    async (driver, protocol, file, count) => {
      const bytes = readFileSync(join(captures, file));
      const deviceId = addDevice(driver, protocol);
      const port = await waitFor(() => lab.service.state(deviceId)?.port);
      const line = await AnalyzerLine.open(port);
      const tokens = await replay(line, protocol, bytes);
      const results = await waitFor(() => resultsOf(deviceId, count));
      line.close();
      expect(tokens).toBeGreaterThan(0);
      for (const result of results) {
        const message = lab.kernel.reads().need('journal', result.journalId);
        const { offset, length } = result.recordRef;
        const record = message.bytes.slice(offset, offset + length);
        if (result.reading.kind === 'numeric') expect(record, result.deviceCode).toContain(result.originalValue);
      }
      expect(chosen[driver].map((wanted) => pick(results, wanted.deviceCode))).toMatchObject(chosen[driver]);
    },
  );
});

/** Results that must come out just so. */
const chosen = {
  'sysmex-xn': [
    {
      deviceCode: 'WBC',
      originalValue: '8.13',
      originalUnit: '10*3/uL',
      analyzerFlags: ['N'],
      resultAt: '2024-06-27T13:54:07',
    },
    { deviceCode: 'HCT', originalValue: '22.7', originalUnit: '%', analyzerFlags: ['L'], sampleId: '27' },
    { deviceCode: 'EO%', originalValue: '22.1', originalUnit: '%', analyzerFlags: ['H'] },
  ],
  'cobas-c111': [{ deviceCode: '413', originalValue: '40.13', originalUnit: 'g/L', analyzerFlags: ['N'] }],
  genexpert: [],
  'yumizen-h500': [
    { deviceCode: 'HGB', originalValue: '13.3', originalUnit: 'g/dL', analyzerFlags: ['N'], kind: 'control' },
  ],
  'mini-vidas': [],
  architect: [
    { deviceCode: 'HIV', originalValue: 'NEGATIVE', analyzerFlags: ['N'] },
    { deviceCode: 'HBSAG', originalValue: 'POSITIVE', analyzerFlags: ['N'] },
  ],
} as const;

function pick(results: readonly DeviceResult[], code: string): DeviceResult | undefined {
  return results.find((result) => result.deviceCode === code);
}

function resultsOf(deviceId: string, count: number | undefined): DeviceResult[] | undefined {
  const results = lab.kernel.reads().find('deviceResults', { selector: { deviceId: { $eq: deviceId } } });
  return (count === undefined ? results.length > 0 : results.length === count) ? results : undefined;
}

function addDevice(driver: string, protocol: 'astm' | 'mllp' | 'vidas'): string {
  const { kernel } = lab;
  return kernel.change(kernel.systemSession('test'), (work) =>
    work.insert('setup', {
      kind: 'device',
      name: `Capture ${driver}`,
      driver,
      protocol,
      connection: { kind: 'tcpServer', host: '127.0.0.1', port: 0, allowedPeers: [] },
      settings: {},
      enabled: true,
    }),
  ).id;
}

/** Sends the capture as its analyzer would; answers how many times it was acknowledged. */
async function replay(line: AnalyzerLine, protocol: 'astm' | 'mllp' | 'vidas', bytes: Buffer): Promise<number> {
  if (protocol === 'mllp') {
    const answer = await line.sendHl7(bytes.toString('latin1'));
    return /MSA\|(AA|CA)\|/.test(answer) ? 1 : 0;
  }
  const frames = framesOf(bytes);
  if (protocol === 'astm') await line.sendAstm(frames);
  else {
    await line.acknowledged(Uint8Array.of(control.ENQ));
    for (const frame of frames) await line.acknowledged(frame);
    line.send(Uint8Array.of(control.EOT));
  }
  return frames.length;
}

/** The capture's frames: each begins with STX. */
function framesOf(bytes: Buffer): Buffer[] {
  const starts = [...bytes.keys()].filter((at) => bytes[at] === control.STX);
  return starts.map((start, index) => bytes.subarray(start, starts[index + 1] ?? bytes.length));
}
