import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activityHash } from '../../../electron/core/kernel/index.ts';
import { createSync, type Sync } from '../../../electron/core/sync/index.ts';
import type { Activity } from '../../../shared/activity/schema.ts';
import type { Bill } from '../../../shared/billing/schema.ts';
import { settle } from '../../../shared/billing/settle.ts';
import { type OfficeLine, startHeadOffice, startOfficeLine, type TestHeadOffice } from '../../support/head-office.ts';
import { newOf, sampleBill, samplePatient, samplePayment, sampleReport } from '../../support/samples.ts';
import { openTestKernel, type TestKernel } from '../../support/test-kernel.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type Station, startStation } from './start-station.ts';

let office: TestHeadOffice;
let line: OfficeLine;
let a: TestKernel;
let sync: Sync;
let b: Station;
const folderB = mkdtempSync(join(tmpdir(), 'aliquot-b-'));

beforeAll(async () => {
  office = await startHeadOffice();
  line = await startOfficeLine(() => office.url);
  a = await openTestKernel();
  sync = createSync(a.kernel, { probeMs: 50 });
  b = await startStation(folderB, 'B');
  await sync.configure(a.session, { url: line.url, enabled: true });
  await b.call('configure', { url: office.url });
}, 30_000);

afterAll(async () => {
  await b.kill();
  await sync.close();
  await a.dispose();
  await line.close();
  await office.kill();
  rmSync(folderB, { recursive: true, force: true });
});

type Collection = 'patients' | 'billing' | 'reports' | 'activity' | 'setup' | 'directory';
const ofA = (collection: Collection, id: string) =>
  a.kernel.reads().get(collection, id) as Record<string, unknown> | undefined;
const ofB = async (collection: Collection, id: string) =>
  (await b.call('get', { collection, id })) as Record<string, unknown> | null;

/** Fails with the state of what is not in step. */
const inStep = () =>
  waitFor(() => {
    expect(sync.status().collections.filter(({ state }) => state !== 'synced')).toEqual([]);
    return true;
  });

/** A document without what each storage keeps for itself. */
function content(document: Record<string, unknown> | null | undefined) {
  const { _rev, _meta, _attachments, ...fields } = document ?? {};
  return fields;
}

async function same(collection: Collection, id: string): Promise<void> {
  await waitFor(async () => {
    expect(content(await ofB(collection, id))).toEqual(content(ofA(collection, id)));
    return true;
  });
}

function order() {
  return a.kernel.change(a.session, (work) => {
    const patient = work.insert('patients', newOf(samplePatient()));
    const bill = work.insert('billing', newOf(sampleBill({ patientId: patient.id })));
    const report = work.insert('reports', newOf(sampleReport({ patientId: patient.id, billId: bill.id })));
    work.record('patient.created', {
      values: { name: patient.fullName, number: patient.number },
      subject: { collection: 'patients', id: patient.id },
      patientId: patient.id,
    });
    return { patient, bill, report };
  });
}

describe('two stations and head office', () => {
  it('patient, bill, report and activity of one reach the other', async () => {
    const { patient, bill, report } = order();
    await same('patients', patient.id);
    await same('billing', bill.id);
    await same('reports', report.id);
    const entry = await waitFor(async () =>
      ((await b.call('activity')) as Activity[]).find((one) => one.subject?.id === patient.id),
    );
    expect(activityHash(entry)).toBe(entry.hash);
  });

  it('a change arrives live, and a deletion too', async () => {
    const { patient } = order();
    await same('patients', patient.id);
    await b.call('update', { collection: 'patients', id: patient.id, change: { address: 'Rua Nova 1' } });
    await waitFor(() => ofA('patients', patient.id)?.address === 'Rua Nova 1');
    a.kernel.change(a.session, (work) => work.remove('patients', work.need('patients', patient.id)));
    await waitFor(async () => (await ofB('patients', patient.id)) === null);
  });

  it('edits made apart merge on both, payments unite, and what lost is told', { timeout: 20_000 }, async () => {
    const { patient, bill } = order();
    await same('patients', patient.id);
    await same('billing', bill.id);
    await line.cut();
    await waitFor(() => sync.overall().state === 'offline');
    const pay = (current: Bill, id: string, amount: number, minute: number) => {
      const payments = [...current.payments, samplePayment(id, amount, minute)];
      return { payments, ...settle({ ...current, payments, cancelled: false }) };
    };
    a.kernel.change(a.session, (work) => {
      work.update('patients', work.need('patients', patient.id), { phone: '+351911111111', note: 'diabetic' });
      const current = work.need('billing', bill.id);
      work.update('billing', current, pay(current as Bill, 'paid-at-a', 1000, 1));
    });
    await b.call('update', {
      collection: 'patients',
      id: patient.id,
      change: { phone: '+351922222222', address: 'Rua B' },
    });
    const atB = (await ofB('billing', bill.id)) as unknown as Bill;
    await b.call('update', { collection: 'billing', id: bill.id, change: pay(atB, 'paid-at-b', 3000, 2) });
    expect(sync.overall().waiting).toBeGreaterThanOrEqual(2);
    await line.mend();
    await inStep();
    await same('patients', patient.id);
    await same('billing', bill.id);
    expect(ofA('patients', patient.id)).toMatchObject({
      phone: '+351922222222',
      note: 'diabetic',
      address: 'Rua B',
      mergeLosses: [{ field: 'phone', lost: '+351911111111' }],
    });
    expect(ofA('billing', bill.id)).toMatchObject({
      payments: [{ id: 'paid-at-a' }, { id: 'paid-at-b' }],
      totals: { paid: 4000, due: 0 },
      status: 'paid',
    });
    const merged = a.kernel.reads().find('activity', { selector: { action: { $eq: 'sync.merged' } } });
    const [entry] = merged.filter((one) => one.subject?.id === patient.id);
    expect(entry?.values.fields).toContain('+351911111111');
    expect(entry?.patientId).toBe(patient.id);
    expect(merged.filter((one) => one.subject?.id === bill.id)).toEqual([]);
  });

  it('a station that was away catches up from where it was, and brings its own work', { timeout: 20_000 }, async () => {
    await b.kill();
    const orders = Array.from({ length: 30 }, order);
    await inStep();
    b = await startStation(folderB, 'B');
    const mine = (await b.call('insert', {
      collection: 'patients',
      document: { ...newOf(samplePatient()), number: 'B-P000001', fullName: 'João de B' },
    })) as { id: string };
    for (const { patient, bill, report } of orders) {
      await same('patients', patient.id);
      await same('billing', bill.id);
      await same('reports', report.id);
    }
    await waitFor(() => ofA('patients', mine.id)?.fullName === 'João de B');
  });

  it('what belongs to a station never leaves it', async () => {
    const secret = 'geheim-4711';
    const bytes = 'H|\\^&|||raw bytes of an analyzer';
    await a.kernel.secrets.set('mail', secret);
    a.kernel.change(a.session, (work) => {
      work.insert('setup', {
        kind: 'mailServer',
        host: 'smtp.private.example',
        port: 25,
        security: 'none',
        from: 'l@example.org',
      });
      work.insert('setup', { kind: 'branch', code: 'N', name: 'Branch North' });
      work.enqueue({ channel: 'email', title: 'a job', payload: { to: ['job@private.example'] } });
      work.insert('journal', {
        kind: 'analyzer',
        deviceId: 'device-1',
        deviceName: 'XN-550',
        driver: 'sysmex-xn',
        protocol: 'astm',
        direction: 'in',
        peer: '10.0.0.9',
        at: work.now,
        bytes,
        tolerated: [],
        digest: '0'.repeat(64),
        outcome: { state: 'stored' },
      });
    });
    await waitFor(() => line.requests.some(({ body }) => body.includes('Branch North')));
    await inStep();
    const sent = line.requests.map(({ path, body }) => `${path}\n${body}`).join('\n');
    for (const own of [
      secret,
      'smtp.private.example',
      'job@private.example',
      bytes,
      '"kind":"station"',
      '"kind":"headOffice"',
    ]) {
      expect(sent).not.toContain(own);
    }
    expect(await b.call('count', { collection: 'journal' })).toBe(0);
    const kinds = a.kernel.reads().find('setup', { selector: { kind: { $eq: 'station' } } });
    expect(kinds).toHaveLength(1);
  });

  it('both have the same documents in the end', async () => {
    const collections = ['patients', 'billing', 'reports', 'directory'] as const;
    for (const collection of collections) {
      await waitFor(
        async () => (await b.call('count', { collection })) === a.kernel.reads().count(collection, { selector: {} }),
      );
    }
    const activity = () => a.kernel.reads().count('activity', { selector: {} });
    await waitFor(async () => (await b.call('count', { collection: 'activity' })) === activity());
  });
});
