import { deflateSync, inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDevicesRouter } from '../../../electron/core/devices/index.ts';
import { createResultsRouter } from '../../../electron/core/results/index.ts';
import { AnalyzerLine, astmFrames } from '../../support/analyzer-line.ts';
import { loggedInAs } from '../../support/api-context.ts';
import { type DemoDevices, openDemoDevices } from '../../support/demo-devices.ts';
import { waitFor } from '../../support/wait-for.ts';

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const curve = Float32Array.from({ length: 128 }, (_, index) => 100 * Math.exp(-(((index - 60) / 20) ** 2)));
const packed = deflateSync(Buffer.from(curve.buffer)).toString('base64');

let lab: DemoDevices;
beforeAll(async () => {
  lab = await openDemoDevices();
});
afterAll(() => lab.dispose());

function api() {
  const session = lab.kernel.systemSession('test');
  const context = loggedInAs({ kernel: lab.kernel, session }, ['result.read', 'device.read', 'device.configure']);
  return {
    results: createResultsRouter().createCaller(context),
    devices: createDevicesRouter(lab.service).createCaller(context),
  };
}

async function added(driver: string, protocol: 'astm' | 'mllp'): Promise<{ id: string; line: AnalyzerLine }> {
  const connection = { kind: 'tcpServer' as const, host: '127.0.0.1', port: 0, allowedPeers: [] };
  const id = lab.add({ driver, protocol, connection });
  const port = await waitFor(() => lab.service.state(id)?.port);
  return { id, line: await AnalyzerLine.open(port) };
}

async function contentOf(deviceResultId: string, sha256: string): Promise<Buffer> {
  const first = await api().results.picture({ deviceResultId, sha256, index: 0 });
  expect(first.count).toBe(1);
  return Buffer.from(first.data, 'base64');
}

describe('pictures of analyzers', () => {
  it('keeps the histogram of a sample as it is packed, reached from each of its results', async () => {
    const { id, line } = await added('yumizen-h500', 'astm');
    await line.sendAstm(
      astmFrames([
        'H|\\^&|||H500^910^2.2||||||||LIS2-A2|20230329110749',
        'P|1',
        'O|1|PIC-1||^^^DIF|R',
        `M|1|HISTOGRAM|RBC/PLT|RbcAlongRes|FLOATLE-stream/deflate:base64^${packed}`,
        'R|1|^^^MCV^787-2|90.6|um3||N||F||||20230329110631',
        'R|2|^^^RBC^789-8|4.58|10E6/uL||N||F||||20230329110631',
        'L|1|N',
      ]),
    );
    const results = await waitFor(() => {
      const found = lab.results(id);
      return found.length === 2 ? found : undefined;
    });
    line.close();
    for (const result of results) {
      const { images } = await api().results.trace({ deviceResultId: result.id });
      expect(images).toMatchObject([{ name: expect.stringContaining('RbcAlongRes') }]);
      expect(images[0]?.mediaType).toBe('application/x-histogram; stream=FLOATLE-stream/deflate');
      const data = inflateSync(await contentOf(result.id, images[0]?.sha256 ?? ''));
      expect([...new Float32Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.length))]).toEqual([
        ...curve,
      ]);
    }
  });

  it('names a picture by its content, keeps it once, also after a replay, and gives it to nobody by its hash alone', async () => {
    const { id, line } = await added('generic-hl7', 'mllp');
    const message = (controlId: string) =>
      [
        `MSH|^~\\&|A|B|||20260101||ORU^R01|${controlId}|P|2.5.1`,
        `OBR|1||PIC-${controlId}|X`,
        'OBX|1|NM|WBC||5.1|10*9/L|||||F',
        `OBX|2|ED|SCATTER^Scattergram||^Image^BMP^Base64^${png}||||||F`,
        `OBX|3|ED|OTHER^Program||^Image^PNG^Base64^${Buffer.from('MZ no picture at all').toString('base64')}||||||F`,
        '',
      ].join('\r');
    await line.sendHl7(message('1'));
    await line.sendHl7(message('2'));
    const results = await waitFor(() => {
      const found = lab.results(id).filter(({ images }) => images !== undefined);
      return found.length === 4 ? found : undefined;
    });
    line.close();
    const [picture, program] = results[0]?.images?.[0]?.name === 'Scattergram' ? results : results.toReversed();
    expect(picture?.images).toMatchObject([{ mediaType: 'image/png', name: 'Scattergram' }]);
    expect(program?.images).toMatchObject([{ mediaType: 'application/octet-stream' }]);
    const sha256 = picture?.images?.[0]?.sha256 ?? '';
    expect((await contentOf(picture?.id ?? '', sha256)).toString('base64')).toBe(png);
    const blobs = () => lab.kernel.reads().count('blobs', { selector: { sha256: { $eq: sha256 } } });
    expect(blobs()).toBe(1);
    await api().devices.replay({ journalId: picture?.journalId ?? '' });
    expect(blobs()).toBe(1);
    expect(lab.results(id).filter(({ images }) => images !== undefined)).toHaveLength(4);
    const { id: strangerId, line: other } = await added('generic-hl7', 'mllp');
    await other.sendHl7(
      'MSH|^~\\&|A|B|||20260101||ORU^R01|9|P|2.5.1\rOBR|1||PIC-9|X\rOBX|1|NM|WBC||5.1|10*9/L|||||F\r',
    );
    const [stranger] = await waitFor(() => (lab.results(strangerId).length > 0 ? lab.results(strangerId) : undefined));
    other.close();
    await expect(api().results.picture({ deviceResultId: stranger?.id ?? '', sha256, index: 0 })).rejects.toThrow(
      /No such entry/,
    );
  });
});
