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
