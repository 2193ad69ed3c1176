import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { control } from '../../../electron/core/devices/protocols/index.ts';
import { createResultsRouter } from '../../../electron/core/results/index.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import { AnalyzerLine, astmFrames } from '../../support/analyzer-line.ts';
import { type DemoDevices, openDemoDevices } from '../../support/demo-devices.ts';
import { waitFor } from '../../support/wait-for.ts';

let lab: DemoDevices;

beforeAll(async () => {
  lab = await openDemoDevices();
});
afterAll(() => lab.dispose());

/** A received specimen on which a test is ordered. */
function specimenFor(testCode: string, nth = 0): Specimen {
  const found = lab.kernel.reads().find('specimens', { selector: { state: { $eq: 'received' } } });
  const specimen = found.filter((one) => one.testCodes.includes(testCode))[nth];
  if (!specimen) throw new Error(`No received specimen for ${testCode}`);
  return specimen;
}

function astmMessage(sampleId: string, results: readonly string[]): Uint8Array[] {
  return astmFrames([
    'H|\\^&|||    XN-550^00-24^22723^^^^BD634545||||||||E1394-97',
    'P|1',
    `O|1||^^                    ${sampleId}^M|^^^^WBC|||||||N||||||||||||||F`,
    ...results.map((result, index) => `R|${index + 1}|${result}||||20260624135407`),
    'L|1|N',
  ]);
}

const resultsOf = (sampleId: string) => {
  const all = lab.kernel.reads().find('deviceResults', { selector: {} });
  return all.filter((result) => result.sampleId === sampleId);
};

describe('an analyzer over TCP', () => {
  it('gets its ACK when the frame is on disk, and its results wait for validation with value, unit and flag', async () => {
    const { accession } = specimenFor('CBC');
    const line = await AnalyzerLine.open(await lab.port('sysmex-xn'));
    await line.sendAstm(astmMessage(accession, ['^^^^WBC^1|8.13|10*3/uL||N||F', '^^^^HGB^1|8.0|g/dL||L||F']));
    await waitFor(() => resultsOf(accession).length === 2);
    const [wbc, hgb] = resultsOf(accession).sort((a, b) => a.index - b.index);
    expect(wbc).toMatchObject({
      state: 'pending',
      parameterCode: 'WBC',
      originalValue: '8.13',
      originalUnit: '10*3/uL',
    });
    expect(hgb).toMatchObject({
      state: 'pending',
      parameterCode: 'HGB',
      value: '8.0',
      flag: expect.stringMatching(/^LL?$/),
    });
    line.close();
  });

  it('keeps the raw message, from which every result is found again', async () => {
    const { accession } = specimenFor('CBC');
    const [result] = resultsOf(accession);
    const session = lab.kernel.systemSession('test');
    const caller = createResultsRouter().createCaller({
      kernel: lab.kernel,
      connection: { sessionToken: undefined },
      counter: { statements: 0, rows: 0 },
    });
    await expect(caller.trace({ deviceResultId: result?.id ?? '' })).rejects.toThrow(/log in/);
    const message = lab.kernel.reads().need('journal', result?.journalId ?? '');
    const { offset, length } = result?.recordRef ?? { offset: 0, length: 0 };
    expect(message.bytes.slice(offset, offset + length)).toContain('^^^^WBC^1|8.13|10*3/uL');
    expect(message.wire).toContain('\x021H|');
    expect(session.actorName).toBe('test');
  });

  it('holds results of a sample nobody knows, and of a code nobody mapped', async () => {
    const { accession } = specimenFor('CBC', 1);
    const line = await AnalyzerLine.open(await lab.port('sysmex-xn'));
    await line.sendAstm(astmMessage('NOBODY-1', ['^^^^WBC^1|5.0|10*3/uL||N||F']));
    await line.sendAstm(astmMessage(accession, ['^^^^NEW-CODE^1|5.0|10*3/uL||N||F']));
    await waitFor(() => resultsOf('NOBODY-1').length + resultsOf(accession).length === 2);
    expect(resultsOf('NOBODY-1')).toMatchObject([{ state: 'held', holdReason: 'unknownSample' }]);
    expect(resultsOf(accession)).toMatchObject([{ state: 'held', holdReason: 'unmappedCode' }]);
    line.close();
  });

  it('asks for a frame again whose checksum is wrong, and takes the repeated one once', async () => {
    const { accession } = specimenFor('CBC', 2);
    const frames = astmMessage(accession, ['^^^^PLT^1|250|10*3/uL||N||F']);
    const line = await AnalyzerLine.open(await lab.port('sysmex-xn'));
    await line.acknowledged(Uint8Array.of(control.ENQ));
    const [first] = frames;
    const broken = Uint8Array.from(first ?? []);
    broken[5] = (broken[5] ?? 0) ^ 1;
    line.send(broken);
    expect(await line.byte()).toBe(control.NAK);
    for (const frame of frames) await line.acknowledged(frame);
    await line.acknowledged(frames.at(-1) ?? new Uint8Array());
    line.send(Uint8Array.of(control.EOT));
    await waitFor(() => resultsOf(accession).length > 0);
    expect(resultsOf(accession)).toHaveLength(1);
    line.close();
  });

  it('keeps what it acknowledged of a session that was cut, and shows it as incomplete', async () => {
    const frames = astmMessage('CUT-1', ['^^^^PLT^1|250|10*3/uL||N||F']);
    const line = await AnalyzerLine.open(await lab.port('sysmex-xn'));
    await line.acknowledged(Uint8Array.of(control.ENQ));
    for (const frame of frames.slice(0, 3)) await line.acknowledged(frame);
    line.close();
    const incomplete = await waitFor(() =>
      lab.kernel
        .reads()
        .find('journal', { selector: { deviceId: { $eq: lab.deviceId('sysmex-xn') } } })
        .find((message) => message.outcome.state === 'incomplete'),
    );
    expect(incomplete.bytes).toContain('CUT-1');
  });

  it('speaks HL7 as well: AA after the commit, the same answer for the same message, nothing twice', async () => {
    const { accession } = specimenFor('GLUF');
    const message = [
      'MSH|^~\\&|BS-240|Mindray|||20260624120000||ORU^R01|77|P|2.3.1||||0||ASCII|||',
      'PID|1|||||||',
      `OBR|1|${accession}|5|Mindray^BS-240|||||||||||||||||||||||||||||||||||||||||`,
      'OBX|1|NM||GLU|5.4|mmol/L|3.9-6.1|N|||F|||20260624115900||||',
    ].join('\r');
    const line = await AnalyzerLine.open(await lab.port('mindray-bs'));
    expect(await line.sendHl7(`${message}\r`)).toMatch(/MSA\|AA\|77/);
    expect(await line.sendHl7(`${message}\r`)).toMatch(/MSA\|AA\|77/);
    await waitFor(() => resultsOf(accession).length > 0);
    await lab.kernel.followers.settled();
    expect(resultsOf(accession)).toMatchObject([{ deviceCode: 'GLU', parameterCode: 'GLUF', originalValue: '5.4' }]);
    line.close();
  });

  it('is not disturbed by garbage on its port: what follows is taken', async () => {
    const { accession } = specimenFor('CBC', 2);
    const before = resultsOf(accession).length;
    const line = await AnalyzerLine.open(await lab.port('sysmex-xn'));
    line.send(Uint8Array.from({ length: 5000 }, (_, index) => (index * 37) % 256 || 1).filter((byte) => byte > 0x20));
    await line.sendAstm(astmMessage(accession, ['^^^^RBC^1|4.50|10*6/uL||N||F']));
    await waitFor(() => resultsOf(accession).length === before + 1);
    line.close();
  });
});

describe('what the field does', () => {
  const xn = () => lab.deviceId('sysmex-xn');
  /** A message with the analyzer's time of sending and a result for each tube, given as rack^position^id. */
  const message = (tubes: readonly string[], value: string, sentAt = '') =>
    astmFrames([
      `H|\\^&|||    XN-550^00-24^22723^^^^BD634545||||||||E1394-97|${sentAt}`,
      'P|1',
      ...tubes.flatMap((tube, index) => [
        `O|${index + 1}||${tube}^M|^^^^WBC|||||||N||||||||||||||F`,
        `R|1|^^^^WBC^1|${value}|10*3/uL||N||F||||20260624135407`,
      ]),
      'L|1|N',
    ]);
  const newest = (sampleId: string, count: number) =>
    waitFor(() => {
      const results = resultsOf(sampleId);
      return results.length === count ? results : undefined;
    });

  it('flags results of an analyzer whose clock is wrong, and keeps the time of receipt', async () => {
    const line = await AnalyzerLine.open(await lab.port('sysmex-xn'));
    await line.sendAstm(message(['1^1^CLOCK-1'], '6.0', '20010101000000'));
    const [result] = await newest('CLOCK-1', 1);
    expect(result?.clockOffMinutes).toBeLessThan(-1_000_000);
    expect(Date.now() - Date.parse(result?.receivedAt ?? '')).toBeLessThan(60_000);
    line.close();
  });

  it('holds results when two tubes of one message have the same id, and for a specimen of another week', async () => {
    const [twice, old] = [specimenFor('CBC', 0), specimenFor('CBC', 1)];
    lab.kernel.change(lab.kernel.systemSession('test'), (work) => {
      const current = work.byKeys('specimens', [old.accession]).get(old.accession)?.[0];
      if (current) work.update('specimens', current, { receivedAt: '2026-01-01T08:00:00.000Z' });
    });
    const line = await AnalyzerLine.open(await lab.port('sysmex-xn'));
    await line.sendAstm(message([`1^1^${twice.accession}`, `1^2^${twice.accession}`], '6.1'));
    await line.sendAstm(message([`1^1^${old.accession}`], '6.2'));
    const measured = (value: string) => lab.results(xn()).filter((result) => result.originalValue === value);
    await waitFor(() => measured('6.2').length === 1);
    expect(measured('6.2')).toMatchObject([{ sampleId: old.accession, state: 'held', holdReason: 'oldSample' }]);
    const held = { sampleId: twice.accession, state: 'held', holdReason: 'sameSampleTwice' };
    expect(measured('6.1')).toMatchObject([held, held]);
    line.close();
  });

  it('takes a message that was cut and sent again once, and says which replaced which', async () => {
    const frames = message(['1^1^AGAIN-1'], '6.3', '20260624120000');
    const first = await AnalyzerLine.open(await lab.port('sysmex-xn'));
    await first.acknowledged(Uint8Array.of(control.ENQ));
    for (const frame of frames.slice(0, 3)) await first.acknowledged(frame);
    first.close();
    await waitFor(() =>
      lab.journal(xn()).some(({ bytes, outcome }) => bytes.includes('AGAIN-1') && outcome.state === 'incomplete'),
    );
    const second = await AnalyzerLine.open(await lab.port('sysmex-xn'));
    // Whole this time, but the line breaks before the end of the session; the header's time is a new one each time.
    await second.acknowledged(Uint8Array.of(control.ENQ));
    for (const frame of message(['1^1^AGAIN-1'], '6.3', '20260624120100')) await second.acknowledged(frame);
    second.close();
    await newest('AGAIN-1', 1);
    const third = await AnalyzerLine.open(await lab.port('sysmex-xn'));
    await third.sendAstm(message(['1^1^AGAIN-1'], '6.3', '20260624120200'));
    await third.sendAstm(message(['1^1^AFTER-1'], '6.3'));
    await newest('AFTER-1', 1);
    const said = lab.journal(xn()).filter(({ bytes }) => bytes.includes('AGAIN-1'));
    expect(said.map(({ outcome }) => outcome)).toMatchObject([
      { state: 'superseded', by: said[1]?.id },
      { state: 'parsed', results: 1 },
      { state: 'duplicate', of: said[1]?.id },
    ]);
    expect(resultsOf('AGAIN-1')).toHaveLength(1);
    third.close();
  });

  it('says when another message comes under the id of an earlier one, and takes it', async () => {
    const line = await AnalyzerLine.open(await lab.port('mindray-bs'));
    const say = (sample: string) =>
      line.sendHl7(
        `MSH|^~\\&|BS-240|Mindray|||20260624120000||ORU^R01|4711|P|2.3.1||||0\rOBR|1|${sample}|5\rOBX|1|NM|GLU||5.4|mmol/L|||||F\r`,
      );
    expect(await say('ID-1')).toContain('MSA|AA|4711');
    expect(await say('ID-2')).toContain('MSA|AA|4711');
    await newest('ID-2', 1);
    const [first, second] = lab.journal(lab.deviceId('mindray-bs')).filter(({ messageId }) => messageId === '4711');
    expect([first?.tolerated, second?.tolerated]).toEqual([[], ['Another message came under the same id before.']]);
    line.close();
  });
});
