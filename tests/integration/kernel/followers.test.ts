import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Kernel } from '../../../electron/core/kernel/index.ts';
import { openTestKernel, type TestKernel } from '../../support/test-kernel.ts';
import { waitFor } from '../../support/wait-for.ts';

let test: TestKernel;
let kernel: Kernel;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aliquot-'));
  test = await openTestKernel({ folder });
  kernel = test.kernel;
});
afterEach(async () => {
  await test.dispose();
  rmSync(folder, { recursive: true });
});

function addDoctors(...codes: string[]): void {
  kernel.change(kernel.systemSession('test'), (work) =>
    work.insertMany(
      'directory',
      codes.map((code) => ({ kind: 'doctor' as const, code, fullName: code })),
    ),
  );
}

function recorder(seen: string[], from: 'beginning' | 'now' = 'beginning', batch?: number) {
  return {
    name: 'recorder',
    collections: ['directory'] as const,
    from,
    batch,
    handle: (changes: readonly { document: object }[]) => {
      for (const change of changes) seen.push((change.document as { code: string }).code);
    },
  };
}

describe('followers', () => {
  it('see every change in commit order, what was there before included', async () => {
    const seen: string[] = [];
    addDoctors('A', 'B');
    kernel.followers.add(recorder(seen));
    addDoctors('C');
    await kernel.followers.settled();
    expect(seen).toEqual(['A', 'B', 'C']);
  });

  it('go on after a restart where they were, and do not see again what they handled', async () => {
    const seen: string[] = [];
    kernel.followers.add(recorder(seen));
    addDoctors('A');
    await kernel.followers.settled();
    await test.dispose();
    test = await openTestKernel({ folder });
    kernel = test.kernel;
    addDoctors('B');
    kernel.followers.add(recorder(seen));
    await kernel.followers.settled();
    expect(seen).toEqual(['A', 'B']);
  });

  it('have their positions on disk together a moment later, without being closed', async () => {
    const seen: string[] = [];
    for (const name of ['one', 'two']) kernel.followers.add({ ...recorder(seen), name });
    addDoctors('A', 'B');
    await kernel.followers.settled();
    const last = kernel.database.engine.lastSequence();
    const saved = () => kernel.database.engine.all('SELECT name, sequence FROM followers ORDER BY name');
    // A crash before that only repeats the last moment's changes: nothing is on disk ahead of what was handled.
    expect(saved().every(({ sequence }) => Number(sequence) <= last)).toBe(true);
    await waitFor(() => saved().length === 2);
    expect(saved()).toEqual(['one', 'two'].map((name) => ({ name, sequence: last })));
  });

  it('try a failed batch again, while commits go on unhindered', async () => {
    const seen: string[] = [];
    let failures = 2;
    kernel.followers.add({
      ...recorder(seen),
      handle: (changes) => {
        if (failures-- > 0) throw new Error('not yet');
        for (const change of changes) seen.push((change.document as unknown as { code: string }).code);
      },
    });
    addDoctors('A');
    await waitFor(() => kernel.followers.states()[0]?.error === 'not yet');
    addDoctors('B');
    await waitFor(() => seen.length === 2);
    expect(seen).toEqual(['A', 'B']);
    expect(kernel.followers.states()[0]?.error).toBeUndefined();
  });

  it('never slow a commit down, however long they take', async () => {
    let finish = () => {};
    const blocked = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let entered = false;
    kernel.followers.add({
      name: 'slow',
      collections: ['directory'],
      from: 'beginning',
      handle: () => {
        entered = true;
        return blocked;
      },
    });
    addDoctors('A');
    await waitFor(() => entered);
    addDoctors('B', 'C');
    expect(kernel.reads().count('directory', { selector: { kind: { $eq: 'doctor' } } })).toBe(3);
    expect(kernel.followers.states()[0]?.behind).toBeGreaterThan(0);
    finish();
    await kernel.followers.settled();
  });

  it('take a long backlog in batches, without a gap', async () => {
    const seen: string[] = [];
    const codes = Array.from({ length: 103 }, (_, n) => `D${n}`);
    addDoctors(...codes);
    kernel.followers.add(recorder(seen, 'beginning', 10));
    await kernel.followers.settled();
    expect(seen).toEqual(codes);
  });

  it('that live in memory only begin with what comes from now on', async () => {
    const seen: string[] = [];
    addDoctors('before');
    kernel.followers.add(recorder(seen, 'now'));
    addDoctors('after');
    await kernel.followers.settled();
    expect(seen).toEqual(['after']);
  });
});
