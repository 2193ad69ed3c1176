import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createJobRunner,
  createMessagesRouter,
  type JobRunner,
  sendReports,
} from '../../../electron/core/communications/index.ts';
import { toApiError } from '../../../electron/core/kernel/index.ts';
import type { Bill } from '../../../shared/billing/schema.ts';
import type { Job } from '../../../shared/communications/job.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import { loggedInAs, notLoggedIn } from '../../support/api-context.ts';
import { startMailServer } from '../../support/mail-server.ts';
import { sampleBill, samplePatient, sampleReport } from '../../support/samples.ts';
import { openTestKernel, type TestKernel } from '../../support/test-kernel.ts';

let lab: TestKernel;
let runner: JobRunner;

beforeEach(async () => {
  lab = await openTestKernel();
  runner = createJobRunner(lab.kernel, { attachmentsOf: async () => [] });
});

afterEach(async () => {
  await runner.close();
  await lab.dispose();
});

const caller = (...permissions: Parameters<typeof loggedInAs>[1]) =>
  createMessagesRouter(runner).createCaller(loggedInAs(lab, permissions));

function addJob(n: number, change: Partial<Job> = {}): string {
  const payload = { to: [`p${n}@example.org`], subject: 's', text: 't', reportIds: [] };
  return lab.kernel.change(lab.session, (work) => {
    const job = work.enqueue({ channel: 'email', title: `Mail ${n}`, payload });
    return work.update('jobs', job, change).id;
  });
}

const apiError = async (call: Promise<unknown>) => {
  try {
    await call;
  } catch (error) {
    return toApiError(error, lab.kernel);
  }
  throw new Error('expected an error');
};

describe('the message queue on screen', () => {
  it('is listed page by page, newest first, and by state', async () => {
    for (let n = 0; n < 7; n++)
      addJob(n, n % 2 ? { state: 'dead', attempts: [{ at: '2026-01-05T08:00:00.000Z', error: `no ${n}` }] } : {});
    const api = caller('message.read');
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.list({ limit: 3, cursor });
      seen.push(...page.rows.map((row) => row.title));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(['Mail 6', 'Mail 5', 'Mail 4', 'Mail 3', 'Mail 2', 'Mail 1', 'Mail 0']);
    const { rows } = await api.list({ state: 'dead', limit: 50 });
    expect(rows.map((row) => row.error)).toEqual(['no 5', 'no 3', 'no 1']);
    expect(rows[0]).toMatchObject({ to: ['p5@example.org'], channelName: 'E-mail', attemptCount: 1 });
    expect(await api.counts()).toEqual({ waiting: 4, failed: 3 });
  });

  it('costs the same number of statements for 10 and for 200 rows', async () => {
    const cost = async () => {
      const context = loggedInAs(lab, ['message.read']);
      await createMessagesRouter(runner).createCaller(context).list({ limit: 200 });
      return context.counter.statements;
    };
    for (let n = 0; n < 10; n++) addJob(n);
    const ten = await cost();
    for (let n = 10; n < 200; n++) addJob(n);
    expect(await cost()).toBe(ten);
  });

  it('lets a person with the right retry a dead message and cancel a waiting one', async () => {
    const dead = addJob(1, {
      state: 'dead',
      attempts: Array.from({ length: 30 }, () => ({ at: '2026-01-05T08:00:00.000Z', error: 'no' })),
    });
    const waiting = addJob(2, { state: 'waiting' });
    const api = caller('message.read', 'message.retry');
    expect(await api.retry({ id: dead })).toMatchObject({ state: 'queued', attemptCount: 20, maxAttempts: 28 });
    expect(await api.cancel({ id: waiting })).toMatchObject({ state: 'cancelled', error: 'cancelled' });
    expect((await apiError(api.cancel({ id: waiting }))).kind).toBe('conflict');
    expect((await apiError(api.retry({ id: dead }))).kind).toBe('conflict');
  });

  it('does not cancel what is being sent', async () => {
    const id = addJob(1, { state: 'running' });
    expect(await apiError(caller('message.retry').cancel({ id }))).toMatchObject({
      kind: 'busy',
      remedy: expect.any(String),
    });
  });

  it('refuses who lacks the right or a log-in', async () => {
    const id = addJob(1, { state: 'dead' });
    expect((await apiError(caller('message.read').retry({ id }))).kind).toBe('forbidden');
    expect((await apiError(caller('patient.read').list({ limit: 10 }))).kind).toBe('forbidden');
    const stranger = createMessagesRouter(runner).createCaller(notLoggedIn(lab));
    expect((await apiError(stranger.list({ limit: 10 }))).kind).toBe('unauthenticated');
  });
});

describe('the mail server on screen', () => {
  const settings = {
    host: '127.0.0.1',
    port: 25,
    security: 'none' as const,
    from: 'Lab <lab@example.org>',
    username: 'lab',
  };

  it('is saved without ever showing its password', async () => {
    const api = caller('setup.read', 'setup.update');
    expect(await api.mailServer()).toBeNull();
    const shown = await api.saveMailServer({ ...settings, password: 'geheim-1234' });
    expect(shown).toEqual({ ...settings, hasPassword: true });
    expect(JSON.stringify(lab.kernel.database.engine.all('SELECT * FROM sqlite_master'))).not.toContain('geheim-1234');
    const kept = await api.saveMailServer({ ...settings, port: 26 });
    expect(kept).toMatchObject({ port: 26, hasPassword: true });
    const removed = await api.saveMailServer({ ...settings, password: '' });
    expect(removed).toMatchObject({ hasPassword: false });
    const documents = lab.kernel.reads().find('setup', { selector: { kind: { $eq: 'mailServer' } } });
    expect(documents).toHaveLength(1);
  });

  it('refuses a sender that is no address, naming the field', async () => {
    const error = await apiError(caller('setup.update').saveMailServer({ ...settings, from: 'Central Lab' }));
    expect(error).toMatchObject({ kind: 'validation', errors: [{ field: 'from', code: 'notAnAddress' }] });
  });

  it('is tried with a mail, and says in words what is wrong', async () => {
    const server = await startMailServer();
    const api = caller('setup.read', 'setup.update');
    expect(await api.testMail({ to: 'me@example.org' })).toMatchObject({
      delivered: false,
      reason: expect.stringContaining('No mail server'),
    });
    await api.saveMailServer({ ...settings, port: server.port, username: undefined });
    expect(await api.testMail({ to: 'me@example.org' })).toEqual({ delivered: true });
    expect(server.mails[0]?.raw).toContain('Test mail of Test laboratory');
    await server.close();
    expect(await api.testMail({ to: 'me@example.org' })).toMatchObject({
      delivered: false,
      reason: expect.stringContaining('refused'),
    });
    expect((await apiError(api.testMail({ to: 'a@b.c\r\nBcc: x@y.z' }))).kind).toBe('validation');
  });
});

describe('sending released reports', () => {
  const mail = (patient: Partial<Patient>) => ({
    patient: samplePatient({ email: 'maria@example.org', ...patient }),
    bill: sampleBill() as Bill,
    reports: [sampleReport(), sampleReport({ id: '019b0000-0000-7000-8000-000000000009', testName: 'TSH' })],
  });

  it('queues one mail that names the reports, in the same commit as its activity', () => {
    const outcome = lab.kernel.change(lab.session, (work) => sendReports(work, mail({})));
    expect(outcome).toEqual({ queued: true });
    const [job] = lab.kernel.reads().find('jobs', { selector: {} });
    expect(job).toMatchObject({
      channel: 'email',
      title: 'Report Blood count, TSH to Maria Silva',
      payload: {
        to: ['maria@example.org'],
        reportIds: ['019b0000-0000-7000-8000-000000000001', '019b0000-0000-7000-8000-000000000009'],
      },
    });
    expect(lab.kernel.reads().count('activity', { selector: { action: { $eq: 'message.queued' } } })).toBe(1);
  });

  it('queues nothing without consent, and says why of every channel', () => {
    const patient = { consent: { sms: true, whatsapp: false, email: false } };
    const outcome = lab.kernel.change(lab.session, (work) => sendReports(work, mail(patient)));
    expect(outcome).toEqual({
      queued: false,
      reason:
        'Text message: no provider is set up for it; WhatsApp: the patient has not agreed to it; E-mail: the patient has not agreed to it',
    });
    expect(lab.kernel.reads().count('jobs', { selector: {} })).toBe(0);
  });
});
