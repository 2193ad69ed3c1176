import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDevicesRouter, type Traffic } from '../../../electron/core/devices/index.ts';
import type { Device } from '../../../shared/setup/schema.ts';
import { AnalyzerLine, astmFrames } from '../../support/analyzer-line.ts';
import { loggedInAs } from '../../support/api-context.ts';
import { type DemoDevices, openDemoDevices } from '../../support/demo-devices.ts';
import { waitFor } from '../../support/wait-for.ts';

let lab: DemoDevices;
beforeAll(async () => {
  lab = await openDemoDevices();
});
afterAll(() => lab.dispose());

const api = () => {
  const session = lab.kernel.systemSession('test');
  return createDevicesRouter(lab.service).createCaller(
    loggedInAs({ kernel: lab.kernel, session }, ['device.read', 'device.configure']),
  );
};
const change = (id: string, fields: Partial<Device>) =>
  lab.kernel.change(lab.kernel.systemSession('test'), (work) => work.update('setup', work.need('setup', id), fields));
const now = () => new Date(lab.kernel.clock.now()).toISOString();

const hl7 = (sender: string, id: string) =>
  [
    `MSH|^~\\&|${sender}|Maker|||20260624120000||ORU^R01|${id}|P|2.3.1`,
    `OBR|1||S-${id}`,
    'OBX|1|NM|GLU||5.4|mmol/L|||||F',
    '',
  ].join('\r');

async function newOwner(more: Partial<Parameters<DemoDevices['add']>[0]> = {}) {
  const id = lab.add({
    driver: 'generic-hl7',
    protocol: 'mllp',
    name: 'Owner',
    connection: { kind: 'tcpServer', host: '0.0.0.0', port: 0, allowedPeers: [] },
    ...more,
  });
  return { id, port: await waitFor(() => lab.service.state(id)?.port) };
}
const addShared = async (connection: { withDeviceId: string; peer?: string; sender?: string }) => {
  const id = lab.add({
    driver: 'generic-hl7',
    protocol: 'mllp',
    name: 'Second',
    connection: { kind: 'shared', ...connection },
  });
  await waitFor(() => lab.service.state(id));
  return id;
};

describe('an analyzer that shares a port and is known by its address', () => {
  it('is not connected because another one is; its test says who called instead', async () => {
    const owner = await newOwner();
    const since = now();
    const second = await addShared({ withDeviceId: owner.id, peer: '127.0.0.3' });
    const other = await AnalyzerLine.open(owner.port, '127.0.0.2');
    await waitFor(() => lab.service.state(owner.id)?.state === 'connected');
    expect(lab.service.state(second)?.state).toBe('waiting');
    const tried = await api().tryOut({ deviceId: second, since });
    expect(tried.line).toMatchObject({ kind: 'tcpServer', port: owner.port });
    expect(tried.line.otherPeers).toEqual(['127.0.0.2']);
    const order = { id: 'o', text: Buffer.from('x'), expectsReply: false, controlId: '1' };
    await expect(lab.service.send(second, order)).rejects.toThrow('not connected');
    other.close();
  });

  it('has its line as soon as it is set up, though it called before under the name of the port', async () => {
    const owner = await newOwner();
    const early = await AnalyzerLine.open(owner.port, '127.0.0.3');
    const stays = await AnalyzerLine.open(owner.port, '127.0.0.2');
    await waitFor(() => lab.service.state(owner.id)?.peers.length === 2);
    const since = now();
    const second = await addShared({ withDeviceId: owner.id, peer: '127.0.0.3' });
    await waitFor(() => early.socket.closed);
    const line = await AnalyzerLine.open(owner.port, '127.0.0.3');
    const message = hl7('ANY', '1');
    expect(await line.sendHl7(message)).toContain('MSA|AA|1');
    await waitFor(() => lab.results(second).length === 1);
    const { live, reading } = await api().tryOut({ deviceId: second, since });
    expect(live).toMatchObject({ state: 'connected', bytesIn: message.length + 3, messages: 1 });
    expect(live.peers).toEqual([expect.stringMatching(/^127\.0\.0\.3:/)]);
    expect(reading?.count).toBe(1);
    expect(await stays.sendHl7(hl7('ANY', '2'))).toContain('MSA|AA|2');
    await waitFor(() => lab.results(owner.id).length === 1);
    line.close();
    stays.close();
  });

  it('is not let in while it is switched off: what it sends is never the other one’s', async () => {
    const owner = await newOwner();
    const second = await addShared({ withDeviceId: owner.id, peer: '127.0.0.3' });
    change(second, { enabled: false });
    await waitFor(() => lab.service.state(second)?.state === 'off');
    const line = await AnalyzerLine.open(owner.port, '127.0.0.3');
    await waitFor(() => line.socket.closed);
    expect(lab.service.state(owner.id)?.peers).toEqual([]);
  });
});

describe('an analyzer that shares a port and is known by what it calls itself', () => {
  it('shows in its test the bytes and the message that were its own, and names who else sent', async () => {
    const owner = await newOwner();
    const since = now();
    const second = await addShared({ withDeviceId: owner.id, sender: 'BOX-2' });
    const passed: Traffic[] = [];
    const listen = (one: Traffic) => passed.push(one);
    lab.service.on('traffic', listen);
    const line = await AnalyzerLine.open(owner.port);
    await line.sendHl7(hl7('BOX-1', '1'));
    await waitFor(() => lab.results(owner.id).length === 1);
    expect(await api().tryOut({ deviceId: second, since })).toMatchObject({
      live: { bytesIn: 0, messages: 0 },
      reading: undefined,
      line: { otherSenders: ['BOX-1', 'Maker'] },
    });
    const message = hl7('BOX-2', '2');
    await line.sendHl7(message);
    await waitFor(() => lab.results(second).length === 1);
    const { live, reading } = await api().tryOut({ deviceId: second, since });
    expect(live).toMatchObject({ state: 'connected', messages: 1, bytesIn: message.length });
    expect(reading?.count).toBe(1);
    await waitFor(() => passed.some(({ deviceId, text }) => deviceId === second && text === message));
    lab.service.off('traffic', listen);
    line.close();
  });

  it('keeps its messages when it is switched off: they are not read with the other one’s codes', async () => {
    const owner = await newOwner();
    const second = await addShared({ withDeviceId: owner.id, sender: 'BOX-2' });
    change(second, { enabled: false });
    await waitFor(() => lab.service.state(second)?.state === 'off');
    const line = await AnalyzerLine.open(owner.port);
    await line.sendHl7(hl7('BOX-2', '9'));
    await waitFor(() => lab.journal(second).length === 1);
    expect(lab.journal(owner.id)).toEqual([]);
    line.close();
  });

  it('is answered on the line that it was heard on, and on none by guess', async () => {
    const owner = await newOwner();
    const second = await addShared({ withDeviceId: owner.id, sender: 'BOX-2' });
    const its = await AnalyzerLine.open(owner.port, '127.0.0.3');
    const other = await AnalyzerLine.open(owner.port, '127.0.0.2');
    await waitFor(() => lab.service.state(owner.id)?.peers.length === 2);
    const order = { id: 'o', text: Buffer.from('ORDER'), expectsReply: false, controlId: '1' };
    await expect(lab.service.send(second, order)).rejects.toThrow('none is known');
    await its.sendHl7(hl7('BOX-2', '1'));
    await waitFor(() => lab.service.state(second)?.messages === 1);
    await lab.service.send(second, order);
    expect(await its.until(0x1c)).toContain('ORDER');
    its.close();
    other.close();
  });
});

describe('the state of a connection', () => {
  it('is the one as set up now: that of the line before a change is not told any more', async () => {
    const owner = await newOwner();
    const line = await AnalyzerLine.open(owner.port);
    await waitFor(() => lab.service.state(owner.id)?.state === 'connected');
    const { device } = await api().get({ id: owner.id });
    const { name, driver, protocol, settings } = device as Device;
    const saved = await api().save({
      ...{ id: device.id, rev: device._rev, name, driver, protocol, settings, enabled: true },
      connection: { kind: 'tcpServer', host: '127.0.0.1', port: 0, allowedPeers: [] },
    });
    const { live } = await api().tryOut({ deviceId: owner.id, since: saved.updatedAt });
    expect(live).toMatchObject({ state: 'waiting', peers: [], bytesIn: 0 });
    await waitFor(() => line.socket.closed);
  });

  it('is no error any more once a whole message came behind one that was cut', async () => {
    const { id, port } = await newOwner({ driver: 'generic-astm', protocol: 'astm' });
    const frames = astmFrames(['H|\\^&|||A', 'P|1', 'O|1|CUT||^^^GLU', 'R|1|^^^GLU|5.4|mmol/L||N||F', 'L|1|N']);
    const line = await AnalyzerLine.open(port);
    await line.acknowledged(Uint8Array.of(0x05));
    await line.acknowledged(frames[0] ?? new Uint8Array());
    await line.acknowledged(Uint8Array.of(0x05));
    await waitFor(() => lab.service.state(id)?.state === 'error');
    for (const frame of frames) await line.acknowledged(frame);
    line.send(Uint8Array.of(0x04));
    await waitFor(() => lab.results(id).length === 1);
    expect(lab.service.state(id)).toMatchObject({ state: 'connected', error: undefined });
    line.close();
  });
});
