import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { AnyCollectionDefinition, SqlIndex } from '../../../electron/core/kernel/index.ts';
import { allCollections, openTestKernel, TestClock } from '../../support/test-kernel.ts';

const withIndexes = (sqlIndexes: readonly SqlIndex[]): AnyCollectionDefinition[] =>
  allCollections.map((definition) => (definition.name === 'patients' ? { ...definition, sqlIndexes } : definition));

it('indexes in SQL follow what collections declare, with what is there already', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aliquot-sql-indexes-'));
  const byDay = { of: 'labId, substr(createdAt, 1, 10)' };
  const women = { of: 'labId, fullName', where: `sex = 'female'` };
  const planWith = async (indexes: readonly SqlIndex[]) => {
    const test = await openTestKernel({ folder, definitions: withIndexes(indexes), clock: new TestClock() });
    const { engine } = test.kernel.database;
    if (indexes.length === 0) {
      test.kernel.change(test.session, (work) =>
        work.insert('patients', {
          ...{ number: 'A-P1', fullName: 'Maria Silva', sex: 'female', otherPhones: [], nationalIds: [] },
          ...{ consent: { sms: false, whatsapp: false, email: false }, insurances: [], idProofs: [] },
        }),
      );
    }
    const sql = `SELECT data FROM ${engine.tableOf('patients')}
      WHERE deleted = 0 AND labId = 'lab-1' AND substr(createdAt, 1, 10) = '2026-01-05'`;
    const found = engine.all(sql).length;
    const [step] = engine.all(`EXPLAIN QUERY PLAN ${sql}`);
    const names = engine.all(`SELECT name FROM sqlite_schema WHERE type = 'index' AND name GLOB 'sx_docs_patients*'`);
    await test.dispose();
    return { found, indexed: String(step?.detail).includes('<expr>=?'), indexes: names.length };
  };
  try {
    expect(await planWith([])).toEqual({ found: 1, indexed: false, indexes: 0 });
    expect(await planWith([byDay, women])).toEqual({ found: 1, indexed: true, indexes: 2 });
    expect(await planWith([women])).toEqual({ found: 1, indexed: false, indexes: 1 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
