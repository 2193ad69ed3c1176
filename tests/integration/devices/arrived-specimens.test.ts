import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arrivedSpecimens } from '../../../electron/core/results/index.ts';
import { newId } from '../../../shared/kernel/id.ts';
import { AnalyzerLine, astmFrames } from '../../support/analyzer-line.ts';
import { type DemoDevices, openDemoDevices } from '../../support/demo-devices.ts';
import { waitFor } from '../../support/wait-for.ts';

const dayMs = 24 * 60 * 60 * 1000;
let ahead = 0;
let lab: DemoDevices;
beforeAll(async () => {
  lab = await openDemoDevices(undefined, { now: () => Date.now() + ahead });
  lab.kernel.followers.add(arrivedSpecimens(lab.kernel));
});
afterAll(() => lab.dispose());

async function measured(sampleId: string) {
  const line = await AnalyzerLine.open(await lab.port('sysmex-xn'));
  await line.sendAstm(
    astmFrames(['H|\\^&|||XN', 'P|1', `O|1||^^${sampleId}^M|^^^^WBC`, 'R|1|^^^^WBC^1|8.13|10*3/uL||N||F', 'L|1|N']),
  );
  await waitFor(() => resultOf(sampleId) !== undefined);
  line.close();
}

const resultOf = (sampleId: string) =>
  lab.results(lab.deviceId('sysmex-xn')).find((result) => result.sampleId === sampleId);

/** A specimen for a blood count as another station registered it, with its report, under a new number. */
function copyOf(accession: string) {
  const reads = lab.kernel.reads();
  const received = reads.find('specimens', { selector: { state: { $eq: 'received' } } });
  const original = received.find(({ testCodes }) => testCodes.includes('CBC'));
  const report = original?.reportIds
    .flatMap((id) => reads.get('reports', id) ?? [])
    .find(({ values }) => values.some(({ code }) => code === 'WBC'));
  if (!original || !report) throw new Error('The demo has no blood count');
  const ids = { specimen: newId(), report: newId() };
  return {
    specimen: { ...original, id: ids.specimen, accession, reportIds: [ids.report] },
    report: { ...report, id: ids.report, specimenId: ids.specimen },
  };
}

describe('results of a sample of another station', () => {
  it('wait, and are matched when specimen and report arrive, in either order', async () => {
    for (const order of [
      ['specimens', 'reports'],
      ['reports', 'specimens'],
    ] as const) {
      const accession = `LATE-${order[0]}`;
      await measured(accession);
      expect(resultOf(accession)).toMatchObject({ state: 'held', holdReason: 'unknownSample' });
      const arriving = arrivalOf(accession);
      for (const collection of order) {
        arriving[collection]();
        await lab.kernel.followers.settled();
      }
      expect(resultOf(accession)).toMatchObject({ state: 'pending', parameterCode: 'WBC' });
    }
  });

  it('are left to a person when they are older than numbers are used again', async () => {
    await measured('OLD-NUMBER');
    ahead = 15 * dayMs;
    const arriving = arrivalOf('OLD-NUMBER');
    arriving.reports();
    arriving.specimens();
    await lab.kernel.followers.settled();
    expect(resultOf('OLD-NUMBER')).toMatchObject({ state: 'held', holdReason: 'unknownSample' });
  });
});

function arrivalOf(accession: string): Record<'specimens' | 'reports', () => void> {
  const { kernel } = lab;
  const { specimen, report } = copyOf(accession);
  const session = kernel.systemSession('Replication');
  return {
    specimens: () => void kernel.change(session, (work) => work.insert('specimens', specimen)),
    reports: () => void kernel.change(session, (work) => work.insert('reports', report)),
  };
}
