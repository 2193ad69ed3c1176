import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sendCancellation, sendPendingOrders } from '../../../electron/core/devices/orders/send-orders.ts';
import { teachCodes } from '../../../electron/core/devices/reading/code-maps.ts';
import { hl7Text, parseHl7 } from '../../../shared/devices/hl7/message.ts';
import { AnalyzerLine } from '../../support/analyzer-line.ts';
import { type DemoDevices, openDemoDevices } from '../../support/demo-devices.ts';
import { waitFor } from '../../support/wait-for.ts';

let lab: DemoDevices;
let line: AnalyzerLine;
let id: string;
let accession: string;

beforeAll(async () => {
  lab = await openDemoDevices();
  const { kernel } = lab;
  id = lab.add({
    driver: 'generic-hl7',
    protocol: 'mllp',
    connection: { kind: 'tcpServer', host: '127.0.0.1', port: 0, allowedPeers: [] },
  });
  const parameters = kernel.reads().find('catalogue', { selector: { kind: { $eq: 'parameter' } } });
  for (const code of ['WBC', 'PLT']) {
    const parameterId = parameters.find((one) => one.kind === 'parameter' && one.code === code)?.id;
    if (!parameterId) throw new Error(`The demo has no parameter ${code}`);
    teachCodes(kernel, kernel.systemSession('test'), id, [
      { deviceCode: `${code}-X`, parameterId, factor: '1', deviceUnit: undefined },
    ]);
  }
  const received = kernel.reads().find('specimens', { selector: { state: { $eq: 'received' } } });
  accession = received.find(({ testCodes }) => testCodes.includes('CBC'))?.accession ?? '';
});
beforeEach(async () => {
  line?.close();
  const port = await waitFor(() => lab.service.state(id)?.port);
  await waitFor(() => lab.service.state(id)?.peers.length === 0);
  line = await AnalyzerLine.open(port);
  await waitFor(() => lab.service.state(id)?.state === 'connected');
});
afterAll(async () => {
  line.close();
  await lab.dispose();
});

/** The next message of the laboratory, its segments with the fields by number. */
async function take(): Promise<{ name: string; field(n: number, component?: number): string }[]> {
  const block = await line.until(0x1c);
  await line.until(0x0d);
  const parsed = parseHl7(Buffer.from(block.slice(1, -1), 'latin1'), { fallbackCharset: 'utf-8' });
  const segments = parsed.ok ? (parsed.messages[0]?.segments ?? []) : [];
  return segments.map((segment) => ({
    name: segment.name,
    field: (n, component) => hl7Text(segment, n, component),
  }));
}

type Taken = Awaited<ReturnType<typeof take>>;
const typeOf = (message: Taken) => `${message[0]?.field(9, 1)}^${message[0]?.field(9, 2)}`;
const segmentsOf = (message: Taken, name: string) => message.filter((segment) => segment.name === name);
const codesOf = (message: Taken) => segmentsOf(message, 'OBR').map((obr) => obr.field(4));

function answer(to: Taken, type: string, code = 'AA', text = ''): void {
  const controlId = to[0]?.field(10) ?? '';
  line.send(
    `\x0bMSH|^~\\&|AN|M|||20260624||${type}|R-${controlId.slice(-4)}|P|2.5.1\rMSA|${code}|${controlId}|${text}\r\x1c\r`,
  );
}

let queries = 0;
function ask(definition: (tag: string) => string): { controlId: string; tag: string } {
  const controlId = `Q${++queries}`;
  const tag = `T${queries}`;
  line.send(
    `\x0bMSH|^~\\&|AN|MAKER|LIS|LAB|20260624||QBP^Q11^QBP_Q11|${controlId}|P|2.5.1\r${definition(tag)}\rRCP|I||R\r\x1c\r`,
  );
  return { controlId, tag };
}

describe('orders to an HL7 analyzer', () => {
  it('answers a query of IHE LAW by RSP^K11 and the orders in OML^O33', async () => {
    const { controlId, tag } = ask((own) => `QPD|WOS^Work Order Step^IHELAW|${own}|${accession}`);
    const response = await take();
    expect(typeOf(response)).toBe('RSP^K11');
    expect(segmentsOf(response, 'MSA')[0]?.field(1)).toBe('AA');
    expect(segmentsOf(response, 'MSA')[0]?.field(2)).toBe(controlId);
    expect(segmentsOf(response, 'QAK')[0]?.field(1)).toBe(tag);
    expect(segmentsOf(response, 'QAK')[0]?.field(2)).toBe('OK');
    expect(segmentsOf(response, 'QPD')[0]?.field(3)).toBe(accession);
    const orders = await take();
    expect(typeOf(orders)).toBe('OML^O33');
    expect(orders[0]?.field(5)).toBe('AN');
    expect(segmentsOf(orders, 'SPM').map((spm) => spm.field(2))).toEqual([accession]);
    expect(codesOf(orders)).toEqual(['WBC-X', 'PLT-X']);
    expect(segmentsOf(orders, 'ORC').map((orc) => orc.field(1))).toEqual(['NW', 'NW']);
    answer(orders, 'ORL^O34^ORL_O42');
    await waitFor(() => lab.journal(id).filter(({ direction }) => direction === 'out').length >= 2);
  });

  it('tells of a sample nobody knows that there is nothing to measure', async () => {
    ask((tag) => `QPD|WOS^Work Order Step^IHELAW|${tag}|NOBODY`);
    expect(typeOf(await take())).toBe('RSP^K11');
    const orders = await take();
    expect(segmentsOf(orders, 'SPM')[0]?.field(2)).toBe('NOBODY');
    expect(segmentsOf(orders, 'ORC').map((orc) => orc.field(1))).toEqual(['DC']);
    expect(codesOf(orders)).toEqual([]);
    answer(orders, 'ORL^O34^ORL_O42');
  });

  it('answers another query by parameters within the response, with what is still without a value', async () => {
    const { kernel } = lab;
    kernel.change(kernel.systemSession('test'), (work) => {
      const specimen = work.byKeys('specimens', [accession]).get(accession)?.[0];
      for (const report of work.getMany('reports', specimen?.reportIds ?? [])) {
        const values = report.values.map((value) => (value.code === 'WBC' ? { ...value, value: '6.0' } : value));
        work.update('reports', report, { values });
      }
    });
    ask((tag) => `QPD|LAB-27^Orders|${tag}|${accession}`);
    const response = await take();
    expect(typeOf(response)).toBe('RSP^K11');
    expect(segmentsOf(response, 'SPM').map((spm) => spm.field(2))).toEqual([accession]);
    expect(codesOf(response)).toEqual(['PLT-X']);
    ask((tag) => `QPD|LAB-27^Orders|${tag}|NOBODY`);
    const none = await take();
    expect(segmentsOf(none, 'QAK')[0]?.field(2)).toBe('NF');
    expect(codesOf(none)).toEqual([]);
  });

  it('sends all pending orders, a message for each sample, and withdraws those of a sample under the same numbers', async () => {
    const sent = sendPendingOrders(lab.kernel, lab.service, id);
    const steps: string[] = [];
    const samples: string[] = [];
    let done = false;
    const finished = sent.finally(() => {
      done = true;
    });
    while (!done) {
      const orders = await Promise.race([take(), finished.then(() => undefined)]);
      if (!orders) break;
      expect(typeOf(orders)).toBe('OML^O33');
      samples.push(segmentsOf(orders, 'SPM')[0]?.field(2) ?? '');
      steps.push(...segmentsOf(orders, 'OBR').map((obr) => obr.field(2)));
      answer(orders, 'ORL^O34^ORL_O42');
    }
    const outcome = await finished;
    expect(samples).toContain(accession);
    expect(outcome).toEqual({ samples: samples.length, messages: samples.length });
    expect(new Set(samples).size).toBe(samples.length);

    line.close();
    await waitFor(() => lab.service.state(id)?.peers.length === 0);
    line = await AnalyzerLine.open(await waitFor(() => lab.service.state(id)?.port));
    await waitFor(() => lab.service.state(id)?.state === 'connected');
    const cancelled = sendCancellation(lab.kernel, lab.service, id, [accession]);
    const cancellation = await take();
    expect(segmentsOf(cancellation, 'ORC').every((orc) => orc.field(1) === 'CA')).toBe(true);
    const withdrawn = segmentsOf(cancellation, 'OBR').map((obr) => obr.field(2));
    expect(withdrawn).toEqual(expect.arrayContaining(steps.filter((step) => step.startsWith(`${accession}.`))));
    answer(cancellation, 'ORL^O34^ORL_O42');
    expect(await cancelled).toEqual({ samples: 1, messages: 1 });
  });

  it('says what the analyzer said when it refuses an order', async () => {
    const sent = sendCancellation(lab.kernel, lab.service, id, [accession]);
    answer(await take(), 'ORL^O34^ORL_O42', 'AR', 'not now');
    await expect(sent).rejects.toThrow(/did not take the orders: The analyzer answered AR: not now/);
  });

  it('sends ORM^O01 where the device is set so, and takes ORR^O02', async () => {
    const { kernel } = lab;
    kernel.change(kernel.systemSession('test'), (work) => {
      const device = work.need('setup', id);
      if (device.kind === 'device') work.update('setup', device, { settings: { orderMessage: 'ORM^O01' } });
    });
    // How orders are written is no matter of the line, which stays open.
    const sent = sendCancellation(lab.kernel, lab.service, id, [accession]);
    const order = await take();
    expect(typeOf(order)).toBe('ORM^O01');
    expect(segmentsOf(order, 'OBR').map((obr) => [obr.field(2), obr.field(4)])).toEqual([
      [accession, 'WBC-X'],
      [accession, 'PLT-X'],
    ]);
    answer(order, 'ORR^O02');
    expect(await sent).toEqual({ samples: 1, messages: 1 });
  });
});
