import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import { waitFor } from '../../support/wait-for.ts';
import { addPatients, openSearchLab, patientsFound, type SearchLab, savingOnRequest } from './lab.ts';

let folder: string;
let lab: SearchLab;
let snapshot: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aliquot-'));
  snapshot = join(folder, 'search', 'index.snapshot');
  lab = await openSearchLab(folder);
});
afterEach(async () => {
  await lab.dispose();
  rmSync(folder, { recursive: true });
});

async function restart(before: () => void = () => undefined): Promise<void> {
  await lab.dispose();
  before();
  lab = await openSearchLab(folder);
}

/** As a power cut would leave it: the last snapshot that was in place, whatever came since. */
async function restartWithout(saved: Buffer): Promise<void> {
  await restart(() => writeFileSync(snapshot, saved));
}

describe('the snapshot', () => {
  it('is what a restart begins with: nothing is indexed again', async () => {
    const [ana] = addPatients(lab, { fullName: 'Ana Rao' }, { fullName: 'Bela Roy' });
    await lab.search.settled();
    const position = lab.kernel.database.engine.lastSequence();
    await restart();
    await lab.search.settled();
    expect(lab.search.state()).toMatchObject({
      origin: { from: 'snapshot' },
      saved: position,
      indexes: { patients: 2 },
    });
    expect(await patientsFound(lab, 'rao')).toEqual([ana?.id]);
  });

  it('older than the database is caught up with, deletions and new names included', async () => {
    const [ana, bela] = addPatients(lab, { fullName: 'Ana Rao' }, { fullName: 'Bela Roy' }) as [
      Stored<Patient>,
      Stored<Patient>,
    ];
    await lab.search.settled();
    await lab.search.save();
    const saved = readFileSync(snapshot);
    lab.kernel.change(lab.session, (work) => {
      work.update('patients', ana, { fullName: 'Ana Khan' });
      work.remove('patients', bela);
    });
    const [cleo] = addPatients(lab, { fullName: 'Cleo Roy' });
    await lab.search.settled();
    // Two snapshots are remembered, so the one before the last is still known.
    await restartWithout(saved);
    await lab.search.settled();
    expect(lab.search.state().origin.from).toBe('snapshot');
    expect(await patientsFound(lab, 'rao')).toEqual([]);
    expect(await patientsFound(lab, 'khan')).toEqual([ana.id]);
    expect(await patientsFound(lab, 'roy')).toEqual([cleo?.id]);
  });

  it.each([
    ['cut short', () => truncateSync(snapshot, readFileSync(snapshot).length - 100), 'damaged'],
    ['empty', () => writeFileSync(snapshot, ''), 'damaged'],
    ['something else', () => writeFileSync(snapshot, 'x'.repeat(10_000)), 'damaged'],
    ['of another database', () => undefined, 'not of this database'],
  ])('that is %s is not used: the index is built from the database', async (what, damage, reason) => {
    const [ana] = addPatients(lab, { fullName: 'Ana Rao' });
    await lab.search.settled();
    if (what === 'of another database') {
      lab.kernel.database.engine.commit((transaction) => transaction.run('DELETE FROM search_snapshots'));
      await lab.search.save();
      const saved = readFileSync(snapshot);
      lab.kernel.database.engine.commit((transaction) => transaction.run('DELETE FROM search_snapshots'));
      await restartWithout(saved);
    } else {
      await restart(damage);
    }
    await lab.search.settled();
    const { origin } = lab.search.state();
    expect(origin.from).toBe('rebuild');
    expect(origin.reason).toContain(reason);
    expect(await patientsFound(lab, 'rao')).toEqual([ana?.id]);
  });

  it('is written after so many changes, and a half-written one beside it does no harm', async () => {
    await restart(() => writeFileSync(join(folder, 'search', 'index.snapshot.new'), 'half'));
    await lab.dispose();
    lab = await openSearchLab(folder, { ...savingOnRequest, afterChanges: 10 });
    rmSync(snapshot, { force: true });
    addPatients(lab, ...Array.from({ length: 12 }, (_, number) => ({ fullName: `Ana Nr${number}` })));
    await lab.search.settled();
    await waitFor(() => existsSync(snapshot) && lab.search.state().saved > 0);
  });

  it('that cannot be written is said, and search goes on', async () => {
    await restart(() => rmSync(join(folder, 'search'), { recursive: true }));
    const [ana] = addPatients(lab, { fullName: 'Ana Rao' });
    await lab.search.settled();
    rmSync(join(folder, 'search'), { recursive: true, force: true });
    writeFileSync(join(folder, 'search'), 'in the way');
    await lab.search.save();
    expect(lab.search.state().error).toContain('could not be written');
    expect(await patientsFound(lab, 'ana')).toEqual([ana?.id]);
    rmSync(join(folder, 'search'));
  });
});

describe('a thread that ends', () => {
  it('is started again, asks are answered by the new one, and nothing is missing', async () => {
    const [ana] = addPatients(lab, { fullName: 'Ana Rao' });
    await lab.search.settled();
    await lab.search.save();
    const [bela] = addPatients(lab, { fullName: 'Bela Rao' });
    await lab.search.settled();
    const asked = patientsFound(lab, 'rao');
    await lab.kill();
    expect((await asked).toSorted()).toEqual([ana?.id, bela?.id].toSorted());
    expect((await patientsFound(lab, 'rao')).toSorted()).toEqual([ana?.id, bela?.id].toSorted());
    expect(lab.search.state()).toMatchObject({ restarts: 1, origin: { from: 'snapshot' } });
    const [cleo] = addPatients(lab, { fullName: 'Cleo Rao' });
    await lab.kernel.followers.settled();
    expect(await patientsFound(lab, 'cleo')).toEqual([cleo?.id]);
  });
});

it('after any changes, restarts and crashes, each living name is found and no other', async () => {
  const step = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        id: fc.nat({ max: 8 }),
        name: fc.constantFrom('Ana Rao', 'Ána Roy', 'Bela Rao', 'Cleo Khan'),
      }),
    },
    { weight: 3, arbitrary: fc.record({ id: fc.nat({ max: 8 }), name: fc.constant(undefined) }) },
    {
      weight: 2,
      arbitrary: fc.constantFrom('restart' as const, 'save' as const, 'kill' as const, 'loseSnapshot' as const),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      lab.kernel.change(lab.session, (work) => {
        for (const old of work.find('patients', { selector: {} })) work.remove('patients', old);
      });
      const names = new Map<string, { id: string; name: string }>();
      for (const change of steps) {
        if (change === 'restart') await restart();
        else if (change === 'save') await lab.search.save();
        else if (change === 'kill') await lab.kill();
        else if (change === 'loseSnapshot') await restart(() => rmSync(snapshot, { force: true }));
        else write(names, `p${change.id}`, change.name);
      }
      for (const [text, folded] of [
        ['ana', 'Ana|Ána'],
        ['rao', 'Rao'],
        ['roy an', 'Ána Roy'],
        ['khan', 'Khan'],
        ['b', 'Bela'],
      ] as const) {
        const expected = [...names.values()].filter(({ name }) => new RegExp(folded).test(name)).map(({ id }) => id);
        expect((await patientsFound(lab, text)).toSorted(), text).toEqual(expected.toSorted());
      }
    }),
    { numRuns: 8 },
  );
}, 60_000);

function write(names: Map<string, { id: string; name: string }>, key: string, name: string | undefined): void {
  const known = names.get(key);
  lab.kernel.change(lab.session, (work) => {
    const current = known && work.need('patients', known.id);
    if (name === undefined) {
      if (current) work.remove('patients', current);
      names.delete(key);
    } else if (current) {
      work.update('patients', current, { fullName: name });
      names.set(key, { id: current.id, name });
    }
  });
  if (known || name === undefined) return;
  const [added] = addPatients(lab, { fullName: name });
  if (added) names.set(key, { id: added.id, name });
}
