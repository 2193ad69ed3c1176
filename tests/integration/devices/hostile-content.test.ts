import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replayMessages } from '../../../electron/core/devices/reading/message-reader.ts';
import { deviceResultSchema } from '../../../shared/results/schema.ts';
import { AnalyzerLine, astmFrames } from '../../support/analyzer-line.ts';
import { type DemoDevices, openDemoDevices } from '../../support/demo-devices.ts';
import { waitFor } from '../../support/wait-for.ts';

let lab: DemoDevices;

beforeAll(async () => {
  lab = await openDemoDevices();
});
afterAll(() => lab.dispose());

const connection = { kind: 'tcpServer' as const, host: '127.0.0.1', port: 0, allowedPeers: [] };
const open = async (id: string) => AnalyzerLine.open(await waitFor(() => lab.service.state(id)?.port));
const long = 'word '.repeat(700).trim();

/** Fields far longer than any that is kept, of every kind that is kept. */
const hl7 = [
  `MSH|^~\\&|A|B|||20260624120000||ORU^R01|${'9'.repeat(400)}|P|2.3.1`,
  `PID|1||${'7'.repeat(5000)}||${long}`,
  `OBR|1||${'S'.repeat(4000)}|${long}|||20260624120000||||||${long}`,
  `NTE|1||${long}`,
  `OBX|1|ST|${'C'.repeat(3000)}^${long}|${long}|${long}|${'u'.repeat(900)}|${long}|${Array(90).fill('HH').join('~')}|||${'F'.repeat(90)}|||${'2'.repeat(300)}`,
  ...Array.from({ length: 60 }, (_, n) => `NTE|${n}||${long.slice(0, 3000)}`),
  `OBX|2|NM|GLU||${'9'.repeat(5000)}.${'1'.repeat(400)}|mmol/L|||||F`,
  'OBX|3|NM|NA||140|mmol/L|||||F',
  `OBX|4|ST|TEXT||${long}||||||F`,
  '',
].join('\r');
const astm = astmFrames([
  `H|\\^&|||${long}|||||||P|1`,
  `P|1||${'7'.repeat(5000)}|||${long}`,
  `O|1|${'S'.repeat(4000)}||^^^GLU|||||||${long}`,
  `C|1|I|${long}|G`,
  `R|1|^^^${'C'.repeat(3000)}^${'9'.repeat(900)}|${long}|${'u'.repeat(900)}|${long}|${'H'.repeat(200)}||${'F'.repeat(90)}||||${'2'.repeat(300)}`,
  `C|1|I|${long}|G`,
  `R|2|^^^GLU|${'9'.repeat(5000)}|mmol/L||N||F`,
  'R|3|^^^NA|140|mmol/L||N||F',
  'L|1|N',
]);

describe('a message with fields longer than anything that is kept', () => {
  it('is stored whole in the journal, its results cut to what documents hold, and holds up nobody', async () => {
    const first = lab.add({ driver: 'generic-hl7', protocol: 'mllp', connection });
    const second = lab.add({ driver: 'generic-astm', protocol: 'astm', connection });
    lab.kernel.change(lab.kernel.systemSession('test'), (work) => {
      const parameter = { kind: 'parameter', active: true } as const;
      const text = work.insert('catalogue', { ...parameter, code: 'FIND', name: 'Findings', valueType: 'text' });
      const number = work.insert('catalogue', { ...parameter, code: 'NUM', name: 'A number', valueType: 'numeric' });
      work.insert('setup', {
        kind: 'codeMap',
        deviceId: first,
        entries: [
          { deviceCode: 'GLU', parameterId: number.id, factor: '1' },
          { deviceCode: 'TEXT', parameterId: text.id, factor: '1' },
        ],
      });
    });
    const one = await open(first);
    expect(await one.sendHl7(hl7)).toContain('MSA|AA');
    const two = await open(second);
    await two.sendAstm(astm);
    await waitFor(() => lab.results(first).length === 4 && lab.results(second).length === 3, { timeout: 10_000 });
    for (const stored of [...lab.results(first), ...lab.results(second)]) {
      const result = Object.fromEntries(Object.entries(stored).filter(([key]) => !key.startsWith('_')));
      expect(deviceResultSchema.safeParse(result).error?.issues ?? []).toEqual([]);
    }
    // Half a finding may say the contrary of the whole: it is not cut, and a person reads it in the message.
    expect(lab.results(first).find(({ deviceCode }) => deviceCode === 'TEXT')?.value).toBeUndefined();
    one.close();
    two.close();
  });
});

describe('a message that cannot be saved for a fault that is not its own', () => {
  it('waits with the reason, holds up none behind it, and is read again when the fault is mended', async () => {
    const id = lab.add({ driver: 'generic-hl7', protocol: 'mllp', connection });
    const line = await open(id);
    const message = (controlId: string, code: string) =>
      `MSH|^~\\&|A|B|||20260624120000||ORU^R01|${controlId}|P|2.3.1\rOBR|1||S-1\rOBX|1|NM|${code}||5.4|mmol/L|||||F\r`;
    // As a damaged copy of another station would bring it: this factor is no number.
    const parameter = lab.kernel.reads().find('catalogue', { selector: { kind: { $eq: 'parameter' } } })[0];
    const map = lab.kernel.change(lab.kernel.systemSession('test'), (work) =>
      work.insert('setup', {
        kind: 'codeMap',
        deviceId: id,
        entries: [{ deviceCode: 'BAD', parameterId: parameter?.id ?? '', factor: 'one' }],
      }),
    );
    await line.sendHl7(message('1', 'BAD'));
    await line.sendHl7(message('2', 'GOOD'));
    await waitFor(() => lab.results(id).length === 1);
    expect(lab.results(id)[0]?.deviceCode).toBe('GOOD');
    const [failed] = lab.journal(id);
    expect(failed?.outcome).toMatchObject({ state: 'failed', reason: expect.stringContaining('could not take it') });
    lab.kernel.change(lab.kernel.systemSession('test'), (work) =>
      work.update('setup', work.need('setup', map.id), { entries: [] }),
    );
    const again = lab.journal(id).filter(({ outcome }) => outcome.state === 'failed');
    const counts = await replayMessages(
      lab.kernel,
      again.map((one) => ({ message: one, archived: false })),
    );
    expect(counts).toEqual({ results: 1, failed: 0 });
    expect(lab.results(id).map(({ deviceCode }) => deviceCode)).toEqual(['BAD', 'GOOD']);
    line.close();
  });
});
