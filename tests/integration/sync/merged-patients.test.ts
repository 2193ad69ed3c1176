import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getBills } from '../../../electron/core/billing/queries.ts';
import { lateDocuments } from '../../../electron/core/patients/index.ts';
import { mergePatients, undoMerge } from '../../../electron/core/patients/merge.ts';
import { listPatients, similarPatients } from '../../../electron/core/patients/queries.ts';
import { timelineOf } from '../../../electron/core/patients/timeline.ts';
import { createSearch, type Search } from '../../../electron/core/search/index.ts';
import { createSync, type Sync } from '../../../electron/core/sync/index.ts';
import { listBillsSchema } from '../../../shared/billing/list-input.ts';
import { type OfficeLine, startHeadOffice, startOfficeLine, type TestHeadOffice } from '../../support/head-office.ts';
import { newOf, sampleBill, samplePatient, sampleReport, sampleSpecimen } from '../../support/samples.ts';
import { openTestKernel, type TestKernel } from '../../support/test-kernel.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type Station, startStation } from './start-station.ts';

let office: TestHeadOffice;
let line: OfficeLine;
let a: TestKernel;
let sync: Sync;
let search: Search;
let b: Station;
const folderB = mkdtempSync(join(tmpdir(), 'aliquot-b-'));

beforeAll(async () => {
  office = await startHeadOffice();
  line = await startOfficeLine(() => office.url);
  a = await openTestKernel();
  a.kernel.followers.add(lateDocuments(a.kernel));
  search = await createSearch(a.kernel);
  sync = createSync(a.kernel, { probeMs: 50 });
  b = await startStation(folderB, 'B');
  await sync.configure(a.session, { url: line.url, enabled: true });
  await b.call('configure', { url: office.url });
}, 30_000);

afterAll(async () => {
  await b.kill();
  await sync.close();
  await search.close();
  await a.dispose();
  await line.close();
  await office.kill();
  rmSync(folderB, { recursive: true, force: true });
});

const owned = ['billing', 'specimens', 'reports'] as const;
const atA = (id: string) => a.kernel.reads().need('patients', id);
const atB = async (id: string) =>
  (await b.call('get', { collection: 'patients', id })) as Record<string, unknown> | null;

let people = 0;

/** Two registrations of one person, known at both stations. */
async function twice() {
  const number = ++people;
  const [survivor, merged] = a.kernel.change(a.session, (work) =>
    work.insertMany('patients', [
      newOf(
        samplePatient({ number: `A-P9${number}1`, fullName: `Asha Verma ${number}`, phone: `+9198000000${number}1` }),
      ),
      newOf(
        samplePatient({ number: `A-P9${number}2`, fullName: `Asha Varma ${number}`, phone: `+9198000000${number}2` }),
      ),
    ]),
  );
  if (!survivor || !merged) throw new Error('nobody was registered');
  await waitFor(async () => (await atB(survivor.id)) && (await atB(merged.id)));
  return { survivorId: survivor.id, mergedId: merged.id };
}

function mergeAtA({ survivorId, mergedId }: { survivorId: string; mergedId: string }) {
  const [survivorRev, mergedRev] = [atA(survivorId)._rev, atA(mergedId)._rev];
  return mergePatients(a.kernel, a.session, { survivorId, mergedId, survivorRev, mergedRev, take: [] });
}

/** An order taken at B, in the documents' order. */
async function orderAtB(patientId: string) {
  const insert = async (collection: (typeof owned)[number], document: object) =>
    ((await b.call('insert', { collection, document: document as Record<string, unknown> })) as { id: string }).id;
  const billing = await insert('billing', newOf(sampleBill({ patientId, number: `B-B9${people}` })));
  const specimens = await insert(
    'specimens',
    newOf(sampleSpecimen({ patientId, billId: billing, accession: `B9${people}` })),
  );
  const reports = await insert('reports', newOf(sampleReport({ patientId, billId: billing, specimenId: specimens })));
  return { billing, specimens, reports };
}

const ownersAtA = (order: Record<(typeof owned)[number], string>) =>
  owned.map((collection) => {
    const document = a.kernel.reads().get(collection, order[collection]);
    return document && 'patientId' in document ? document.patientId : undefined;
  });
const ownersAtB = (order: Record<(typeof owned)[number], string>) =>
  Promise.all(
    owned.map(async (collection) => {
      const document = (await b.call('get', { collection, id: order[collection] })) as { patientId?: string } | null;
      return document?.patientId;
    }),
  );

async function apart(work: () => Promise<void>): Promise<void> {
  await line.cut();
  await waitFor(() => sync.overall().state === 'offline');
  await work();
  await line.mend();
}

describe('two patients merged at one station while the other works on', () => {
  it('what the other took for the one that went is the survivor’s everywhere, and goes back with the merge', async () => {
    const { survivorId, mergedId } = await twice();
    let order: Awaited<ReturnType<typeof orderAtB>> | undefined;
    await apart(async () => {
      mergeAtA({ survivorId, mergedId });
      order = await orderAtB(mergedId);
    });
    if (!order) throw new Error('nothing was ordered');
    const made = order;
    await waitFor(() => ownersAtA(made).every((id) => id === survivorId));
    await waitFor(async () => (await ownersAtB(made)).every((id) => id === survivorId));

    const reads = a.kernel.reads();
    const year = { from: '2020-01-01', to: '2099-12-31', dueOnly: true };
    const bills = getBills(reads, listBillsSchema.parse({ ...year, text: atA(mergedId).phone }), 'Asia/Kolkata').rows;
    expect(bills).toMatchObject([{ id: made.billing, patientId: survivorId }]);
    const kinds = (rows: readonly { kind: string; id: string }[]) =>
      rows
        .filter(({ kind }) => kind !== 'change')
        .map(({ kind, id }) => `${kind} ${id}`)
        .toSorted();
    const expected = [`order ${made.billing}`, `report ${made.reports}`, `specimen ${made.specimens}`].toSorted();
    expect(kinds(timelineOf(reads, { id: survivorId, limit: 50 }).rows)).toEqual(expected);
    expect(kinds((await b.call('timeline', { id: survivorId })) as never)).toEqual(expected);
    expect(listPatients(reads, { limit: 50 }, new Date(), 'Asia/Kolkata').rows.map(({ id }) => id)).not.toContain(
      mergedId,
    );
    expect(similarPatients(reads, { phone: atA(mergedId).phone }).map(({ id }) => id)).toEqual([survivorId]);
    await search.settled();
    const { hits } = await search.query('lab-1', atA(mergedId).fullName, { limit: 5 });
    expect(hits.patients).toEqual([survivorId]);
    expect(hits.lab_reports).toEqual([made.reports]);

    undoMerge(a.kernel, a.session, { id: mergedId, revision: atA(mergedId)._rev });
    expect(ownersAtA(made)).toEqual([mergedId, mergedId, mergedId]);
    await waitFor(async () => (await ownersAtB(made)).every((id) => id === mergedId));
    await waitFor(async () => (await atB(mergedId))?.mergedInto === undefined);
  }, 30_000);

  it('follows a chain of merges to its end, and goes back step by step', async () => {
    const first = await twice();
    const second = await twice();
    let order: Awaited<ReturnType<typeof orderAtB>> | undefined;
    await apart(async () => {
      mergeAtA(first);
      mergeAtA({ survivorId: second.survivorId, mergedId: first.survivorId });
      order = await orderAtB(first.mergedId);
    });
    if (!order) throw new Error('nothing was ordered');
    const made = order;
    await waitFor(() => ownersAtA(made).every((id) => id === second.survivorId));
    await a.kernel.followers.settled();
    undoMerge(a.kernel, a.session, { id: first.survivorId, revision: atA(first.survivorId)._rev });
    expect(ownersAtA(made)).toEqual([first.survivorId, first.survivorId, first.survivorId]);
    undoMerge(a.kernel, a.session, { id: first.mergedId, revision: atA(first.mergedId)._rev });
    expect(ownersAtA(made)).toEqual([first.mergedId, first.mergedId, first.mergedId]);
  }, 30_000);

  it('merged into each other at two stations, one of them is left, the same at both', async () => {
    const { survivorId: one, mergedId: other } = await twice();
    const order = await orderAtB(one);
    await waitFor(() => ownersAtA(order).every((id) => id === one));
    await apart(async () => {
      mergeAtA({ survivorId: one, mergedId: other });
      await b.call('merge', { survivorId: other, mergedId: one });
    });
    const left = async () => {
      const states = [
        atA(one).mergedInto,
        atA(other).mergedInto,
        (await atB(one))?.mergedInto,
        (await atB(other))?.mergedInto,
      ];
      return JSON.stringify(states.map((into) => into ?? null));
    };
    // B merged later, so its merge is taken back: `one` is left.
    await waitFor(async () => (await left()) === JSON.stringify([null, one, null, one]));
    await waitFor(() => ownersAtA(order).every((id) => id === one));
    await waitFor(async () => (await ownersAtB(order)).every((id) => id === one));
    expect(
      listPatients(a.kernel.reads(), { limit: 50 }, new Date(), 'Asia/Kolkata').rows.map(({ id }) => id),
    ).toContain(one);
  }, 30_000);
});
