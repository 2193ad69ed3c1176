import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import { waitFor } from '../../support/wait-for.ts';
import { addOrder, addPatients, openSearchLab, patient, patientsFound, reportOf, type SearchLab } from './lab.ts';

let folder: string;
let lab: SearchLab;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aliquot-'));
  lab = await openSearchLab(folder);
});
afterEach(async () => {
  await lab.dispose();
  rmSync(folder, { recursive: true });
});

const reportsFound = async (text: string) =>
  (await lab.search.query('lab-1', text, { limit: 100, indexes: ['lab_reports'] })).hits.lab_reports ?? [];

describe('search by words', () => {
  it('finds what was committed just before, by words in any order', async () => {
    const [ana] = addPatients(lab, { fullName: 'Ana María Rao-Müller' }, { fullName: 'Anand Roy' });
    for (const text of ['ana', 'muller maria', 'RAO AN', 'raom']) {
      expect(await patientsFound(lab, text), text).toContain(ana?.id);
    }
    expect(await patientsFound(lab, 'maria')).toEqual([ana?.id]);
    const { complete } = await lab.search.query('lab-1', 'ana', { limit: 1 });
    expect(complete).toBe(true);
  });

  it('follows changes and deletions', async () => {
    const [ana] = addPatients(lab, { fullName: 'Ana Rao' }) as [Stored<Patient>];
    const changed = lab.kernel.change(lab.session, (work) => work.update('patients', ana, { fullName: 'Ana Khan' }));
    expect(await patientsFound(lab, 'khan')).toEqual([ana.id]);
    expect(await patientsFound(lab, 'rao')).toEqual([]);
    lab.kernel.change(lab.session, (work) => work.remove('patients', changed));
    expect(await patientsFound(lab, 'khan')).toEqual([]);
    expect(lab.search.state().indexes.patients).toBe(0);
  });

  it('follows what others write through RxDB, as replication does', async () => {
    const { patients } = lab.kernel.database.collections;
    const base = { labId: 'lab-1', createdAt: at, createdBy: 's', updatedAt: at, updatedBy: 's', stationId: 'other' };
    await patients.insert({ id: 'from-head-office', ...base, ...patient({ fullName: 'Zoë Far' }) });
    expect(await patientsFound(lab, 'zoe')).toEqual(['from-head-office']);
    await patients.findOne('from-head-office').remove();
    expect(await patientsFound(lab, 'zoe')).toEqual([]);
  });

  it('finds reports by patient, test and state, also after the patient got another name or another state', async () => {
    const [ana] = addPatients(lab, { fullName: 'Ana Rao' }) as [Stored<Patient>];
    const { report } = addOrder(lab, ana, { bill: 'A-B000001', accession: 'A00000001X', test: 'Lipid profile' });
    addOrder(lab, ana, { bill: 'A-B000002', accession: 'A00000002X', test: 'Glucose' });
    expect(await reportsFound('rao lipid')).toEqual([report.id]);
    expect(await reportsFound('ordered lipid')).toEqual([report.id]);
    lab.kernel.change(lab.session, (work) => work.update('patients', ana, { fullName: 'Ana Khan' }));
    expect(await reportsFound('khan')).toHaveLength(2);
    expect(await reportsFound('rao')).toEqual([]);
    lab.kernel.change(lab.session, (work) => work.update('reports', report, { state: 'inProgress' }));
    expect(await reportsFound('khan in progress')).toEqual([report.id]);
    expect(await reportsFound('ordered lipid')).toEqual([]);
  });

  it("finds reports by the name of a patient that came after them, as replication's order may have it", async () => {
    const [report] = lab.kernel.change(lab.session, (work) =>
      work.insertMany('reports', [reportOf({ patientId: 'p1' })]),
    );
    expect(await reportsFound('thyro')).toEqual([report?.id]);
    addPatients(lab, { id: 'p1', fullName: 'Late Comer' } as Partial<Patient>);
    expect(await reportsFound('late thyro')).toEqual([report?.id]);
  });

  it('finds activity by its words and actor, staff by name and username, tests by alias', async () => {
    const [ana] = addPatients(lab, { fullName: 'Ana Rao' }) as [Stored<Patient>];
    addOrder(lab, ana, { bill: 'A-B000001', accession: 'A00000001X', test: 'Glucose' });
    const { staff, test } = lab.kernel.change(lab.session, (work) => ({
      staff: work.insert('directory', {
        kind: 'staff',
        username: 'mlopez',
        fullName: 'María López',
        designation: 'Pathologist',
        roleIds: [],
        passwordHash: 'x',
        active: true,
      }),
      test: work.insert('catalogue', {
        kind: 'test',
        code: 'CBC',
        name: 'Complete blood count',
        aliases: ['Haemogram'],
        department: 'Haematology',
        specimenType: 'EDTA',
        parameters: [{ parameter: 'HGB' }],
      }),
    }));
    const { hits } = await lab.search.query('lab-1', 'glucose test staff', { limit: 5 });
    expect(hits.activity_logs).toHaveLength(1);
    for (const text of ['lopez', 'mlop', 'pathologist maria']) {
      expect((await lab.search.query('lab-1', text, { limit: 5 })).hits.lab_users, text).toEqual([staff.id]);
    }
    expect((await lab.search.query('lab-1', 'haemog', { limit: 5 })).hits.lab_tests).toEqual([test.id]);
  });

  it('finds nothing of another lab', async () => {
    addPatients(lab, { fullName: 'Ana Rao' });
    expect(await patientsFound(lab, 'ana', 'lab-2')).toEqual([]);
    expect(await patientsFound(lab, 'ana')).toHaveLength(1);
  });

  it('holds up the followers until it is up to date, and then is not behind', async () => {
    addPatients(lab, ...Array.from({ length: 700 }, (_, number) => ({ fullName: `Ana Nr${number % 7}` })));
    await lab.kernel.followers.settled();
    expect(lab.search.state()).toMatchObject({ state: 'ready', behind: 0, indexes: { patients: 700 } });
    lab.kernel.change(lab.session, (work) =>
      work.enqueue({ channel: 'email', title: 'Nothing searched', payload: {} as never }),
    );
    await waitFor(() => lab.search.state().behind === 0);
  });
});

const at = '2026-01-05T08:00:00.000Z';
