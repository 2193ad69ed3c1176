import { deflateSync, inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDevicesRouter } from '../../../electron/core/devices/index.ts';
import { createResultsRouter } from '../../../electron/core/results/index.ts';
import { startSimulatedAnalyzer } from '../../../electron/demo/simulator/analyzer.ts';
import { packingOf, plotOf } from '../../../shared/results/plot.ts';
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
      const { pictures } = await api().results.trace({ deviceResultId: result.id });
      const { images } = pictures;
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

  it('keeps pictures sent apart from their results, before or after them, and shows them with the results nearest in time', async () => {
    const { id, line } = await added('generic-hl7', 'mllp');
    const say = (controlId: string, ...observations: string[]) =>
      line.sendHl7(
        [`MSH|^~\\&|A|B|||20260101||ORU^R01|${controlId}|P|2.5.1`, 'OBR|1||APART-1|X', ...observations, ''].join('\r'),
      );
    const picture = (content: string) => `OBX|1|ED|SC^Scattergram||^Image^PNG^Base64^${content}||||||F`;
    await say('1', picture(png));
    await waitFor(() => lab.results(id).length === 1);
    const [early] = lab.results(id);
    // Nobody has to decide on a picture: it is on no list.
    expect(early).toMatchObject({ kind: 'picture', holdReason: 'picture', images: [{ name: 'Scattergram' }] });
    const held = await api().results.holding({ limit: 200 });
    expect(held.rows.filter(({ deviceId }) => deviceId === id)).toEqual([]);
    const ofMessage = await api().devices.message({ journalId: early?.journalId ?? '' });
    expect(ofMessage.pictures.images).toMatchObject([{ deviceResultId: early?.id }]);

    await say('2', 'OBX|1|NM|WBC||5.1|10*9/L|||||F');
    await say('3', picture(Buffer.from(png, 'base64').fill(0, 60).toString('base64')));
    await waitFor(() => lab.results(id).length === 3);
    const measured = lab.results(id).find(({ kind }) => kind === 'patient');
    const traced = await api().results.trace({ deviceResultId: measured?.id ?? '' });
    expect(traced.pictures.images).toHaveLength(2);
    for (const { deviceResultId, sha256 } of traced.pictures.images) {
      expect((await api().results.picture({ deviceResultId, sha256, index: 0 })).mediaType).toBe('image/png');
    }
    await api().devices.replay({ journalId: measured?.journalId ?? '' });
    await api().devices.replay({ journalId: early?.journalId ?? '' });
    const again = lab.results(id).find(({ kind }) => kind === 'patient');
    expect((await api().results.trace({ deviceResultId: again?.id ?? '' })).pictures.images).toHaveLength(2);
    line.close();
  });

  it('says of pictures that are not there why, and stores the values beside them', async () => {
    const { id, line } = await added('sysmex-xn', 'astm');
    await line.sendAstm(
      astmFrames([
        'H|\\^&|||XN',
        'P|1',
        'O|1||1^1^PIC-XN^M|^^^^WBC',
        'R|1|^^^^WBC^1|8.13|10*3/uL||N||F',
        'R|2|^^^^SCAT_WDF|PNG&R&20240105&R&WDF.PNG|||N||F',
        'L|1|N',
      ]),
    );
    const hl7 = await added('generic-hl7', 'mllp');
    const large = 'A'.repeat(6 * 1024 * 1024);
    await hl7.line.sendHl7(
      [
        'MSH|^~\\&|A|B|||20260101||ORU^R01|1|P|2.5.1',
        'OBR|1||PIC-BAD|X',
        'OBX|1|NM|WBC||5.1|10*9/L|||||F',
        'OBX|2|ED|A^Torn||^Image^PNG^Base64^%%%not base64%%%||||||F',
        `OBX|3|ED|B^Huge||^Image^PNG^Base64^${large}||||||F`,
        '',
      ].join('\r'),
    );
    await waitFor(() => lab.results(id).length === 2 && lab.results(hl7.id).length === 3);
    const leftOf = async (device: string) => {
      const measured = lab.results(device).find(({ kind }) => kind === 'patient');
      const { pictures } = await api().results.trace({ deviceResultId: measured?.id ?? '' });
      return pictures.left.map(({ name, trouble, path }) => [name, trouble, path?.slice(-7)]);
    };
    expect(await leftOf(id)).toEqual([['SCAT_WDF', 'onAnalyzer', 'WDF.PNG']]);
    expect(await leftOf(hl7.id)).toEqual([
      ['Torn', 'damaged', undefined],
      ['Huge', 'tooLarge', undefined],
    ]);
    line.close();
    hl7.line.close();
  });

  it('takes histograms and scattergrams of a simulated Mindray BC, with its alarms, as they can be drawn', async () => {
    const connection = { kind: 'tcpServer' as const, host: '127.0.0.1', port: 0, allowedPeers: [] };
    const id = lab.add({ driver: 'mindray-bc', protocol: 'mllp', connection });
    const port = await waitFor(() => lab.service.state(id)?.port);
    const end = { kind: 'client' as const, host: '127.0.0.1', port };
    const simulated = await startSimulatedAnalyzer({ driver: 'mindray-bc', end });
    await simulated.sendFor('BC-1');
    await waitFor(() => lab.results(id).length > 10);
    await simulated.stop();
    const [result] = lab.results(id);
    const { images } = (await api().results.trace({ deviceResultId: result?.id ?? '' })).pictures;
    expect(images.map(({ name, mediaType }) => [name, mediaType])).toEqual([
      ['WBC Histogram', 'application/x-histogram; stream=UINT8-stream'],
      ['PLT Histogram', 'application/x-histogram; stream=UINT8-stream'],
      ['WBC DIFF Scattergram', 'image/bmp'],
    ]);
    const [white] = images;
    const packing = packingOf(white?.mediaType ?? '');
    const plot = packing && plotOf(await contentOf(white?.deviceResultId ?? '', white?.sha256 ?? ''), packing);
    expect(plot).toMatchObject({ kind: 'curve', y: { length: 128 } });
  });
});
