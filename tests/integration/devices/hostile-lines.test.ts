import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { encodeVidasFrame } from '../../../electron/core/devices/protocols/index.ts';
import { AnalyzerLine, astmFrames } from '../../support/analyzer-line.ts';
import { type DemoDevices, openDemoDevices } from '../../support/demo-devices.ts';
import { waitFor } from '../../support/wait-for.ts';

/** A PC whose time somebody sets. */
const clock = { offset: 0, now: () => Date.now() + clock.offset };
const ENQ = Uint8Array.of(0x05);
const EOT = Uint8Array.of(0x04);

let lab: DemoDevices;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aliquot-hostile-'));
  lab = await openDemoDevices(folder, clock);
});
afterAll(async () => {
  await lab.dispose();
  rmSync(folder, { recursive: true, force: true });
});

type Protocol = 'astm' | 'mllp' | 'vidas';
const drivers = { astm: 'generic-astm', mllp: 'generic-hl7', vidas: 'mini-vidas' } as const;

async function analyzer(protocol: Protocol, more: Partial<Parameters<DemoDevices['add']>[0]> = {}) {
  const id = lab.add({
    driver: drivers[protocol],
    protocol,
    connection: { kind: 'tcpServer', host: '127.0.0.1', port: 0, allowedPeers: [] },
    ...more,
  });
  const port = await waitFor(() => lab.service.state(id)?.port);
  return { id, open: () => AnalyzerLine.open(port) };
}

const astm = (sampleId: string) =>
  astmFrames(['H|\\^&|||A', 'P|1', `O|1|${sampleId}||^^^GLU`, 'R|1|^^^GLU|5.4|mmol/L||N||F', 'L|1|N']);
const hl7 = ({ id, sampleId, header = 'BOX' }: { id: string; sampleId: string; header?: string }) =>
  [
    `MSH|^~\\&|${header}|Maker|||20260624120000||ORU^R01|${id}|P|2.3.1`,
    `OBR|1||${sampleId}`,
    'OBX|1|NM|GLU||5.4|mmol/L|||||F',
    '',
  ].join('\r');
const taken = (id: string) => lab.results(id).map(({ sampleId }) => sampleId);
const settled = async (id: string, messages: number) => {
  await waitFor(() => lab.journal(id).length === messages);
  await waitFor(() => lab.journal(id).every(({ outcome }) => outcome.state !== 'stored'));
};

describe('an analyzer that did not hear its ACK and sends again', () => {
  it('is heard once though its HL7 messages have no id, and another message without one is another', async () => {
    const { id, open } = await analyzer('mllp');
    const first = await open();
    expect(await first.sendHl7(hl7({ id: '', sampleId: 'N-1' }))).toContain('MSA|AA');
    first.close();
    const again = await open();
    expect(await again.sendHl7(hl7({ id: '', sampleId: 'N-1' }))).toContain('MSA|AA');
    expect(await again.sendHl7(hl7({ id: '', sampleId: 'N-2' }))).toContain('MSA|AA');
    await settled(id, 2);
    expect(taken(id)).toEqual(['N-1', 'N-2']);
    expect(lab.journal(id).map(({ messageId, tolerated }) => [messageId, tolerated])).toEqual([
      [undefined, []],
      [undefined, []],
    ]);
    again.close();
  });

  it('is heard once over VIDAS, cut after the ACK that it may not have got', async () => {
    const { id, open } = await analyzer('vidas');
    const text =
      '\x1emtrsl|\x1epiV-1|\x1epnDoe|\x1eciV-1|\x1ertTSH|\x1ernThyroid|\x1ett10:00|\x1etd06/24/26|\x1eqn2.10 mUI/l|';
    const frame = encodeVidasFrame(Buffer.from(text, 'latin1'));
    const first = await open();
    await first.acknowledged(ENQ);
    await first.acknowledged(frame);
    first.close();
    await settled(id, 1);
    const again = await open();
    await again.acknowledged(ENQ);
    await again.acknowledged(frame);
    again.send(EOT);
    await settled(id, 2);
    expect(lab.results(id)).toHaveLength(1);
    expect(lab.journal(id)[1]?.outcome.state).toBe('duplicate');
    again.close();
  });
});

describe('a disk that takes no more between the last ACK and the end of the session', () => {
  it('delays the message and does not lose it: it is taken when the disk works again, without a restart', async () => {
    const { id, open } = await analyzer('astm');
    const line = await open();
    await line.acknowledged(ENQ);
    for (const frame of astm('D-1')) await line.acknowledged(frame);
    const inbox = join(folder, 'inbox');
    rmSync(inbox, { recursive: true });
    writeFileSync(inbox, '');
    line.send(EOT);
    await waitFor(() => lab.service.state(id)?.error?.includes('waits on disk'));
    line.send(ENQ);
    await line.byte();
    line.send(astm('D-2')[0] ?? '');
    expect(await line.byte()).toBe(0x15);
    expect(lab.journal(id)).toEqual([]);
    rmSync(inbox);
    await waitFor(() => taken(id).length === 1);
    expect(taken(id)).toEqual(['D-1']);
    line.close();
    await line.socket.destroy();
  });
});

describe('a clock that is set while a session is open', () => {
  it.each([
    ['forward', 3_600_000],
    ['back', -3_600_000],
  ])('%s by an hour neither ends the session nor keeps it open', async (_, step) => {
    const { id, open } = await analyzer('astm', { link: { receiveSeconds: 1 } });
    onTestFinished(() => {
      clock.offset = 0;
    });
    const line = await open();
    await line.acknowledged(ENQ);
    const [first, ...rest] = astm('C-1');
    await line.acknowledged(first ?? ENQ);
    clock.offset = step;
    for (const frame of rest) await line.acknowledged(frame);
    line.send(EOT);
    await settled(id, 1);
    expect(taken(id)).toEqual(['C-1']);
    await line.acknowledged(ENQ);
    await line.acknowledged(first ?? ENQ);
    clock.offset = 0;
    await waitFor(() => lab.journal(id).some(({ outcome }) => outcome.state === 'incomplete'), { timeout: 5000 });
    line.close();
  });
});

describe('a line that says what nobody expects', () => {
  it('NUL bytes, a header of 64 KB and an id of 4 KB are kept as they came, and the next message is taken', async () => {
    const { id, open } = await analyzer('mllp');
    const line = await open();
    const long = 'X'.repeat(4000);
    const messages = [
      hl7({ id: '1', sampleId: 'Z\0-1' }),
      hl7({ id: '2', sampleId: 'Z-2', header: 'H'.repeat(64 * 1024) }),
      hl7({ id: `${long}1`, sampleId: 'Z-3' }),
      hl7({ id: `${long}2`, sampleId: 'Z-4' }),
      hl7({ id: `${long}1`, sampleId: 'Z-3' }),
      hl7({ id: '3', sampleId: 'Z-5' }),
    ];
    for (const message of messages) expect(await line.sendHl7(message)).toMatch(/MSA\|A[AR]/);
    await settled(id, 5);
    expect(lab.journal(id).map(({ bytes }) => bytes)).toEqual(messages.toSpliced(4, 1));
    expect(taken(id).slice(1)).toEqual(['Z-2', 'Z-3', 'Z-4', 'Z-5']);
    line.close();
  });

  it('a message longer than the device takes is refused, and the next one is taken; the same over ASTM', async () => {
    const small = { longestMessageKib: 16 };
    const byHl7 = await analyzer('mllp', { link: small });
    const line = await byHl7.open();
    const long = `${hl7({ id: '1', sampleId: 'L-1' })}NTE|1||${'x'.repeat(20_000)}\r`;
    expect(await line.sendHl7(long)).toContain('MSA|AE|1');
    expect(await line.sendHl7(hl7({ id: '2', sampleId: 'L-2' }))).toContain('MSA|AA|2');
    await settled(byHl7.id, 1);
    expect(taken(byHl7.id)).toEqual(['L-2']);
    line.close();
    const byAstm = await analyzer('astm', { link: small });
    const other = await byAstm.open();
    const comment = `C|1|I|${'x'.repeat(200)}`;
    const frames = astmFrames(['H|\\^&|||A', 'P|1', ...Array.from({ length: 100 }, () => comment), 'L|1|N']);
    await other.acknowledged(ENQ);
    let refused = false;
    for (const frame of frames) {
      other.send(frame);
      refused = (await other.byte()) === 0x15;
      if (refused) break;
    }
    expect(refused).toBe(true);
    other.send(EOT);
    await other.sendAstm(astm('L-3'));
    await settled(byAstm.id, 2);
    expect(taken(byAstm.id)).toEqual(['L-3']);
    other.close();
  });

  it('an analyzer that calls again while its old line is dead is taken on the new one, once', async () => {
    const { id, open } = await analyzer('astm');
    const dead = await open();
    await dead.acknowledged(ENQ);
    const frames = astm('H-1');
    for (const frame of frames.slice(0, 3)) await dead.acknowledged(frame);
    const line = await open();
    await line.sendAstm(frames);
    await waitFor(() => taken(id).length === 1);
    // What is left of the old session shows only when the system gives the line up.
    dead.close();
    await settled(id, 2);
    expect(taken(id)).toEqual(['H-1']);
    expect(
      lab
        .journal(id)
        .map(({ outcome }) => outcome.state)
        .sort(),
    ).toEqual(['parsed', 'superseded']);
    line.close();
  });

  it('text of another character set is taken with its values, its bytes kept', async () => {
    const { id, open } = await analyzer('mllp', { settings: { charset: 'utf-8' } });
    const line = await open();
    const message = hl7({ id: '1', sampleId: 'U-1' }).replace('mmol/L', '\xb5mol/L\xff');
    expect(await line.sendHl7(message)).toContain('MSA|AA|1');
    await settled(id, 1);
    expect(lab.journal(id)[0]?.bytes).toBe(message);
    expect(lab.results(id)[0]).toMatchObject({ sampleId: 'U-1', originalValue: '5.4' });
    line.close();
  });
});
