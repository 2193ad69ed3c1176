import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { saveMailServer } from '../../../electron/core/communications/mail-server.ts';
import { startMailServer } from '../../support/mail-server.ts';
import { openTestKernel } from '../../support/test-kernel.ts';
import { waitFor } from '../../support/wait-for.ts';

const child = fileURLToPath(new URL('./kill-child.ts', import.meta.url));

async function startStation(folder: string): Promise<ChildProcess> {
  const station = spawn(process.execPath, [child, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (station.stdout) await once(station.stdout, 'data');
  return station;
}

it('a station killed again and again between taking a mail and recording it loses none', {
  timeout: 60_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aliquot-kill-'));
  const server = await startMailServer({ behaviour: { delayMs: 3 } });
  const count = 60;
  const first = await openTestKernel({ folder });
  await saveMailServer(first.kernel, first.session, {
    host: '127.0.0.1',
    port: server.port,
    security: 'none',
    from: 'lab@example.org',
  });
  first.kernel.change(first.session, (work) => {
    for (let n = 0; n < count; n++) {
      const payload = { to: [`p${n}@example.org`], subject: 's', text: 't', reportIds: [] };
      work.enqueue({ channel: 'email', title: `Mail ${n}`, payload, maxAttempts: 50 });
    }
  });
  await first.dispose();

  const recipients = () => new Set(server.mails.flatMap((mail) => mail.to));
  let kills = 0;
  for (; kills < 4; kills++) {
    const station = await startStation(folder);
    const before = server.mails.length;
    await waitFor(() => server.mails.length > before + 2 || recipients().size === count, { every: 1 });
    station.kill('SIGKILL');
    await once(station, 'exit');
  }
  const last = await startStation(folder);
  await waitFor(() => recipients().size === count, { timeout: 30_000 });
  last.kill('SIGKILL');
  await once(last, 'exit');

  const after = await openTestKernel({ folder });
  const delivered = new Set(server.mails.map((mail) => mail.messageId));
  const jobs = after.kernel.reads().find('jobs', { selector: {} });
  expect(jobs).toHaveLength(count);
  // A mail that was sent twice around a kill is recognised by its Message-ID; there is at most one such a lane and kill.
  expect(delivered).toEqual(new Set(jobs.map((job) => `<job-${job.id}@example.org>`)));
  expect(server.mails.length - delivered.size).toBeLessThanOrEqual((kills + 1) * 4);
  for (const job of jobs) expect(['done', 'running', 'waiting']).toContain(job.state);
  await after.dispose();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});
