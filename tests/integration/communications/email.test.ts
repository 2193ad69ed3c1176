import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJobRunner, type JobRunner } from '../../../electron/core/communications/index.ts';
import type { JobRunnerOptions } from '../../../electron/core/communications/job-runner.ts';
import { saveMailServer } from '../../../electron/core/communications/mail-server.ts';
import type { Job } from '../../../shared/communications/job.ts';
import { type MailServerBehaviour, startMailServer, type TestMailServer } from '../../support/mail-server.ts';
import { openTestKernel, TestClock, type TestKernel } from '../../support/test-kernel.ts';
import { waitFor } from '../../support/wait-for.ts';

const clock = new TestClock();
let lab: TestKernel;
let server: TestMailServer;
let runner: JobRunner;

async function begin(behaviour: MailServerBehaviour = {}, options: Partial<JobRunnerOptions> = {}): Promise<void> {
  server.behaviour = behaviour;
  runner = createJobRunner(lab.kernel, {
    attachmentsOf: async () => [],
    random: () => 0,
    firstPauseMs: 20,
    ...options,
  });
  await runner.start();
}

function enqueue(change: { to?: string[]; subject?: string; maxAttempts?: number } = {}): string {
  const { to = ['maria@example.org'], subject = 'Your report', maxAttempts = 8 } = change;
  const payload = { to, subject, text: 'Dear Maria', reportIds: [] };
  const job = { channel: 'email' as const, title: 'Report CBC to Maria Silva', payload, maxAttempts };
  return lab.kernel.change(lab.session, (work) => work.enqueue(job)).id;
}

const jobOf = (id: string): Job => lab.kernel.reads().need('jobs', id);
const inState = async (id: string, state: Job['state']): Promise<Job> => {
  await waitFor(() => jobOf(id).state === state);
  return jobOf(id);
};
const activity = () =>
  lab.kernel
    .reads()
    .find('activity', { selector: {}, sort: [{ at: 'asc' }] })
    .map((entry) => entry.action);

beforeEach(async () => {
  clock.time = Date.UTC(2026, 0, 5, 8);
  lab = await openTestKernel({ clock });
  server = await startMailServer();
  const settings = {
    host: '127.0.0.1',
    port: server.port,
    security: 'none' as const,
    from: 'Central Lab <lab@example.org>',
  };
  await saveMailServer(lab.kernel, lab.session, settings);
});

afterEach(async () => {
  await runner.close();
  await server.close();
  await lab.dispose();
});

describe('the e-mail queue', () => {
  it('delivers a mail with attachments made at that moment, and records it', async () => {
    await begin(
      {},
      {
        attachmentsOf: async (job) => [
          {
            filename: `rep/ort\r\n${job.id.slice(0, 4)}.pdf`,
            content: new TextEncoder().encode('%PDF-1.7'),
            contentType: 'application/pdf',
          },
        ],
      },
    );
    const id = enqueue({ subject: 'Report\r\nBcc: thief@example.org' });
    const job = await inState(id, 'done');
    expect(job.doneAt).toBe('2026-01-05T08:00:00.000Z');
    expect(server.mails).toHaveLength(1);
    const [mail] = server.mails;
    expect(mail).toMatchObject({
      from: 'lab@example.org',
      to: ['maria@example.org'],
      messageId: `<job-${id}@example.org>`,
    });
    expect(mail?.raw).toMatch(/^Subject: Report Bcc: thief@example\.org\r?$/m);
    expect(mail?.raw).not.toMatch(/^Bcc:/m);
    expect(mail?.raw).toMatch(/^From: Central Lab <lab@example\.org>/m);
    expect(mail?.raw).toContain(Buffer.from('%PDF-1.7').toString('base64'));
    expect(mail?.raw).toMatch(new RegExp(`filename="?rep-ort ${id.slice(0, 4)}\\.pdf`));
    expect(activity()).toContain('message.sent');
  });

  it('gives up at once on a recipient that does not exist, with the words of the server', async () => {
    await begin({ recipient: () => ({ code: 550, text: '5.1.1 No such user here' }) });
    const id = enqueue();
    const job = await inState(id, 'dead');
    expect(job.attempts).toHaveLength(1);
    expect(job.attempts[0]?.error).toContain('5.1.1 No such user here');
    expect(runner.counts()).toEqual({ waiting: 0, failed: 1 });
    expect(activity()).toContain('message.dead');
  });

  it('comes back to a greylisting server when its time has come', async () => {
    await begin({
      recipient: (_address, attempt) =>
        attempt === 1 ? { code: 451, text: '4.7.1 Greylisted, try again' } : undefined,
    });
    const id = enqueue();
    const waiting = await inState(id, 'waiting');
    expect(waiting.nextAttemptAt).toBe('2026-01-05T08:00:30.000Z');
    expect(runner.counts()).toEqual({ waiting: 1, failed: 0 });
    clock.advance(30_000);
    runner.wake();
    const job = await inState(id, 'done');
    expect(job.attempts).toHaveLength(2);
    expect(job.attempts[0]?.error).toContain('Greylisted');
    expect(server.mails).toHaveLength(1);
  });

  it('dies after its last attempt, and lives again when a person retries it', async () => {
    await begin({ content: (_raw, attempt) => (attempt <= 3 ? { code: 452, text: 'mailbox busy' } : undefined) });
    const id = enqueue({ maxAttempts: 3 });
    for (let attempt = 1; attempt < 3; attempt++) {
      await waitFor(() => jobOf(id).state === 'waiting' && jobOf(id).attempts.length === attempt);
      clock.advance(3_600_000);
      runner.wake();
    }
    expect((await inState(id, 'dead')).attempts).toHaveLength(3);
    const { retryJob } = await import('../../../electron/core/communications/job-records.ts');
    lab.kernel.change(lab.session, (work) => retryJob(work, work.need('jobs', id)));
    expect((await inState(id, 'done')).attempts).toHaveLength(4);
    expect(activity()).toEqual(expect.arrayContaining(['message.dead', 'message.retried', 'message.sent']));
  });

  it('delivers to those who can be reached and goes on with the refused one only', async () => {
    await begin({ recipient: (address) => (address.startsWith('gone') ? { code: 550, text: 'unknown' } : undefined) });
    const id = enqueue({ to: ['maria@example.org', 'gone@example.org'] });
    const job = await inState(id, 'dead');
    expect(job.payload).toMatchObject({ to: ['gone@example.org'], subject: 'Your report', reportIds: [] });
    expect(job.attempts[0]?.error).toContain('gone@example.org');
    expect(server.mails.map((mail) => mail.to)).toEqual([['maria@example.org']]);
  });

  it('waits without giving up while the server is gone, and empties the queue when it is back', async () => {
    const { port } = server;
    await server.close();
    await begin();
    const ids = Array.from({ length: 12 }, () => enqueue({ maxAttempts: 2 }));
    const first = await waitFor(() => ids.map(jobOf).find((job) => job.attempts.some((attempt) => attempt.error)));
    expect(first.attempts[0]?.error).toContain('connection refused');
    for (let day = 0; day < 3; day++) {
      clock.advance(86_400_000);
      runner.wake();
      const now = new Date(clock.now()).toISOString();
      await waitFor(() => ids.map(jobOf).some((job) => job.attempts.at(-1)?.at === now && job.attempts.at(-1)?.error));
    }
    expect(ids.map(jobOf).every((job) => job.state !== 'dead' && job.attempts.length <= 1)).toBe(true);
    server = await startMailServer({ port });
    clock.advance(60_000);
    runner.wake();
    await waitFor(() => ids.every((id) => jobOf(id).state === 'done'));
    expect(new Set(server.mails.map((mail) => mail.messageId)).size).toBe(12);
    expect(server.mails).toHaveLength(12);
  });

  it('gives a message up after five days without any server', async () => {
    await server.close();
    await begin();
    const id = enqueue();
    await inState(id, 'waiting');
    clock.advance(5 * 86_400_000 + 1);
    runner.wake();
    await inState(id, 'dead');
    server = await startMailServer();
  });

  it('tries again after a connection that broke off in the middle of the mail', async () => {
    await begin({ data: 'cut' });
    const id = enqueue();
    const waiting = await inState(id, 'waiting');
    expect(waiting.attempts[0]?.error).toMatch(/broke off|closed/i);
    server.behaviour = {};
    clock.advance(30_000);
    runner.wake();
    await inState(id, 'done');
    expect(server.mails).toHaveLength(1);
  });

  it('gives up on a server that is too slow, and keeps the mail', async () => {
    await begin({ delayMs: 60_000 }, { timeoutMs: 150 });
    const id = enqueue();
    const waiting = await inState(id, 'waiting');
    expect(waiting.attempts[0]?.error).toContain('not finished within');
  });

  it('says that the password is wrong, and sends as soon as it is put right', async () => {
    await server.close();
    server = await startMailServer({ account: { user: 'lab', pass: 'right' } });
    const settings = {
      host: '127.0.0.1',
      port: server.port,
      security: 'none' as const,
      from: 'lab@example.org',
      username: 'lab',
    };
    await saveMailServer(lab.kernel, lab.session, { ...settings, password: 'wrong' });
    await begin({}, { firstPauseMs: 60_000 });
    const id = enqueue();
    const waiting = await inState(id, 'waiting');
    expect(waiting.attempts[0]?.error).toContain('refuses the user name or password');
    await saveMailServer(lab.kernel, lab.session, { ...settings, password: 'right' });
    clock.advance(60_000);
    runner.wake();
    await inState(id, 'done');
    const stored = JSON.stringify(lab.kernel.reads().find('setup', { selector: { kind: { $eq: 'mailServer' } } }));
    expect(stored).not.toContain('right');
    expect(stored).not.toContain('password');
  });

  it('keeps mails until a mail server is set up, and sends them as soon as there is one', async () => {
    const saved = lab.kernel.reads().first('setup', { selector: { kind: { $eq: 'mailServer' } } });
    lab.kernel.change(lab.session, (work) => saved && work.remove('setup', saved));
    await begin({}, { firstPauseMs: 60_000 });
    const id = enqueue();
    const waiting = await inState(id, 'waiting');
    expect(waiting.attempts[0]?.error).toContain('No mail server is set up');
    const settings = { host: '127.0.0.1', port: server.port, security: 'none' as const, from: 'lab@example.org' };
    await saveMailServer(lab.kernel, lab.session, settings);
    clock.advance(60_000);
    runner.wake();
    await inState(id, 'done');
  });

  it('refuses to send to what is no address, and never hands it to the server', async () => {
    await begin();
    const id = enqueue({ to: ['maria@example.org\r\nRCPT TO:<thief@example.org>'] });
    const job = await inState(id, 'dead');
    expect(job.attempts[0]?.error).toContain('is not an e-mail address');
    expect(server.mails).toEqual([]);
  });

  it('keeps a message whose attachment could not be made', async () => {
    await begin({}, { attachmentsOf: () => Promise.reject(new Error('the report could not be drawn')) });
    const id = enqueue();
    const waiting = await inState(id, 'waiting');
    expect(waiting.attempts[0]?.error).toBe('the report could not be drawn');
  });

  it('delivers no more than four at the same time', async () => {
    await begin({ delayMs: 30 });
    const ids = Array.from({ length: 20 }, () => enqueue());
    await waitFor(() => ids.every((id) => jobOf(id).state === 'done'));
    expect(server.mostConnections()).toBeLessThanOrEqual(4);
    expect(new Set(server.mails.map((mail) => mail.messageId)).size).toBe(20);
  });
});

describe('the clock', () => {
  it('set back by a day leaves no message behind', async () => {
    await begin({ recipient: (_address, attempt) => (attempt === 1 ? { code: 451, text: 'later' } : undefined) });
    const id = enqueue();
    await inState(id, 'waiting');
    clock.advance(-86_400_000);
    runner.wake();
    await inState(id, 'done');
    const queued = enqueue();
    await inState(queued, 'done');
  });

  it('set forward while a mail is on its way does not send it twice', async () => {
    await begin({ delayMs: 200 }, { leaseMs: 60_000 });
    const id = enqueue();
    await inState(id, 'running');
    clock.advance(10 * 60_000);
    runner.wake();
    await inState(id, 'done');
    expect(server.mails).toHaveLength(1);
    expect(jobOf(id).attempts).toHaveLength(1);
  });
});

describe('closing', () => {
  it('puts a mail on its way back into the queue', async () => {
    await begin({ delayMs: 60_000 });
    const id = enqueue();
    await inState(id, 'running');
    await runner.close();
    expect(jobOf(id)).toMatchObject({ state: 'waiting' });
  });
});
