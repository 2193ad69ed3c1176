import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IndexSet } from '../../../electron/core/search/index-set.ts';
import { searchedCollections } from '../../../electron/core/search/indexes.ts';
import { readSnapshot, UnusableSnapshot, writeSnapshot } from '../../../electron/core/search/snapshot.ts';

const positions = Object.fromEntries(searchedCollections.map((name, place) => [name, place * 10]));
let folder: string;
let file: string;
let whole: Buffer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aliquot-'));
  file = join(folder, 'index.snapshot');
  const set = new IndexSet();
  for (let number = 0; number < 500; number++) set.set('patients', `p${number}`, 'lab-1', `Ana${number % 50} Rao`);
  set.set('lab_users', '0192f1a0-0000-7000-8000-000000000001', 'lab-2', 'José Müller');
  await writeSnapshot(file, { token: 'token-1', positions, data: await set.data() });
  whole = readFileSync(file);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a snapshot', () => {
  it('gives back what was written', () => {
    writeFileSync(file, whole);
    const snapshot = readSnapshot(file);
    expect(snapshot).toMatchObject({ token: 'token-1', positions });
    const set = new IndexSet(snapshot.data);
    expect(set.sizes).toMatchObject({ patients: 500, lab_users: 1 });
    expect(set.search(['patients'], 'lab-1', 'rao ana7', 500).patients).toHaveLength(10);
    expect(set.search(['lab_users'], 'lab-2', 'jose', 5).lab_users).toEqual(['0192f1a0-0000-7000-8000-000000000001']);
  });

  it('of an empty index is one, too', async () => {
    const empty = join(folder, 'empty.snapshot');
    await writeSnapshot(empty, { token: 't', positions, data: await new IndexSet().data() });
    const set = new IndexSet(readSnapshot(empty).data);
    set.set('patients', 'p', 'lab-1', 'Ana');
    expect(set.search(['patients'], 'lab-1', 'an', 5).patients).toEqual(['p']);
  });

  it('cut short anywhere is refused', () => {
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), (length) => {
        writeFileSync(file, whole);
        truncateSync(file, length);
        expect(() => readSnapshot(file)).toThrow(UnusableSnapshot);
      }),
    );
  });

  it('with any byte changed is refused', () => {
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const damaged = Buffer.from(whole);
        damaged[place] = (damaged[place] ?? 0) ^ change;
        writeFileSync(file, damaged);
        expect(() => readSnapshot(file)).toThrow(UnusableSnapshot);
      }),
    );
  });

  it('of another version says so', () => {
    const text = whole.toString('latin1').replace(/"schema":\d/, '"schema":0');
    writeFileSync(file, text, 'latin1');
    expect(() => readSnapshot(file)).toThrow('of another version');
  });
});
