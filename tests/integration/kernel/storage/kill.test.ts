import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openSqliteEngine } from '../../../../electron/core/kernel/storage/index.ts';
import { UNIT_COLLECTIONS, type Unit } from './kill-units.ts';
import { temporaryFolder } from './support.ts';

const CHILD = fileURLToPath(new URL('./kill-child.ts', import.meta.url));
const ROUNDS = Number(process.env.ALIQUOT_KILL_ROUNDS ?? 10);

/** Lets the child write for a random while after its first acknowledged commit, kills it, and answers the last number it acknowledged. */
function writeUntilKilled(file: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, file], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stderr.on('data', (data) => {
      errors += data;
    });
    child.stdout.on('data', (data) => {
      if (output === '') setTimeout(() => child.kill('SIGKILL'), Math.random() * 60);
      output += data;
    });
    child.on('error', reject);
    child.on('close', (_, signal) => {
      const acknowledged = output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1);
      if (signal !== 'SIGKILL' || !acknowledged) reject(new Error(`the child ended by itself: ${errors}`));
      else resolve(Number(acknowledged));
    });
  });
}

/** Every unit is there whole or not at all, and all up to the last one acknowledged. Answers the last one there. */
function checkUnits(file: string, acknowledged: number): number {
  const engine = openSqliteEngine(file);
  try {
    expect(engine.all('SELECT * FROM pragma_integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    const [row] = engine.all('SELECT max(number) AS last, count(*) AS amount FROM units');
    const last = Number(row?.last);
    expect(last).toBeGreaterThanOrEqual(acknowledged);
    expect(row?.amount).toBe(last);
    const [inserted] = engine.all(
      `SELECT max("number") AS last, count(*) AS amount FROM ${engine.tableOf('inserted')}`,
    );
    expect(inserted).toEqual({ last, amount: last });
    const changed = ['updated', 'alternating'].map((name) => engine.findByIds<Unit>(name, ['the-one'], true)[0]);
    expect(changed.map((document) => document?.number)).toEqual([last, last]);
    expect(changed.map((document) => document?._deleted)).toEqual([false, last % 2 === 1]);
    expect(engine.lastSequence()).toBe(last * UNIT_COLLECTIONS.length);
    return last;
  } finally {
    engine.close();
  }
}

it(
  `keeps every acknowledged commit, and none by half, over ${ROUNDS} kills`,
  async () => {
    const file = join(temporaryFolder(), 'kill.sqlite');
    let last = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const acknowledged = await writeUntilKilled(file);
      expect(acknowledged).toBeGreaterThan(last);
      last = checkUnits(file, acknowledged);
    }
  },
  // Half a second each on a quiet machine.
  ROUNDS * 10_000,
);
