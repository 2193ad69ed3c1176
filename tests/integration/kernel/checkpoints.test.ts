import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestKernel, type TestKernel } from '../../support/test-kernel.ts';
import { waitFor } from '../../support/wait-for.ts';

let lab: TestKernel;

beforeAll(async () => {
  lab = await openTestKernel();
});
afterAll(() => lab.dispose());

const engine = () => lab.kernel.database.engine;
const synchronous = () => {
  let mode: unknown;
  engine().commit((transaction) => {
    mode = transaction.all('SELECT synchronous FROM pragma_synchronous')[0]?.synchronous;
  });
  return mode;
};
const full = 2;
const normal = 1;

/** About 200 pages of the log. */
function writeMuch(flush?: 'later') {
  const text = 'x'.repeat(5000);
  lab.kernel.change(
    lab.session,
    (work) => {
      work.insertMany(
        'directory',
        Array.from({ length: 100 }, () => ({
          kind: 'doctor' as const,
          code: 'D',
          fullName: text.slice(0, 200),
          address: text,
        })),
      );
    },
    flush && { flush },
  );
}

describe('the write-ahead log', () => {
  it('stays short under long work in many commits that are flushed later', async () => {
    const lengths: number[] = [];
    for (let round = 0; round < 60; round++) {
      writeMuch('later');
      await lab.kernel.flushed();
      lengths.push(engine().logLength().pages);
    }
    // Sixty rounds write some 12 000 pages; the log begins anew in between.
    expect(Math.max(...lengths)).toBeLessThan(8000);
    expect(lengths.some((length, index) => length < (lengths[index - 1] ?? 0))).toBe(true);
    expect(lab.kernel.reads().count('directory', { selector: {} })).toBe(6000);
  });

  it('is moved into the database also where nobody waits for it', async () => {
    for (let round = 0; round < 32; round++) writeMuch();
    await waitFor(() => {
      // Any commit may be the one that looks at the log.
      lab.kernel.change(lab.session, () => {});
      const { pages, moved } = engine().logLength();
      return pages - moved < 1000;
    });
  });

  it('is flushed by every commit that does not say otherwise', () => {
    let inside: unknown;
    engine().commit(
      (transaction) => {
        inside = transaction.all('SELECT synchronous FROM pragma_synchronous')[0]?.synchronous;
      },
      { flush: 'later' },
    );
    expect(inside).toBe(normal);
    expect(synchronous()).toBe(full);
    const fails = () =>
      engine().commit(
        () => {
          throw new Error('no');
        },
        { flush: 'later' },
      );
    expect(fails).toThrow('no');
    expect(synchronous()).toBe(full);
  });
});
