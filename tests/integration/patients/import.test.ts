import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import { toCsv } from '../../../renderer/ui/csv.ts';
import type { ImportStatus } from '../../../shared/patients/import.ts';
import { waitFor } from '../../support/wait-for.ts';
import { fieldsOf, refusalOf } from '../billing/order-lab.ts';
import { differentName, openPatientsLab, type PatientsApi, type PatientsLab, send } from './patients-lab.ts';

let lab: PatientsLab;
let api: PatientsApi;

beforeAll(async () => {
  lab = await openPatientsLab();
  ({ api } = lab.as());
});
afterAll(() => lab.dispose());

async function opened(text: string | Uint8Array, name = 'patients.csv'): Promise<ImportStatus> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const { uploadId } = await send(api, bytes, name, 'import');
  const { id } = await api.patientImport.open({ uploadId });
  await lab.imports.settled();
  return api.patientImport.get({ id });
}

async function checked(status: ImportStatus, change: Partial<ImportStatus['settings']> = {}): Promise<ImportStatus> {
  await api.patientImport.check({ id: status.id, settings: { ...status.settings, ...change } });
  await lab.imports.settled();
  return api.patientImport.get({ id: status.id });
}

async function imported(id: string): Promise<ImportStatus> {
  await api.patientImport.run({ id });
  await lab.imports.settled();
  return api.patientImport.get({ id });
}

const consent = { sms: false, whatsapp: false, email: false };
const count = () => lab.kernel.reads().count('patients', { selector: {} });

const broken = `Name;Gender;DOB;Mobile;E-mail;Passport no
Anita Desai;F;17/05/1990;98765 43210;anita@mail.example;K1234567
;M;1/2/1980;;;
Ravi Kumar;q;31/02/1980;12;not-mail;ABC
"Müller; Jörg";m;1975;+49 30 901820;;
Anita  DESAI;f;17.05.1990;9876543210;;
Baby Rao;F;01-Jan-2099;;;
`;

describe('importing patients', () => {
  it('guesses columns and dates, tells every error of every row, and registers nothing while looking', async () => {
    const before = count();
    const status = await opened(broken);
    expect(status).toMatchObject({
      state: 'read',
      rows: 6,
      settings: {
        columns: ['fullName', 'sex', 'dateOfBirth', 'phone', 'email', 'nationalId'],
        dateOrder: 'dmy',
      },
    });
    const result = await checked(status, { nationalIdType: 'passport' });
    expect(result).toMatchObject({ state: 'checked', checked: 6, refused: 3, duplicates: 1 });
    const refused = await api.patientImport.refused({ id: status.id, after: 0, limit: 100 });
    const told = refused.map(({ row, errors }) => [row, errors.map(({ field, code }) => `${field}: ${code}`).sort()]);
    expect(told).toEqual([
      [3, ['fullName: name.missing']],
      [
        4,
        [
          'dateOfBirth: date.unreadable',
          'email: email.invalid',
          'nationalIds.0.value: nationalId.format',
          'phone: phone.tooShort',
          'sex: sex.unreadable',
        ],
      ],
      [6, [': import.duplicate']],
      [7, ['dateOfBirth: age.future']],
    ]);
    expect(refused[2]?.errors[0]?.message).toBe('The same person as in row 2');
    expect(count()).toBe(before);
  });

  it('registers what is in order, once, with activity and numbers', async () => {
    const [status] = await api.patientImport.all();
    if (!status) throw new Error('no import');
    const before = count();
    expect(await imported(status.id)).toMatchObject({ state: 'done', imported: 2 });
    expect(count()).toBe(before + 2);
    const [jorg] = lab.kernel.reads().find('patients', { selector: { fullName: { $eq: 'Müller; Jörg' } } });
    expect(jorg).toMatchObject({ sex: 'male', birth: { precision: 'year' }, phone: '+4930901820' });
    const { rows } = await api.patients.timeline({ id: jorg?.id ?? '' });
    expect(rows).toMatchObject([
      { kind: 'change', text: expect.stringContaining('imported from patients.csv, row 5') },
    ]);
    expect(await refusalOf(() => api.patientImport.run({ id: status.id }))).toMatchObject({ kind: 'busy' });
  });

  it('leaves out who is registered already, or imports them where that is wanted', async () => {
    const text = 'Full name,Sex,Date of birth,Phone\nDesai Anita,F,1990-05-17,9876543210\nNew Person,M,2000-01-01,\n';
    const status = await opened(text);
    const result = await checked(status);
    expect(result).toMatchObject({ duplicates: 1, refused: 0 });
    const [row] = await api.patientImport.refused({ id: status.id, after: 0, limit: 10 });
    expect(row?.errors[0]?.message).toMatch(/^Looks like Anita Desai/);
    await checked(status, { duplicates: 'import' });
    expect((await imported(status.id)).imported).toBe(2);
  });

  it('reads XLSX with its dates, UTF-16 and the code page of old spreadsheets', async () => {
    const day = new Date(Date.UTC(1988, 2, 9));
    const xlsx = await writeXlsxFile([
      [{ value: 'Name' }, { value: 'Sex' }, { value: 'Birth date' }, { value: 'MRN' }],
      [
        { value: 'Sheet Person' },
        { value: 'F' },
        { type: Date, value: day, format: 'dd/mm/yyyy' },
        { type: Number, value: 4711 },
      ],
    ]).toBuffer();
    const status = await checked(await opened(xlsx, 'patients.xlsx'));
    expect(status).toMatchObject({ refused: 0, rows: 1 });
    await imported(status.id);
    const [person] = [...lab.kernel.reads().byKeys('patients', ['4711']).values()].flat();
    expect(person).toMatchObject({ fullName: 'Sheet Person', birth: { date: '1988-03-09' }, otherNumbers: ['4711'] });

    const text = 'Name,Age\nZoë Ångström,34\n';
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    expect((await opened(utf16)).sample[0]?.[0]).toBe('Zoë Ångström');
    expect((await opened(Buffer.from(text, 'latin1'))).sample[0]?.[0]).toBe('Zoë Ångström');
  });

  it('takes a byte order mark, semicolons and lines as Windows ends them', async () => {
    const status = await opened('\uFEFFName;Sex;DOB\r\n"Rao; Sita";F;1990-01-02\r\n\r\n;;\r\nRao Gita;F;1991\r\n');
    expect(status).toMatchObject({ state: 'read', rows: 2, header: ['Name', 'Sex', 'DOB'] });
    expect(status.settings.columns).toEqual(['fullName', 'sex', 'dateOfBirth']);
    expect(status.sample[0]).toEqual(['Rao; Sita', 'F', '1990-01-02']);
  });

  it('says where a quotation mark is not closed instead of losing who comes after it', async () => {
    const status = await opened('Name,Sex,DOB\nFirst,F,1990\n"Second,M,1991\nThird,F,1992\nFourth,M,1993\n');
    expect(status).toMatchObject({ state: 'failed', error: expect.stringMatching(/row 3.*quotation mark/) });
    const inside = await opened('Name,Sex,DOB\n"Fifth "the" tall",F,1990\nSixth,F,1992\n');
    expect(inside).toMatchObject({ state: 'failed', error: expect.stringMatching(/quotation mark/) });
  });

  it('reads on behind a line of ten megabytes, and behind rows that are too short or too long', async () => {
    const long = 'x'.repeat(10 * 1024 * 1024);
    const text = `Name,Sex,DOB\nBefore Long,F,1990\n${long},F,1990\nShort\nMany,F,1991,1,2,3,4\nAfter Long,M,1992\n`;
    const status = await checked(await opened(text));
    expect(status).toMatchObject({ rows: 5, checked: 5 });
    const refused = await api.patientImport.refused({ id: status.id, after: 0, limit: 10 });
    expect(refused.map(({ row, errors }) => [row, errors.map(({ field }) => field)])).toEqual([
      [3, ['fullName']],
      [4, ['dateOfBirth']],
    ]);
    expect((await imported(status.id)).imported).toBe(3);
  });

  it('tells all that is wrong with a row at once: what cannot be read and what the rules refuse', async () => {
    const text = 'Name,Sex,DOB,Mobile,E-mail,Passport no\n,perhaps,31/02/2000,12,nobody,1\n';
    const status = await checked(await opened(text), { nationalIdType: 'passport' });
    const [row] = await api.patientImport.refused({ id: status.id, after: 0, limit: 10 });
    expect(row?.errors.map(({ field }) => field).toSorted()).toEqual([
      'dateOfBirth',
      'email',
      'fullName',
      'nationalIds.0.value',
      'phone',
      'sex',
    ]);
  });

  it('what looks like a formula is a name in the list that is saved, and comes back as it was', async () => {
    const name = '=HYPERLINK("http://evil.example")';
    const csv = toCsv([{ header: 'Name', text: (text: string) => text }], [name, '+1+1', '-2', '@SUM(A1)', 'Plain']);
    expect(csv).toBe(`\uFEFFName\r\n"'=HYPERLINK(""http://evil.example"")"\r\n'+1+1\r\n-2\r\n'@SUM(A1)\r\nPlain\r\n`);
    const status = await checked(await opened(csv.replaceAll('\r\n', ',1990\r\n').replace('Name,1990', 'Name,DOB')));
    await imported(status.id);
    expect(lab.kernel.reads().count('patients', { selector: { fullName: { $eq: name } } })).toBe(1);
  });

  it('a colleague registers somebody while an import runs, and both are whole', async () => {
    const lines = Array.from({ length: 400 }, (_, index) => `Desk ${differentName(index)},M,${1930 + (index % 90)}`);
    const status = await checked(await opened(`Name,Sex,DOB\n${lines.join('\n')}\n`));
    const before = count();
    await api.patientImport.run({ id: status.id });
    const numbers: string[] = [];
    while ((await api.patientImport.get({ id: status.id })).state === 'running') {
      const input = { fullName: `Walk In ${numbers.length}`, sex: 'female' as const, dateOfBirth: '1990', consent };
      numbers.push((await api.patients.register(input)).number);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await lab.imports.settled();
    expect(numbers.length).toBeGreaterThan(2);
    expect(count()).toBe(before + 400 + numbers.length);
    const all = lab.kernel.reads().find('patients', { selector: {} });
    expect(new Set(all.map(({ number }) => number)).size).toBe(all.length);
  });

  it('is forgotten with its rows, whoever they became', async () => {
    const lines = Array.from({ length: 1200 }, (_, index) => `Gone ${differentName(index)},F,1950`);
    const { id } = await opened(`Name,Sex,DOB\n${lines.join('\n')}\n`);
    await api.patientImport.remove({ id });
    const rows = lab.kernel.database.engine.all('SELECT count(*) AS n FROM patient_import_rows WHERE importId=?', id);
    expect(rows).toEqual([{ n: 0 }]);
    expect(await refusalOf(() => api.patientImport.get({ id }))).toMatchObject({ kind: 'notFound' });
  });

  it('refuses what is no table', async () => {
    const program = Buffer.from('MZ'.padEnd(600, '\0'));
    expect(await fieldsOf(() => send(api, program, 'patients.csv', 'import'))).toEqual(['file: file.type']);
    expect(await opened('Name,Age\n')).toMatchObject({ state: 'failed', error: expect.stringContaining('no rows') });
    const status = await opened('A,B\n1,2\n');
    expect(await fieldsOf(() => checked(status))).toEqual(['columns: import.noName']);
  });

  it('is stopped and goes on; nobody is registered twice', async () => {
    const lines = Array.from({ length: 600 }, (_, index) => `Stop ${differentName(index)},M,${1930 + (index % 90)}`);
    const status = await checked(await opened(`Name,Sex,DOB\n${lines.join('\n')}\n`));
    expect(status).toMatchObject({ refused: 0, duplicates: 0 });
    const before = count();
    await api.patientImport.run({ id: status.id });
    await waitFor(() => count() > before);
    const stopped = await api.patientImport.stop({ id: status.id });
    expect(stopped.state).toBe('stopped');
    expect(count()).toBe(before + stopped.imported);
    expect(await imported(status.id)).toMatchObject({ state: 'done', imported: 600 });
    expect(count()).toBe(before + 600);
  });
});
