import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StatementCounter } from '../../../electron/core/kernel/index.ts';
import { createSearchRouter } from '../../../electron/core/search/index.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import { type Permission, permissionNames } from '../../../shared/kernel/permissions.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import type { SearchAnswer } from '../../../shared/search/schema.ts';
import { addOrder, addPatients, openSearchLab, type SearchLab } from './lab.ts';

let folder: string;
let lab: SearchLab;
const counter: StatementCounter = { statements: 0, rows: 0 };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aliquot-'));
  lab = await openSearchLab(folder);
});
afterEach(async () => {
  await lab.dispose();
  rmSync(folder, { recursive: true });
});

/** The API as a person with these rights sees it. */
function api(permissions: readonly Permission[] = permissionNames) {
  const { kernel, session } = lab;
  const staffId = kernel.change(session, (work) => {
    const role = work.insert('directory', { kind: 'role', name: 'r', permissions: [...permissions], strictFields: [] });
    return work.insert('directory', {
      kind: 'staff',
      username: `user-${role.id}`,
      fullName: 'Quentin Tester',
      roleIds: [role.id],
      passwordHash: 'x',
      active: true,
    }).id;
  });
  const sessionToken = kernel.sessions.open(staffId, 'lab-1');
  return createSearchRouter(lab.search).createCaller({ kernel, connection: { sessionToken }, counter });
}

/** Titles by group, empty groups left out. */
function titles(answer: SearchAnswer): Record<string, string[]> {
  const groups = Object.entries(answer).filter((entry): entry is [string, SearchAnswer['patients']] =>
    Array.isArray(entry[1]),
  );
  return Object.fromEntries(
    groups.filter(([, rows]) => rows.length > 0).map(([name, rows]) => [name, rows.map(({ title }) => title)]),
  );
}

function anaWithAnOrder() {
  const [ana] = addPatients(lab, {
    number: 'A-P000042',
    fullName: 'Ana María Rao',
    phone: '+919876543210',
    otherPhones: ['+971501234567'],
    nationalIds: [{ country: 'IN', type: 'PAN', value: 'ABCDE1234F' }],
  }) as [Stored<Patient>];
  return { ana, ...addOrder(lab, ana, { bill: 'A-B000007', accession: 'A00000007K', test: 'Lipid profile' }) };
}

const waysToFindAna = {
  exactly: [
    'A-P000042',
    'ap000042',
    '+91 98765 43210',
    '98765 43210',
    '098765 43210',
    '00919876543210',
    '+971 50 123 4567',
    'abcde1234f',
  ],
  inPart: [
    'a-p0000',
    '98765',
    '9198765',
    '0501234567',
    '501234567',
    'ABCDE1',
    'rao 98765',
    'ana maria',
    'rao an',
    'MARÍA',
  ],
};

describe('search.global', () => {
  it('finds the patient by any word of the name, number, phone and national id, in any way to write them', async () => {
    const { ana } = anaWithAnOrder();
    addPatients(lab, { number: 'B-P000043', fullName: 'Xenia Doe', phone: '+919811111111' });
    const caller = api();
    const row = { id: ana.id, title: 'Ana María Rao', subtitle: 'A-P000042 · F · +91 98765 43210', patientId: ana.id };
    for (const text of waysToFindAna.exactly) {
      const { patients, complete } = await caller.global({ text });
      expect({ text, patients, complete }).toEqual({ text, patients: [{ ...row, exact: true }], complete: true });
    }
    for (const text of waysToFindAna.inPart) {
      const { patients, complete } = await caller.global({ text });
      expect({ text, patients, complete }).toEqual({ text, patients: [row], complete: true });
    }
  });

  it('does not find by a code and a name that do not go together', async () => {
    anaWithAnOrder();
    expect(titles(await api().global({ text: 'khan 98765' }))).toEqual({});
  });

  it('finds specimen, patient and report by accession, typed in any way', async () => {
    anaWithAnOrder();
    for (const text of ['A00000007K', 'a-0000-0007-k', 'A0000000']) {
      expect(titles(await api().global({ text })), text).toMatchObject({
        specimens: ['A00000007K'],
        patients: ['Ana María Rao'],
        reports: ['Lipid profile'],
      });
    }
    const { specimens } = await api().global({ text: 'A00000007K' });
    expect(specimens[0]).toMatchObject({
      subtitle: 'Ana María Rao · EDTA whole blood',
      badge: 'expected',
      exact: true,
    });
  });

  it('finds bill, patient, report and activity by bill number', async () => {
    anaWithAnOrder();
    const answer = await api().global({ text: 'a-b000007' });
    expect(titles(answer)).toEqual({
      bills: ['A-B000007'],
      patients: ['Ana María Rao'],
      reports: ['Lipid profile'],
      activity: ['Bill A-B000007 for Ana María Rao: Lipid profile, 1.00'],
    });
    expect(answer.bills[0]).toMatchObject({ subtitle: 'Ana María Rao · LIP', badge: 'open', exact: true });
  });

  it('puts the exact number first, then beginnings, in the limit asked for', async () => {
    addPatients(
      lab,
      ...Array.from({ length: 20 }, (_, number) => ({ number: `A-P00001${number}`, fullName: `Ana Nr${number}` })),
    );
    const { patients } = await api().global({ text: 'AP000012', limit: 3 });
    expect(patients.map(({ title }) => title)).toEqual(['Ana Nr2']);
    const many = await api().global({ text: 'AP00001', limit: 3 });
    expect(many.patients).toHaveLength(3);
    expect((await api().global({ text: 'ana', limit: 5 })).patients).toHaveLength(5);
  });

  it('shows each group only to those who may read it', async () => {
    anaWithAnOrder();
    const everything = titles(await api().global({ text: 'rao' }));
    expect(Object.keys(everything).toSorted()).toEqual(['activity', 'patients', 'reports']);
    expect(titles(await api([]).global({ text: 'rao' }))).toEqual({});
    expect(titles(await api([]).global({ text: 'A00000007K' }))).toEqual({});
    for (const [permission, group, text] of [
      ['patient.read', 'patients', 'rao'],
      ['report.read', 'reports', 'rao'],
      ['activity.read', 'activity', 'rao'],
      ['bill.read', 'bills', 'A-B000007'],
      ['specimen.read', 'specimens', 'A00000007K'],
      ['directory.read', 'staff', 'quentin'],
    ] as const) {
      expect(Object.keys(titles(await api([permission]).global({ text }))), permission).toEqual([group]);
    }
  });

  it('never shows a password hash, nor documents of another lab', async () => {
    const { ana } = anaWithAnOrder();
    expect(JSON.stringify(await api().global({ text: 'quentin' }))).not.toContain('passwordHash');
    const other = lab.kernel.change({ ...lab.session, labId: 'lab-2' }, (work) =>
      work.insert('patients', { ...ana, id: 'other', number: 'A-P000042', fullName: 'Ana María Rao' }),
    );
    expect(other.labId).toBe('lab-2');
    for (const text of ['ana', 'A-P000042', '9876543210']) {
      expect(
        (await api().global({ text })).patients.map(({ id }) => id),
        text,
      ).toEqual([ana.id]);
    }
  });

  it('finds by code while the thread is away, and says that words may be missing', async () => {
    anaWithAnOrder();
    const caller = api();
    await lab.search.close();
    const byWord = await caller.global({ text: 'rao' });
    expect(byWord).toMatchObject({ patients: [], complete: false });
    expect(byWord.remark).toContain('Numbers, phones and barcodes are found meanwhile');
    expect((await caller.global({ text: 'A00000007K' })).specimens).toHaveLength(1);
  });

  it('takes as many statements for many hits as for few', async () => {
    const caller = api();
    const statements = async (text: string) => {
      await caller.global({ text, limit: 50 });
      counter.statements = 0;
      await caller.global({ text, limit: 50 });
      return counter.statements;
    };
    const order = (number: number) => {
      const [patient] = addPatients(lab, { number: `A-P${1000 + number}`, fullName: `Ana Nr${number}` }) as [
        Stored<Patient>,
      ];
      addOrder(lab, patient, { bill: `A-B${1000 + number}`, accession: `A0000${1000 + number}K`, test: 'Glucose' });
    };
    for (let number = 0; number < 5; number++) order(number);
    const few = [await statements('ana glucose'), await statements('AP10')];
    for (let number = 5; number < 60; number++) order(number);
    expect([await statements('ana glucose'), await statements('AP10')]).toEqual(few);
    expect(Math.max(...few)).toBeLessThan(30);
  });

  it('refuses text that is too long and unknown fields', async () => {
    await expect(api().global({ text: 'x'.repeat(201) })).rejects.toThrow();
    await expect(api().global({ text: 'x', other: 1 } as never)).rejects.toThrow();
  });

  it('answers any text without failing', async () => {
    anaWithAnOrder();
    const caller = api();
    for (const text of [
      '',
      ' ',
      "'",
      '%',
      '"ana"',
      '\u0000',
      '__proto__',
      '\ud800',
      '🧪',
      '*',
      'a'.repeat(200),
      '0'.repeat(200),
      '((((',
    ]) {
      expect(await caller.global({ text }), JSON.stringify(text)).toHaveProperty('patients');
    }
  });
});

it('search.state says how the index is', async () => {
  anaWithAnOrder();
  await lab.search.settled();
  const state = await api([]).state();
  expect(state).toMatchObject({
    state: 'ready',
    indexes: { patients: 1, lab_reports: 1, activity_logs: 1 },
    restarts: 0,
  });
  expect(state.memory.heap).toBeGreaterThan(0);
});
