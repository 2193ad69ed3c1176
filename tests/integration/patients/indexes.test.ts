import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openPatientsLab, type PatientsApi, type PatientsLab } from './patients-lab.ts';

let lab: PatientsLab;
let api: PatientsApi;
let ids: string[];
const statements = new Set<string>();

const consent = { sms: false, whatsapp: false, email: false };
const typed = { fullName: 'Maria Silva', phone: '98765 43210', dateOfBirth: '1990-05-17' };

beforeAll(async () => {
  // Statements are prepared once and kept, so what an earlier question asked is looked at again with each later one.
  const prepare = DatabaseSync.prototype.prepare;
  vi.spyOn(DatabaseSync.prototype, 'prepare').mockImplementation(function (this: DatabaseSync, sql: string) {
    statements.add(sql);
    return prepare.call(this, sql);
  });
  lab = await openPatientsLab();
  ({ api } = lab.as());
  const register = (fullName: string) => api.patients.register({ ...typed, fullName, sex: 'female', consent });
  ids = [(await register('Maria Silva')).id, (await register('Maria da Silva')).id];
});
afterAll(async () => {
  vi.restoreAllMocks();
  await lab.dispose();
});

/** What SQLite does for a statement, in its own words. */
const planOf = (sql: string) =>
  lab.kernel.database.engine.all(`EXPLAIN QUERY PLAN ${sql}`).map(({ detail }) => String(detail));

describe('what the desk asks of patients', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['the list', () => api.patients.list({ limit: 50 })],
    ['the list of some days and a sex', () => api.patients.list({ limit: 50, sex: 'female', from: '2026-01-01' })],
    ['duplicates by phone', () => api.patients.similar({ phone: typed.phone })],
    ['duplicates by national id', () => api.patients.similar({ nationalId: 'K1234567' })],
    ['duplicates by name and birth', () => api.patients.similar({ fullName: 'Maria Silva', dateOfBirth: '1990' })],
    ['duplicates by name alone', () => api.patients.similar({ fullName: 'Maria Silva' })],
    ['registering', () => api.patients.register({ ...typed, fullName: 'Ana Silva', sex: 'female', consent })],
    ['the timeline', () => api.patients.timeline({ id: ids[0] ?? '', limit: 50 })],
    ['the patient', () => api.patients.get({ id: ids[0] ?? '' })],
    [
      'the preview of a merge',
      () => api.patients.mergePreview({ survivorId: ids[0] ?? '', mergedId: ids[1] ?? '', take: [] }),
    ],
  ])('%s is found by an index, never by walking through all', async (_, ask) => {
    await ask();
    const reads = [...statements].filter((sql) => /^\s*(SELECT|WITH)\b/i.test(sql));
    const { engine, definitions } = lab.kernel.database;
    const tables = new Set([...definitions.map(({ name }) => engine.tableOf(name)), 'lookup_keys', 'balances']);
    const walks = reads.flatMap((sql) => planOf(sql).filter((step) => tables.has(/^SCAN (\S+)/.exec(step)?.[1] ?? '')));
    expect(walks).toEqual([]);
  });

  it('the name alone is looked up in the order of names, not by going through the laboratory', async () => {
    await api.patients.similar({ fullName: 'Maria Silva' });
    const table = lab.kernel.database.engine.tableOf('patients');
    const byName = [...statements].filter(
      (sql) => sql.startsWith('SELECT') && sql.includes(` FROM ${table} `) && /"?fullName"? ?=/.test(sql),
    );
    expect(byName.length).toBeGreaterThan(0);
    for (const sql of byName) expect(planOf(sql).join()).toMatch(/fullName=\?/);
  });
});
