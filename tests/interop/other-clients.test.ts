import { connect, type Socket } from 'node:net';
import { Hl7Message } from '@medplum/core';
import { Hl7Client } from '@medplum/hl7';
import { Client, type InboundResponse, Message } from 'node-hl7-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drivers, findDriver, valueInLine } from '../../shared/devices/index.ts';
import { waitFor } from '../support/wait-for.ts';
import { InteropCore } from './core.ts';

let core: InteropCore;

beforeAll(async () => {
  core = await InteropCore.open();
});
afterAll(() => core.dispose());

async function listening(driver: string): Promise<{ readonly id: string; readonly port: number }> {
  const framing = findDriver(driver)?.protocol.framing;
  if (!framing) throw new Error(`no driver ${driver}`);
  const id = core.addDevice({ driver, framing }, { kind: 'tcpServer', host: '127.0.0.1', port: 0, allowedPeers: [] });
  return { id, port: await core.portOf(id) };
}

/** What the core stored of a driver's own sample, compared with what the sample must give. */
async function expectSample(driver: string, id: string): Promise<void> {
  const wanted = findDriver(driver)?.sample.results ?? [];
  await waitFor(() => core.results(id).length >= wanted.length);
  const stored = [...core.results(id)].sort((one, other) => one.index - other.index);
  expect(
    stored.map((one) => [one.sampleId, one.deviceCode, valueInLine(one.reading), one.originalUnit, one.analyzerFlags]),
  ).toEqual(wanted.map(({ sampleId, code, value, unit, flags = [] }) => [sampleId, code, value, unit, flags]));
}

const hl7Drivers = drivers.filter(({ format }) => format === 'hl7').map(({ id, sample }) => [id, sample.text] as const);

describe.each(hl7Drivers)('HL7 clients of others send to %s', (driver, text) => {
  it('@medplum/hl7 gets its AA, and the results are stored', async () => {
    const { id, port } = await listening(driver);
    const client = new Hl7Client({ host: '127.0.0.1', port, encoding: 'utf-8' });
    const reply = await client.sendAndWait(Hl7Message.parse(text));
    await client.close();
    expect(reply.getSegment('MSA')?.getField(1)?.toString()).toBe('AA');
    expect(reply.getSegment('MSA')?.getField(2)?.toString()).toBe(
      Hl7Message.parse(text).header.getField(10)?.toString(),
    );
    await expectSample(driver, id);
  });

  it('node-hl7-client gets its AA, and the results are stored', async () => {
    const { id, port } = await listening(driver);
    const client = new Client({ host: '127.0.0.1' });
    const replied = Promise.withResolvers<InboundResponse>();
    const outbound = client.createConnection({ port }, (response) => replied.resolve(response));
    await outbound.sendMessage(new Message({ text }));
    const reply = (await replied.promise).getMessage();
    await outbound.close();
    expect(reply.get('MSA.1').toString()).toBe('AA');
    await expectSample(driver, id);
  });
});

/**
 * The sending half of LIS1-A, written from the standard and nothing of ours: ENQ; frames of at most 240 characters numbered 1
 * to 7, 0, 1 …, ETB while a record goes on, ETX at its end; each waits for ACK, is sent again on NAK up to six times; EOT.
 */
class StandardSender {
  readonly #socket: Socket;
  #answers: number[] = [];
  refusals = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => this.#answers.push(...bytes));
  }

  async send(records: readonly string[], spoil: (frame: Buffer) => Buffer = (frame) => frame): Promise<void> {
    this.#socket.write('\x05');
    expect(await this.#answer()).toBe(0x06);
    let number = 0;
    for (const record of records) {
      const text = Buffer.from(`${record}\r`, 'latin1');
      for (let at = 0; at < text.length; at += 240) {
        number = (number + 1) % 8;
        const end = at + 240 >= text.length ? 0x03 : 0x17;
        await this.#frame(number, text.subarray(at, at + 240), end, spoil);
      }
    }
    this.#socket.write('\x04');
  }

  async #frame(number: number, text: Buffer, end: number, spoil: (frame: Buffer) => Buffer): Promise<void> {
    const body = Buffer.concat([Buffer.from(String(number)), text, Buffer.of(end)]);
    const sum = body.reduce((total, byte) => total + byte, 0) % 256;
    const tail = `${sum.toString(16).toUpperCase().padStart(2, '0')}\r\n`;
    const frame = Buffer.concat([Buffer.of(0x02), body, Buffer.from(tail)]);
    for (let attempt = 0; attempt <= 6; attempt++) {
      this.#socket.write(attempt === 0 ? spoil(frame) : frame);
      const answer = await this.#answer();
      if (answer === 0x06) return;
      expect(answer).toBe(0x15);
      this.refusals++;
    }
    throw new Error('refused seven times');
  }

  async #answer(): Promise<number> {
    await waitFor(() => this.#answers.length > 0);
    return this.#answers.shift() ?? -1;
  }
}

const astmDrivers = drivers
  .filter(({ format }) => format === 'astm')
  .map(({ id, sample }) => [id, sample.text] as const);

describe('an ASTM sender written from the standard', () => {
  const recordsOf = (text: string) => text.split('\r').filter((record) => record !== '');

  it.each(astmDrivers)('sends to %s, and the results are stored', async (driver, text) => {
    const { id, port } = await listening(driver);
    const socket = connect(port, '127.0.0.1');
    await new StandardSender(socket).send(recordsOf(text));
    await expectSample(driver, id);
    socket.destroy();
  });

  it('has its damaged frames refused, and accepted when they come again', async () => {
    const [driver = '', text = ''] = astmDrivers.find(([id]) => id === 'cobas-c311') ?? [];
    const { id, port } = await listening(driver);
    const socket = connect(port, '127.0.0.1');
    const sender = new StandardSender(socket);
    // One bit of every frame is wrong on the first attempt.
    await sender.send(recordsOf(text), (frame) => {
      const spoilt = Buffer.from(frame);
      spoilt[5] = (spoilt[5] ?? 0) ^ 0x01;
      return spoilt;
    });
    expect(sender.refusals).toBeGreaterThanOrEqual(recordsOf(text).length);
    await expectSample(driver, id);
    socket.destroy();
  });
});
