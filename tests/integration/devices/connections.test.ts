import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AnalyzerLine, astmFrames } from '../../support/analyzer-line.ts';
import { type DemoDevices, openDemoDevices } from '../../support/demo-devices.ts';
import { waitFor } from '../../support/wait-for.ts';

let lab: DemoDevices;

beforeAll(async () => {
  lab = await openDemoDevices();
});
afterAll(() => lab.dispose());

const listening = (allowedPeers: string[] = [], host = '127.0.0.1') =>
  ({ kind: 'tcpServer', host, port: 0, allowedPeers }) as const;
const portOf = (id: string) => waitFor(() => lab.service.state(id)?.port);

const astm = (sender: string, sampleId: string) =>
  astmFrames([
    `H|\\^&|||${sender}|||||||P|1`,
    'P|1',
    `O|1|${sampleId}||^^^GLU`,
    'R|1|^^^GLU|5.4|mmol/L||N||F',
    'L|1|N',
  ]);
const hl7 = (sender: string, id: string, sampleId: string) =>
  [
    `MSH|^~\\&|${sender}|Maker|||20260624120000||ORU^R01|${id}|P|2.3.1`,
    `OBR|1||${sampleId}`,
    'OBX|1|NM|GLU||5.4|mmol/L|||||F',
    '',
  ].join('\r');

describe('several analyzers on one port', () => {
  it('are told apart by what they call themselves, ASTM and HL7; who is not known belongs to the port', async () => {
    for (const [protocol, driver] of [
      ['astm', 'generic-astm'],
      ['mllp', 'generic-hl7'],
    ] as const) {
      const owner = lab.add({ driver, protocol, connection: listening() });
      const second = lab.add({
        driver,
        protocol,
        connection: { kind: 'shared', withDeviceId: owner, sender: 'second' },
      });
      const line = await AnalyzerLine.open(await portOf(owner));
      const say = async (sender: string, sampleId: string) => {
        if (protocol === 'astm') await line.sendAstm(astm(`${sender}^1.0`, sampleId));
        else await line.sendHl7(hl7(sender, sampleId, sampleId));
      };
      await say('FIRST', 'S-1');
      await say('SECOND', 'S-2');
      await waitFor(() => lab.results(owner).length === 1 && lab.results(second).length === 1);
      expect(lab.results(owner).map((result) => result.sampleId)).toEqual(['S-1']);
      expect(lab.results(second).map((result) => result.sampleId)).toEqual(['S-2']);
      expect(lab.service.state(second)?.state).toBe('connected');
      line.close();
    }
  });

  it('are told apart by their address, each with a protocol of its own', async () => {
    const owner = lab.add({ driver: 'generic-astm', protocol: 'astm', connection: listening([], '0.0.0.0') });
    const second = lab.add({
      driver: 'generic-hl7',
      protocol: 'mllp',
      connection: { kind: 'shared', withDeviceId: owner, peer: '127.0.0.2' },
    });
    const port = await portOf(owner);
    await waitFor(() => lab.service.state(second));
    const first = await AnalyzerLine.open(port);
    await first.sendAstm(astm('ONE', 'P-1'));
    const other = await AnalyzerLine.open(port, '127.0.0.2');
    expect(await other.sendHl7(hl7('TWO', '1', 'P-2'))).toContain('MSA|AA|1');
    await waitFor(() => lab.results(owner).length === 1 && lab.results(second).length === 1);
    expect(lab.results(second)[0]?.sampleId).toBe('P-2');
    first.close();
    other.close();
  });
});

describe('a TCP server', () => {
  it('lets in the addresses and networks it is told to, and says whom it refused', async () => {
    const id = lab.add({
      driver: 'generic-hl7',
      protocol: 'mllp',
      connection: listening(['127.0.0.0/30', '::1'], '::'),
    });
    const port = await portOf(id);
    const allowed = await AnalyzerLine.open(port, '127.0.0.2');
    expect(await allowed.sendHl7(hl7('A', '1', 'X-1'))).toContain('MSA|AA');
    const six = await AnalyzerLine.open(port, '::1', '::1');
    expect(await six.sendHl7(hl7('A', '2', 'X-2'))).toContain('MSA|AA');
    expect(lab.service.state(id)?.peers.some((peer) => peer.startsWith('[::1]:'))).toBe(true);
    const refused = await AnalyzerLine.open(port, '127.0.0.9');
    await waitFor(() => refused.socket.closed);
    expect(lab.service.state(id)?.error).toContain('127.0.0.9');
    allowed.close();
    six.close();
  });

  it('is restarted, stopped and started alone: the others keep their lines', async () => {
    const kept = lab.add({ driver: 'generic-hl7', protocol: 'mllp', connection: listening() });
    const changed = lab.add({ driver: 'generic-hl7', protocol: 'mllp', connection: listening() });
    const line = await AnalyzerLine.open(await portOf(kept));
    const other = await AnalyzerLine.open(await portOf(changed));
    const set = (enabled: boolean) =>
      lab.kernel.change(lab.kernel.systemSession('test'), (work) =>
        work.update('setup', work.need('setup', changed), { enabled }),
      );
    set(false);
    await waitFor(() => other.socket.closed && lab.service.state(changed)?.state === 'off');
    set(true);
    const again = await AnalyzerLine.open(await portOf(changed));
    expect(await again.sendHl7(hl7('A', '1', 'R-1'))).toContain('MSA|AA');
    expect(line.socket.closed).toBe(false);
    expect(await line.sendHl7(hl7('A', '1', 'R-2'))).toContain('MSA|AA');
    line.close();
    again.close();
  });
});

describe('a TCP client', () => {
  it('calls the analyzer, and again when the analyzer was away', async () => {
    const listen = (port: number) =>
      new Promise<{ server: Server; socket: Promise<Socket> }>((resolve) => {
        const server = createServer();
        const socket = new Promise<Socket>((come) => server.once('connection', come));
        server.listen(port, '127.0.0.1', () => resolve({ server, socket }));
      });
    const first = await listen(0);
    const address = first.server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const id = lab.add({
      driver: 'generic-hl7',
      protocol: 'mllp',
      connection: { kind: 'tcpClient', host: '127.0.0.1', port },
    });
    (await first.socket).destroy();
    first.server.close();
    await waitFor(() => lab.service.state(id)?.state !== 'connected');
    await waitFor(() => lab.service.state(id)?.error?.includes('tried again'));
    const second = await listen(port);
    const socket = await second.socket;
    socket.write(`\x0b${hl7('A', '1', 'C-1')}\x1c\r`);
    await waitFor(() => lab.results(id).length === 1);
    expect(lab.service.state(id)).toMatchObject({ state: 'connected', error: undefined });
    socket.destroy();
    second.server.close();
  });
});

describe('times and ways of one device', () => {
  it('are its own: a short receive time-out ends its session, other devices keep the standard', async () => {
    const id = lab.add({
      driver: 'generic-astm',
      protocol: 'astm',
      connection: listening(),
      link: { receiveSeconds: 1 },
    });
    const line = await AnalyzerLine.open(await portOf(id));
    await line.acknowledged(Uint8Array.of(0x05));
    await line.acknowledged(astm('A', 'T-1')[0] ?? new Uint8Array());
    const [message] = await waitFor(() => (lab.journal(id).length > 0 ? lab.journal(id) : undefined));
    expect(message?.outcome).toEqual({ state: 'incomplete', reason: 'Nothing came for 1 s.' });
    line.close();
  });
});
