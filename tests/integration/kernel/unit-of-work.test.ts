import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activityHash, type Kernel, LabError } from '../../../electron/core/kernel/index.ts';
import { openTestKernel, type TestKernel } from '../../support/test-kernel.ts';
import { waitFor } from '../../support/wait-for.ts';

let test: TestKernel;
let kernel: Kernel;

beforeAll(async () => {
  test = await openTestKernel();
  kernel = test.kernel;
});
afterAll(() => test.dispose());

const session = () => kernel.systemSession('test');
const doctor = (code: string) => ({ kind: 'doctor' as const, code, fullName: `Dr ${code}` });
const job = { channel: 'email' as const, title: 'Hello', payload: { to: ['a@example.org'] } };

describe('unit of work', () => {
  it('commits documents, the activity entry, jobs and numbers together', () => {
    const { id, number } = kernel.change(session(), (work) => {
      const made = work.insert('directory', doctor('TOGETHER'));
      work.enqueue(job);
      work.record('setup.updated', {
        values: { kind: 'Doctor', name: 'x' },
        subject: { collection: 'directory', id: made.id },
      });
      return { id: made.id, number: work.nextNumber('together') };
    });
    const reads = kernel.reads();
    expect(reads.get('directory', id)).toMatchObject({ code: 'TOGETHER', labId: reads.labId });
    expect(reads.find('activity', { selector: { 'subject.id': { $eq: id } } })).toHaveLength(1);
    expect(reads.count('jobs', { selector: { state: { $eq: 'queued' } } })).toBe(1);
    expect(number).toBe(1);
  });

  it('leaves nothing behind when the body throws: no document, no job, no entry, no gap in the numbers', () => {
    const before = counts();
    expect(() =>
      kernel.change(session(), (work) => {
        work.insert('directory', doctor('GONE'));
        work.enqueue(job);
        work.record('setup.updated', { values: { kind: 'Doctor', name: 'x' } });
        work.nextNumber('gapless');
        throw new Error('thought better of it');
      }),
    ).toThrow('thought better of it');
    expect(counts()).toEqual(before);
    expect(kernel.reads().byKeys('directory', ['GONE']).size).toBe(0);
    expect(kernel.change(session(), (work) => work.nextNumber('gapless'))).toBe(1);
  });

  it('answers a stale revision with one typed conflict and writes nothing', () => {
    const first = kernel.change(session(), (work) => work.insert('directory', doctor('STALE')));
    kernel.change(session(), (work) => work.update('directory', first, { fullName: 'Newer' }));
    const before = counts();
    const stale = () =>
      kernel.change(session(), (work) => {
        work.insert('directory', doctor('BESIDE'));
        work.update('directory', first, { fullName: 'Older' });
      });
    expect(stale).toThrow(LabError);
    expect(errorOf(stale)).toMatchObject({ kind: 'conflict', collection: 'directory', id: first.id });
    expect(counts()).toEqual(before);
    expect(kernel.reads().need('directory', first.id)).toMatchObject({ fullName: 'Newer' });
  });

  it('refuses a body that is not finished when it returns, and rolls it back', () => {
    const before = counts();
    expect(() =>
      kernel.change(session(), (async (work: Parameters<Parameters<Kernel['change']>[1]>[0]) => {
        work.insert('directory', doctor('ASYNC'));
      }) as never),
    ).toThrow(/promise/i);
    expect(counts()).toEqual(before);
  });

  it('joins a unit of work that is open', () => {
    const before = counts();
    expect(() =>
      kernel.change(session(), (outer) => {
        outer.insert('directory', doctor('OUTER'));
        kernel.change(session(), (inner) => inner.insert('directory', doctor('INNER')));
        throw new Error('outer fails');
      }),
    ).toThrow('outer fails');
    expect(counts()).toEqual(before);
  });

  it('shows RxDB only what was committed, once it is', async () => {
    const seen: string[] = [];
    const query = kernel.database.collections.directory.find({ selector: { kind: 'doctor', code: { $gte: 'LIVE' } } });
    const subscription = query.$.subscribe((documents) =>
      seen.push(
        documents
          .map((one) => one.toJSON())
          .map((one) => ('code' in one ? one.code : ''))
          .join(),
      ),
    );
    await waitFor(() => seen.length > 0);
    const inside = kernel.change(session(), (work) => {
      work.insert('directory', doctor('LIVE-1'));
      work.insert('directory', doctor('LIVE-2'));
      return seen.length;
    });
    await waitFor(() => seen.at(-1)?.includes('LIVE-2') === true);
    expect(seen.slice(0, inside).some((codes) => codes.includes('LIVE-1'))).toBe(false);
    expect(seen.some((codes) => codes.includes('LIVE-1') && !codes.includes('LIVE-2'))).toBe(false);
    subscription.unsubscribe();
  });

  it('chains activity entries by their hashes', () => {
    for (let n = 0; n < 3; n++) {
      kernel.change(session(), (work) => work.record('setup.updated', { values: { kind: 'Chain', name: String(n) } }));
    }
    const entries = kernel.reads().find('activity', { selector: {}, sort: [{ at: 'asc' }] });
    const chain = entries.sort((a, b) => a.position - b.position);
    expect(chain.map((entry) => entry.position)).toEqual(chain.map((_, index) => index + 1));
    for (const [index, entry] of chain.entries()) {
      expect(entry.hash).toBe(activityHash(entry));
      expect(entry.previousHash).toBe(chain[index - 1]?.hash ?? '0'.repeat(64));
    }
    const [first] = chain;
    if (first) expect(activityHash({ ...first, actorName: 'somebody else' })).not.toBe(first.hash);
  });
});

describe('lookup keys', () => {
  it('find a document in the moment it is committed, by any way it is typed, and forget what it no longer has', () => {
    const made = kernel.change(session(), (work) => {
      const inserted = work.insert('directory', doctor('DR-KEY.7'));
      expect([...work.byKeys('directory', ['dr key 7']).values()].flat().map((one) => one.id)).toEqual([inserted.id]);
      return inserted;
    });
    expect(
      kernel
        .reads()
        .byKeyPrefix('directory', 'dr-ke', 10)
        .map((one) => one.id),
    ).toEqual([made.id]);
    kernel.change(session(), (work) => work.update('directory', made, { code: 'OTHER' }));
    expect(kernel.reads().byKeys('directory', ['DR-KEY.7']).size).toBe(0);
    kernel.change(session(), (work) => work.remove('directory', work.need('directory', made.id)));
    expect(kernel.reads().byKeys('directory', ['OTHER']).size).toBe(0);
  });

  it('stay within their lab', () => {
    kernel.change(session(), (work) => work.insert('directory', doctor('SCOPED')));
    expect(kernel.reads('another-lab').byKeys('directory', ['SCOPED']).size).toBe(0);
  });

  it('cost the same number of statements for one key and for a hundred', () => {
    const ask = (keys: string[]) => {
      const counter = { statements: 0, rows: 0 };
      kernel.database.engine.counted(counter, () => kernel.reads().byKeys('directory', keys));
      return counter.statements;
    };
    kernel.change(session(), (work) =>
      work.insertMany(
        'directory',
        Array.from({ length: 100 }, (_, n) => doctor(`MANY-${n}`)),
      ),
    );
    expect(ask(Array.from({ length: 100 }, (_, n) => `MANY-${n}`))).toBe(ask(['MANY-1']));
  });
});

function counts(): Record<string, number> {
  const reads = kernel.reads();
  return {
    directory: reads.count('directory', { selector: {} }),
    jobs: reads.count('jobs', { selector: {} }),
    activity: reads.count('activity', { selector: {} }),
  };
}

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error instanceof LabError ? error.detail : error;
  }
  return undefined;
}
