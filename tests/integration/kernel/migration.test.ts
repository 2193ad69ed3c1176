import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type AnyCollectionDefinition,
  activityHash,
  type CollectionName,
  type Kernel,
  StorageError,
} from '../../../electron/core/kernel/index.ts';
import { openSqliteEngine } from '../../../electron/core/kernel/storage/index.ts';
import { allCollections, openTestKernel } from '../../support/test-kernel.ts';
import { nextVersion } from './next-version.ts';

const fixtures = join(import.meta.dirname, 'fixtures');
type Kept = Record<CollectionName, Record<string, Record<string, unknown>>>;
const kept: Kept = JSON.parse(readFileSync(join(fixtures, 'version-0.json'), 'utf8'));

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aliquot-migration-'));
  file = join(folder, 'aliquot.sqlite');
  writeFileSync(file, gunzipSync(readFileSync(join(fixtures, 'version-0.sqlite.gz'))));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** All documents by collection and id, deleted ones included. */
function documentsOf(database: Pick<Kernel['database']['engine'], 'changesSince'>): Kept {
  const all = allCollections.map(({ name }) => {
    const changes = database.changesSince(0, 10_000, [name]);
    return [name, Object.fromEntries(changes.map(({ id, document }) => [id, document]))];
  });
  return Object.fromEntries(all);
}

async function withKernel<T>(
  definitions: readonly AnyCollectionDefinition[],
  use: (kernel: Kernel) => T | Promise<T>,
): Promise<T> {
  const test = await openTestKernel({ folder, definitions, identity: null });
  try {
    return await use(test.kernel);
  } finally {
    await test.dispose();
  }
}

/** What the patients' collection declares today, as SQLite lists it. */
const indexesOfPatients = (allCollections.find(({ name }) => name === 'patients')?.indexes ?? []).map((index) =>
  [...index.map((path) => `"${path}"`), 'id'].join(', '),
);
const backups = () => readdirSync(join(folder, 'backups'));

function migratedPatients(): Kept['patients'] {
  const entries = Object.entries(kept.patients).map(([id, patient]) => {
    return [id, { ...patient, number: `N-${patient.number}`, note: 'migrated' }];
  });
  return Object.fromEntries(entries);
}

describe('a database of version 0', () => {
  it('holds documents of all twelve collections', () => {
    expect(Object.keys(kept)).toHaveLength(12);
    for (const documents of Object.values(kept)) expect(Object.keys(documents)).not.toHaveLength(0);
  });

  it('opens with the collections of today: every document valid, found and fit to be changed', async () => {
    await withKernel(allCollections, async (kernel) => {
      const documents = documentsOf(kernel.database.engine);
      // What a later version of a collection changes is for its own test; the fields of the document are here.
      for (const { name, schema } of allCollections) {
        expect(Object.keys(documents[name])).toEqual(Object.keys(kept[name]));
        for (const document of Object.values(documents[name])) {
          const { _deleted, _attachments, _meta, _rev, ...fields } = document;
          expect(schema.safeParse(fields).error, `${name} ${String(document.id)}`).toBeUndefined();
        }
      }
      const reads = kernel.reads();
      const [found] = reads.byKeys('patients', ['919876543210']).values();
      expect(found?.map(({ fullName }) => fullName)).toEqual(['Łukasz Żółć-Ñandú 山田 🧪']);
      const chain = reads.find('activity', { selector: {} }).sort((a, b) => a.position - b.position);
      expect(chain.map((entry) => entry.hash)).toEqual(chain.map((entry) => activityHash(entry)));
      const [maria] = reads.find('patients', { selector: { fullName: { $eq: 'Maria Silva' } } });
      if (!maria) throw new Error('Maria is missing');
      kernel.change(kernel.systemSession('Test'), (work) => work.update('patients', maria, { fullName: 'Maria Lima' }));
      const throughRxdb = await kernel.database.collections.patients.findOne(maria.id).exec();
      expect(throughRxdb?.toJSON()).toMatchObject({ fullName: 'Maria Lima' });
    });
  });

  it('is backed up and migrated: documents, lookup keys, followers', async () => {
    const before = await withKernel(allCollections, (kernel) => kernel.database.engine.lastSequence());
    expect(backups()).toEqual([]);
    await withKernel(nextVersion(allCollections), (kernel) => {
      expect(documentsOf(kernel.database.engine)).toEqual({ ...kept, patients: migratedPatients() });
      const reads = kernel.reads();
      expect(reads.byKeys('patients', ['A-P000001', 'N-A-P000001']).size).toBe(1);
      const [found] = reads.byKeyPrefix('patients', 'N-A', 10);
      expect(found).toMatchObject({ number: 'N-A-P000001' });
      const seen = kernel.database.engine.changesSince(before, 100, ['patients']);
      expect(seen.map(({ id }) => id).sort()).toEqual(Object.keys(kept.patients).sort());
    });
    const [backup, ...others] = backups();
    expect(others).toEqual([]);
    const engine = openSqliteEngine(join(folder, 'backups', backup ?? ''), { readOnly: true });
    expect(documentsOf(engine)).toEqual(kept);
    engine.close();
    // The second opening finds nothing to do.
    await withKernel(nextVersion(allCollections), () => expect(backups()).toHaveLength(1));
  });

  it.each([
    ['document', 1, 'old'],
    ['document', 3, 'old'],
    ['lookup', 1, 'old'],
    ['committed', 1, 'new'],
  ])('killed in the migration (%s %i) it is wholly %s', async (where, nth, state) => {
    const child = join(import.meta.dirname, 'migration-child.ts');
    const { signal, stderr } = spawnSync(process.execPath, [child, folder, where, String(nth)], { encoding: 'utf8' });
    expect(signal, stderr).toBe('SIGKILL');
    const engine = openSqliteEngine(file);
    expect(documentsOf(engine)).toEqual(state === 'old' ? kept : { ...kept, patients: migratedPatients() });
    engine.close();
    await withKernel(nextVersion(allCollections), (kernel) => {
      expect(documentsOf(kernel.database.engine)).toEqual({ ...kept, patients: migratedPatients() });
      expect(kernel.reads().byKeyPrefix('patients', 'N-A', 10)).not.toHaveLength(0);
    });
  });

  it('stays as it was when a step fails, and opens again with the program it came from', async () => {
    const failing = nextVersion(allCollections, {
      onMigrate: () => {
        throw new Error('a mistake in the step');
      },
    });
    await expect(withKernel(failing, () => undefined)).rejects.toThrow(/patients.*version 1.*a mistake in the step/);
    await withKernel(allCollections, (kernel) => expect(documentsOf(kernel.database.engine)).toEqual(kept));
  });

  it('is refused by an older program, with what to do, and left alone', async () => {
    await withKernel(nextVersion(allCollections), () => undefined);
    const bytes = readFileSync(file);
    const error = await withKernel(allCollections, () => undefined).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ code: 'version', message: expect.stringContaining('"patients" is of version 1') });
    expect((error as StorageError).remedy).toContain('Update this program');
    expect(readFileSync(file)).toEqual(bytes);
  });
});

describe('a collection of the same version', () => {
  /** The definitions with other indexes for `patients`, and a field that documents of before do not have. */
  const withIndexes = (...indexes: string[][]) =>
    allCollections.map((one) => (one.name === 'patients' ? { ...one, indexes } : one));
  const bySex = withIndexes(['labId', 'sex'], ['labId', 'mergedInto', 'birth.date']);

  function indexesOf(kernel: Kernel): string[] {
    const { engine } = kernel.database;
    const sql = "SELECT sql FROM sqlite_schema WHERE type='index' AND tbl_name=? AND sql LIKE '%\"labId\"%'";
    return engine
      .all(sql, engine.tableOf('patients'))
      .map((row) => /\((.*)\)/.exec(String(row.sql))?.[1] ?? '')
      .sort();
  }

  it('gets the indexes it names and loses the others, with its documents as they were', async () => {
    await withKernel(bySex, async (kernel) => {
      expect(indexesOf(kernel)).toEqual(['"labId", "mergedInto", "birth.date", id', '"labId", "sex", id']);
      expect(documentsOf(kernel.database.engine)).toEqual(kept);
      const query = { selector: { sex: { $eq: 'female' as const }, mergedInto: { $exists: false } } };
      expect(kernel.reads().find('patients', query)).toHaveLength(2);
      const plan = kernel.database.engine.all(
        `EXPLAIN QUERY PLAN SELECT data FROM ${kernel.database.engine.tableOf('patients')} WHERE deleted=0 AND "labId"='lab-1' AND "sex"='female'`,
      );
      expect(String(plan[0]?.detail)).toMatch(/SEARCH .* USING INDEX/);
      expect(await kernel.database.collections.patients.find().exec()).toHaveLength(2);
    });
    expect(backups()).toEqual([]);
  });

  it('comes back to fewer indexes, and to those it had', async () => {
    await withKernel(bySex, () => undefined);
    await withKernel(withIndexes(['labId', 'sex']), (kernel) => {
      expect(indexesOf(kernel)).toEqual(['"labId", "sex", id']);
    });
    await withKernel(allCollections, (kernel) => {
      expect(indexesOf(kernel)).toEqual(indexesOfPatients);
      expect(documentsOf(kernel.database.engine)).toEqual(kept);
    });
  });

  it('keeps its indexes when another collection’s migration fails', async () => {
    const failing = bySex.map((one): AnyCollectionDefinition => {
      if (one.name !== 'reports') return one;
      const step = () => {
        throw new Error('no');
      };
      return { ...one, version: 1, migrations: { 1: step } };
    });
    await expect(withKernel(failing, () => undefined)).rejects.toThrow('no');
    await withKernel(allCollections, (kernel) => {
      expect(indexesOf(kernel)).toEqual(indexesOfPatients);
    });
  });

  it('takes documents with a new optional field, or of a new kind, without any step', async () => {
    await withKernel(allCollections, (kernel) => {
      const session = kernel.systemSession('Test');
      const later = { kind: 'room', code: 'R1', colour: 'blue' };
      kernel.change(session, (work) => {
        work.insert('setup', later as never);
        const [maria] = work.find('patients', { selector: { fullName: { $eq: 'Maria Silva' } } });
        if (maria) work.update('patients', maria, { nickname: 'Mia' } as object);
      });
    });
    await withKernel(allCollections, (kernel) => {
      const reads = kernel.reads();
      expect(reads.find('patients', { selector: { nickname: { $eq: 'Mia' } } as object })).toHaveLength(1);
      expect(reads.find('setup', { selector: { kind: { $eq: 'room' as 'branch' } } })).toMatchObject([
        { colour: 'blue' },
      ]);
    });
    expect(backups()).toEqual([]);
  });
});
