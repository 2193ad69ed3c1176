import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveDeviceResults } from '../../../electron/core/results/index.ts';
import type { DeviceMessage } from '../../../shared/devices/index.ts';
import { findDriver } from '../../../shared/devices/index.ts';
import type { AnalyzerMessage } from '../../../shared/devices/journal.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { DeviceResult } from '../../../shared/results/schema.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import { openTestLab, type TestLab } from '../../support/open-test-lab.ts';
import { fieldsOf, refusalOf } from '../billing/order-lab.ts';

let lab: TestLab;
let technician: Awaited<ReturnType<TestLab['as']>>;
let deviceId: string;

beforeAll(async () => {
  lab = await openTestLab();
  technician = await lab.as('technician');
  const admin = await lab.as('admin');
  deviceId = (await admin.devices.list()).find(({ driver }) => driver === 'sysmex-xn')?.id ?? '';
});
afterAll(() => lab.dispose());

const reads = () => lab.lab.kernel.reads();

/** The nth specimen in the laboratory that waits for a blood count. */
function specimen(nth: number): Specimen {
  const waiting = reads()
    .find('specimens', { selector: { state: { $eq: 'received' } } })
    .filter((one) => one.testCodes.includes('CBC'));
  const found = waiting[nth];
  if (!found) throw new Error(`There are only ${waiting.length} specimens for a blood count`);
  return found;
}

/** What the analyzer's driver makes of a message with these results, saved as the journal's reader saves it. */
function measured(sampleId: string, ...results: string[]): Stored<DeviceResult>[] {
  const text = [
    'H|\\^&|||    XN-550^00-24^22723^^^^BD634545||||||||E1394-97',
    'P|1',
    `O|1||^^                    ${sampleId}^M|^^^^WBC|||||||N||||||||||||||F`,
    ...results.map((result, index) => `R|${index + 1}|${result}||||20260624135407`),
    'L|1|N',
  ].join('\r');
  const outcome = findDriver('sysmex-xn')?.read(Buffer.from(`${text}\r`, 'latin1'));
  if (!outcome?.ok) throw new Error('the message was not read');
  return save(text, outcome.message);
}

function save(bytes: string, read: DeviceMessage): Stored<DeviceResult>[] {
  const { kernel } = lab.lab;
  return kernel.change(kernel.systemSession('Analyzer'), (work) => {
    const message = work.insert<'journal', AnalyzerMessage>('journal', {
      kind: 'analyzer',
      deviceId,
      deviceName: 'Haematology',
      driver: 'sysmex-xn',
      protocol: 'astm',
      direction: 'in',
      peer: 'test',
      at: work.now,
      bytes,
      tolerated: [],
      digest: '0'.repeat(64),
      outcome: { state: 'stored' },
    });
    return saveDeviceResults(work, [{ message, read }]);
  });
}

const stored = (id: string | undefined) => reads().need('deviceResults', id ?? '');
const reportedValue = (result: DeviceResult) =>
  reads()
    .need('reports', result.reportId ?? '')
    .values.find((line) => line.parameterId === result.parameterId)?.value;

describe('a rerun', () => {
  it('waits beside the first run; one is released, the other is put aside with the reason', async () => {
    const { accession } = specimen(0);
    const [first] = measured(accession, '^^^^WBC^1|8.13|10*3/uL||N||F');
    const [second] = measured(accession, '^^^^WBC^1|7.90|10*3/uL||N||F');
    const both = [first?.id ?? '', second?.id ?? ''];
    const codes = await fieldsOf(() => technician.results.release({ ids: both }));
    expect(codes).toEqual(['ids.1: result.twoRuns']);
    await technician.results.release({ ids: [both[1] ?? ''] });
    expect(stored(first?.id)).toMatchObject({ state: 'rejected', decision: 'Another run was released' });
    expect(stored(second?.id)).toMatchObject({ state: 'released' });
    expect(reportedValue(stored(second?.id))).toBe(stored(second?.id).value);
  });

  it('of a released value shows what the report has, and replaces it when it is released', async () => {
    const { accession } = specimen(0);
    const before = reportedValue(stored(measured(accession, '^^^^WBC^1|6.00|10*3/uL||N||F')[0]?.id));
    const { rows } = await technician.results.queue({ limit: 200 });
    const group = rows.find((row) => row.accession === accession);
    const [again] = group?.results ?? [];
    expect(again).toMatchObject({ parameterCode: 'WBC', reportedValue: before });
    await technician.results.release({ ids: [again?.id ?? ''] });
    expect(reportedValue(stored(again?.id))).not.toBe(before);
  });
});

describe('holding', () => {
  it('keeps results back with a reason until they are given back', async () => {
    const [result] = measured(specimen(1).accession, '^^^^PLT^1|60|10*3/uL||L||F');
    const ids = [result?.id ?? ''];
    expect(await technician.results.hold({ ids, reason: 'rerun under way' })).toEqual({ held: 1 });
    expect(stored(ids[0])).toMatchObject({ state: 'held', holdReason: 'byPerson', decision: 'rerun under way' });
    expect((await technician.results.holding({})).rows.map(({ id }) => id)).toContain(ids[0]);
    expect(await refusalOf(() => technician.results.release({ ids }))).toMatchObject({ kind: 'conflict' });
    expect(await technician.results.returnToValidation({ ids })).toEqual({ pending: 1 });
    const back = stored(ids[0]);
    expect(back).toMatchObject({ state: 'pending', parameterCode: 'PLT' });
    expect(back.holdReason).toBeUndefined();
    expect(back.decision).toBeUndefined();
  });

  it('needs the right and a reason', async () => {
    const [result] = measured(specimen(1).accession, '^^^^RBC^1|4.50|10*6/uL||N||F');
    const ids = [result?.id ?? ''];
    const reception = await lab.as('reception');
    expect(await refusalOf(() => reception.results.hold({ ids, reason: 'rerun' }))).toMatchObject({
      kind: 'forbidden',
    });
    await expect(technician.results.hold({ ids, reason: ' ' })).rejects.toThrow(/Say why/);
    expect(stored(ids[0]).state).toBe('pending');
  });
});

describe('the queue', () => {
  it('never cuts the results of a specimen by its page', async () => {
    const { accession } = specimen(2);
    measured(accession, '^^^^WBC^1|5.0|10*3/uL||N||F', '^^^^RBC^1|4.5|10*6/uL||N||F', '^^^^PLT^1|250|10*3/uL||N||F');
    const groups: string[] = [];
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const page = await technician.results.queue({ limit: 1, cursor });
      for (const row of page.rows) {
        groups.push(row.accession);
        if (row.accession === accession) expect(row.results).toHaveLength(3);
      }
      cursor = page.nextCursor;
    }
    expect(groups.filter((one) => one === accession)).toHaveLength(1);
    expect(new Set(groups).size).toBe(groups.length);
  });
});

describe('controls', () => {
  it('are mapped and converted, kept apart from patients, and never reach a report', async () => {
    const results = measured('QC-00012345', '^^^^WBC^1|7.02|10*3/uL||N||F');
    const [control] = results.map(({ id }) => stored(id));
    expect(control).toMatchObject({ kind: 'control', state: 'held', holdReason: 'control', parameterCode: 'WBC' });
    expect(control?.value).toBeDefined();
    expect(control?.specimenId).toBeUndefined();
    const held = await technician.results.holding({ limit: 200 });
    expect(held.rows.map(({ id }) => id)).not.toContain(control?.id);
    const { rows } = await technician.results.controls({});
    expect(rows.map(({ id }) => id)).toContain(control?.id);
    expect((await technician.results.controls({ kind: 'calibration' })).rows).toEqual([]);
    expect(await technician.results.returnToValidation({ ids: [control?.id ?? ''] })).toEqual({ pending: 0 });
  });
});

describe('cost', () => {
  it('of saving a message is the same for 1 result and for 20, but for the insert of each', () => {
    const { engine } = lab.lab.kernel.database;
    const codes = ['WBC', 'RBC', 'HGB', 'HCT', 'MCV', 'MCH', 'MCHC', 'PLT', 'RDW-SD', 'RDW-CV'];
    const line = (code: string) => `^^^^${code}^1|5.0|||N||F`;
    const cost = (...lines: string[]) => {
      lab.lab.kernel.database.cache.clear();
      const counter = { statements: 0, rows: 0 };
      engine.counted(counter, () => measured(specimen(2).accession, ...lines));
      return counter.statements - lines.length;
    };
    expect(cost(...codes.map(line), ...codes.map(line))).toBe(cost(line('WBC')));
  });

  it('of the lists is the same for many rows and for few', async () => {
    const cost = async (call: (api: typeof technician) => Promise<unknown>) => {
      const context = await lab.context('technician');
      const api = lab.lab.router.createCaller(context);
      lab.lab.kernel.database.cache.clear();
      context.counter.statements = 0;
      await call(api);
      return context.counter.statements;
    };
    expect(await cost((api) => api.results.queue({ limit: 200, deviceId }))).toBe(
      await cost((api) => api.results.queue({ limit: 2, deviceId })),
    );
    expect(await cost((api) => api.results.holding({ limit: 200 }))).toBe(
      await cost((api) => api.results.holding({ limit: 1 })),
    );
    expect(await cost((api) => api.results.controls({ limit: 200 }))).toBe(
      await cost((api) => api.results.controls({ limit: 1 })),
    );
  });
});
