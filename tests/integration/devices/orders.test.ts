import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendCancellation, sendPendingOrders } from '../../../electron/core/devices/orders/send-orders.ts';
import { control } from '../../../electron/core/devices/protocols/index.ts';
import { AnalyzerLine, astmFrames } from '../../support/analyzer-line.ts';
import { type DemoDevices, openDemoDevices } from '../../support/demo-devices.ts';
import { waitFor } from '../../support/wait-for.ts';

let lab: DemoDevices;
let line: AnalyzerLine;
let id: string;
let accession: string;

beforeAll(async () => {
  lab = await openDemoDevices();
  id = lab.deviceId('sysmex-xn');
  line = await AnalyzerLine.open(await lab.port('sysmex-xn'));
  await waitFor(() => lab.service.state(id)?.state === 'connected');
  const received = lab.kernel.reads().find('specimens', { selector: { state: { $eq: 'received' } } });
  accession = received.find(({ testCodes }) => testCodes.includes('CBC'))?.accession ?? '';
});
afterAll(async () => {
  line.close();
  await lab.dispose();
});

/** Takes a whole message from the laboratory; the ENQ may have come already. */
async function takeMessage(): Promise<string> {
  line.send(Uint8Array.of(control.ACK));
  let text = '';
  for (;;) {
    const first = await line.byte();
    if (first === control.EOT) return text;
    expect(first).toBe(control.STX);
    const frame = await line.until(control.LF);
    text += frame.slice(1, frame.search(/[\x03\x17]/));
    line.send(Uint8Array.of(control.ACK));
  }
}

describe('orders to an ASTM analyzer', () => {
  it('answers a query for a sample with what its reports still need, and for an unknown one that there is nothing', async () => {
    const ask = async (sample: string) => {
      await line.sendAstm(astmFrames(['H|\\^&|||XN', `Q|1|2^1^${sample.padStart(22)}^B||||20260624||||||N`, 'L|1|N']));
      expect(await line.byte()).toBe(control.ENQ);
      return takeMessage();
    };
    const orders = await ask(accession);
    expect(orders).toMatch(new RegExp(`O\\|1\\|2\\^1\\^ *${accession}\\^B`));
    expect(orders).toContain('^^^^WBC');
    expect(await ask('NOBODY')).toMatch(/L\|1\|I/);
  });

  it('asks for nothing that has a value already', async () => {
    const { kernel } = lab;
    kernel.change(kernel.systemSession('test'), (work) => {
      const specimen = work.byKeys('specimens', [accession]).get(accession)?.[0];
      for (const report of work.getMany('reports', specimen?.reportIds ?? [])) {
        const values = report.values.map((value) => (value.code === 'WBC' ? { ...value, value: '6.0' } : value));
        work.update('reports', report, { values });
      }
    });
    await line.sendAstm(astmFrames(['H|\\^&|||XN', `Q|1|2^1^${accession}^B||||20260624||||||N`, 'L|1|N']));
    expect(await line.byte()).toBe(control.ENQ);
    const orders = await takeMessage();
    expect(orders).not.toContain('^^^^WBC');
    expect(orders).toContain('^^^^PLT');
  });

  it('sends all pending orders unasked, yielding to the analyzer that begins at the same moment', async () => {
    const sent = sendPendingOrders(lab.kernel, lab.service, id);
    expect(await line.byte()).toBe(control.ENQ);
    // Contention: the analyzer asks too, instead of answering. The laboratory falls silent and takes its message first.
    line.send(Uint8Array.of(control.ENQ));
    const before = lab.journal(id).length;
    await line.sendAstm(
      astmFrames(['H|\\^&|||XN', 'P|1', `O|1||^^${accession}^M|^^^^RBC`, 'R|1|^^^^RBC^1|4.5|10*6/uL', 'L|1|N']),
    );
    await waitFor(() => lab.journal(id).length > before);
    // Its pause is twenty seconds by the standard; an analyzer that calls anew is served at once.
    line.close();
    await expect(sent).rejects.toThrow(/did not take the orders/);
  });

  it('sends pending orders as one message, and withdraws those of a sample', async () => {
    line = await AnalyzerLine.open(await lab.port('sysmex-xn'));
    await waitFor(() => lab.service.state(id)?.state === 'connected');
    const sent = sendPendingOrders(lab.kernel, lab.service, id);
    expect(await line.byte()).toBe(control.ENQ);
    const orders = await takeMessage();
    const { samples, messages } = await sent;
    expect({ messages, inMessage: orders.match(/^O\|/gm)?.length ?? orders.split(/\rO\|/).length - 1 }).toEqual({
      messages: 1,
      inMessage: samples,
    });
    const cancelled = sendCancellation(lab.kernel, lab.service, id, [accession]);
    expect(await line.byte()).toBe(control.ENQ);
    const cancellation = await takeMessage();
    expect(await cancelled).toEqual({ samples: 1, messages: 1 });
    expect(cancellation).toMatch(/O\|1\|[^|]*\|\|[^|]*\|[^|]*\|[^|]*\|[^|]*\|[^|]*\|[^|]*\|[^|]*\|C\|/);
    expect(lab.journal(id).filter(({ direction }) => direction === 'out').length).toBeGreaterThan(3);
  });
});
