import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { activityHash } from '../../../electron/core/kernel/index.ts';
import { differentName, openPatientsLab } from './patients-lab.ts';

const people = 3000;

/** Runs the child until more than `beyond` rows are imported, then kills it. Answers what it had told last. */
function importUntilKilled(beyond: number, ...arguments_: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'import-child.ts'), ...arguments_]);
    let told = 0;
    let errors = '';
    child.stderr.on('data', (text) => {
      errors += text;
    });
    child.stdout.on('data', (text) => {
      told = Number(String(text).trim().split('\n').at(-1));
      if (told > beyond) child.kill('SIGKILL');
    });
    child.on('close', (_, signal) => (signal === 'SIGKILL' ? resolve(told) : reject(new Error(errors))));
  });
}

describe('an import whose program is killed', () => {
  it('goes on by itself at the next start: nobody is lost, nobody is there twice, every number is one person', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aliquot-import-'));
    try {
      const file = join(folder, 'people.csv');
      const lines = Array.from(
        { length: people },
        (_, index) => `Kill ${differentName(index)},F,${1930 + (index % 90)}`,
      );
      writeFileSync(file, `Name,Sex,DOB\n${lines.join('\n')}\n`);
      const first = await importUntilKilled(0, join(folder, 'lab'), file);
      const second = await importUntilKilled(first, join(folder, 'lab'));
      expect(second).toBeGreaterThan(first);
      expect(second).toBeLessThan(people);

      const lab = await openPatientsLab({ folder: join(folder, 'lab') });
      const reads = lab.kernel.reads();
      const before = reads.count('patients', { selector: {} });
      expect(before).toBeGreaterThanOrEqual(second);
      expect(before).toBeLessThan(people);
      lab.imports.start();
      await lab.imports.settled();
      const [status] = await lab.as().api.patientImport.all();
      expect(status).toMatchObject({ state: 'done', imported: people, refused: 0 });
      const patients = reads.find('patients', { selector: {} });
      expect(new Set(patients.map(({ fullName }) => fullName)).size).toBe(people);
      expect(new Set(patients.map(({ number }) => number)).size).toBe(people);
      expect(patients.length).toBe(people);
      const entries = reads.find('activity', { selector: {} }).toSorted((a, b) => a.position - b.position);
      expect(entries.filter(({ action }) => action === 'patient.imported')).toHaveLength(people);
      expect(entries.every((entry, index) => entry.position === index + 1 && entry.hash === activityHash(entry))).toBe(
        true,
      );
      await lab.dispose();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
});
