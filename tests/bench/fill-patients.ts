import { writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { openTestKernel, type TestKernel } from '../support/test-kernel.ts';
import { ftsFile, labFolder, namesOf, questionsFile, questionsOf } from './patient-names.ts';

/** Run by `search.ts`: fills a lab and an FTS5 table with the same names, and writes what will be asked. */
const [folder = '', count] = process.argv.slice(2);
const names = namesOf(Number(count));
const test = await openTestKernel({ folder: labFolder(folder) });
const atOnce = 1000;
for (let from = 0; from < names.length; from += atOnce) insert(test, names.slice(from, from + atOnce), from);
await test.dispose();
fillFts(ftsFile(folder));
writeFileSync(questionsFile(folder), JSON.stringify(questionsOf(names)));

function insert({ kernel, session }: TestKernel, fullNames: readonly string[], from: number): void {
  const patients = fullNames.map((fullName, place) => ({
    number: `A-P${String(from + place).padStart(7, '0')}`,
    fullName,
    sex: 'female' as const,
    phone: `+9198${String(from + place).padStart(8, '0')}`,
    otherPhones: [],
    consent: { sms: false, whatsapp: false, email: false },
    nationalIds: [],
    insurances: [],
    idProofs: [],
  }));
  kernel.change(session, (work) => work.insertMany('patients', patients));
}

function fillFts(file: string): void {
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;
    CREATE VIRTUAL TABLE names USING fts5(name, prefix='1 2 3', tokenize="unicode61 remove_diacritics 2")`);
  const row = database.prepare('INSERT INTO names (name) VALUES (?)');
  database.exec('BEGIN');
  for (const name of names) row.run(name);
  database.exec("COMMIT; INSERT INTO names(names) VALUES('optimize')");
  database.close();
}
