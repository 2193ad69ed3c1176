import { expect, it } from 'vitest';
import { fileOf, UnusedFiles } from '../../../electron/core/files/index.ts';
import { chunkBytes } from '../../../shared/files/upload.ts';
import { TestClock } from '../../support/test-kernel.ts';
import { openPatientsLab, pdfOf, send } from './patients-lab.ts';

const consent = { sms: false, whatsapp: false, email: false };

it('a file that nothing names goes after the grace period, and never one that something names', async () => {
  const clock = new TestClock(Date.UTC(2026, 0, 5));
  const other = await openPatientsLab({ clock });
  let { api: desk } = other.as();
  const { id } = await desk.patients.register({ fullName: 'Old Files', sex: 'female', dateOfBirth: '1990', consent });
  const sent = async (seed: number, name: string) => (await send(desk, pdfOf(chunkBytes + 9, seed), name)).sha256;
  const unused = new UnusedFiles(other.kernel);
  const discarded = await sent(31, 'discarded.pdf');
  const kept = await sent(32, 'kept.pdf');
  const removed = await sent(33, 'removed.pdf');
  const remembered = await sent(34, 'remembered.pdf');
  const add = (sha256: string, name: string) =>
    desk.patients.saveIdProofs({ id, list: 'attachments', add: [{ sha256, name }] });
  await add(kept, 'kept.pdf');
  await add(removed, 'removed.pdf');
  await desk.patients.saveIdProofs({ id, list: 'attachments', remove: [removed] });
  other.kernel.change(other.opened.session, (work) => {
    const before = [{ sha256: remembered, name: 'remembered.pdf' }];
    const moved = { billing: [], specimens: [], reports: [], deviceResults: [] };
    const merge = {
      at: work.now,
      by: 'x',
      byName: 'X',
      fields: [{ field: 'attachments', before }],
      moved,
      relatives: [],
    };
    work.update('patients', work.need('patients', id), { merge });
  });
  clock.advance(59 * 86_400_000);
  expect(await unused.collect()).toBe(0);
  clock.advance(2 * 86_400_000);
  ({ api: desk } = other.as());
  const young = await sent(35, 'young.pdf');
  expect(await unused.collect()).toBe(2);
  const here = [discarded, kept, removed, remembered, young].map((sha256) => fileOf(other.kernel.reads(), sha256));
  expect(here.map((file) => file !== undefined)).toEqual([false, true, false, true, true]);
  const entries = other.kernel.reads().find('activity', { selector: { action: { $eq: 'files.collected' } } });
  expect(entries.map(({ values }) => values)).toEqual([{ count: 2 }]);
  // The same file may be sent again.
  await add(await sent(31, 'again.pdf'), 'again.pdf');
  expect(await unused.collect()).toBe(0);
  await other.dispose();
});
