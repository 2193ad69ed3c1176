/**
 * A process of `import.ts`: `<csv or xlsx file>` is uploaded, checked and imported into a demo lab through its API, as the screen
 * does it, while somebody else keeps registering patients. Prints what it took, as JSON.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { chunkBytes } from '../../shared/files/upload.ts';
import { openTestLab } from '../support/open-test-lab.ts';

/** How long the core's thread was held while something went on: milliseconds. */
export interface Held {
  /** Until the phase was over. */
  readonly took: number;
  /** By the clock, whatever else the machine did; by the thread's own processor time. */
  readonly longest: number;
  readonly p99: number;
  readonly longestOwn: number;
}

/** What one import took. */
export interface ImportFigures {
  readonly phases: Readonly<Record<'upload' | 'read' | 'check' | 'import' | 'follow', Held>>;
  readonly imported: number;
  /** Registrations by somebody else meanwhile, milliseconds each, in order of size. */
  readonly registrations: readonly number[];
  /** Bytes beyond what the process had before. */
  readonly memory: number;
}

const resolution = 1;
const [file = ''] = process.argv.slice(2);
const bytes = readFileSync(file);
const lab = await openTestLab();
const api = await lab.as('admin');
const desk = await lab.as('reception');
await lab.lab.kernel.followers.settled();
globalThis.gc?.();
const before = process.memoryUsage.rss();
let most = before;
const phases = {} as { -readonly [P in keyof ImportFigures['phases']]: Held };

async function phase(name: keyof ImportFigures['phases'], work: () => Promise<unknown>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution });
  let own = ownTime();
  let longestOwn = 0;
  const timer = setInterval(() => {
    const now = ownTime();
    longestOwn = Math.max(longestOwn, now - own);
    own = now;
    most = Math.max(most, process.memoryUsage.rss());
  }, resolution);
  delay.enable();
  const began = performance.now();
  await work();
  const took = performance.now() - began;
  delay.disable();
  clearInterval(timer);
  const milliseconds = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolution);
  phases[name] = { took, longest: milliseconds(delay.max), p99: milliseconds(delay.percentile(99)), longestOwn };
}

function ownTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

async function until(id: string, states: readonly string[]): Promise<void> {
  for (;;) {
    const { state, error } = await api.patientImport.get({ id });
    if (state === 'failed') throw new Error(error);
    if (states.includes(state)) return;
    await pause(50);
  }
}

let id = '';
await phase('upload', async () => {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const begun = await api.files.begin({ purpose: 'import', name: basename(file), size: bytes.length, sha256 });
  for (let index = 0; index < begun.count; index++) {
    const part = bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes);
    await api.files.append({ uploadId: begun.uploadId, index, data: part.toString('base64') });
    // Chunks come over a socket, one a turn of the loop.
    await pause(1);
  }
  await api.files.finish({ uploadId: begun.uploadId });
  id = (await api.patientImport.open({ uploadId: begun.uploadId })).id;
});
await phase('read', () => until(id, ['read']));
const { settings } = await api.patientImport.get({ id });
await phase('check', async () => {
  await api.patientImport.check({ id, settings });
  await until(id, ['checked']);
});
const [refused] = await api.patientImport.refused({ id, after: 0, limit: 1 });
if (refused)
  throw new Error(`row ${refused.row} is refused: ${refused.errors.map(({ message }) => message).join(', ')}`);

const registrations: number[] = [];
await phase('import', async () => {
  await api.patientImport.run({ id });
  let going = true;
  const registering = (async () => {
    for (let number = 0; going; number++) {
      const began = performance.now();
      await desk.patients.register({
        fullName: `Walk In ${number}`,
        sex: 'female',
        dateOfBirth: '1990',
        consent: { sms: false, whatsapp: false, email: false },
      });
      registrations.push(performance.now() - began);
      await pause(100);
    }
  })();
  await until(id, ['done']);
  going = false;
  await registering;
});
await phase('follow', () => lab.lab.kernel.followers.settled());
const { imported } = await api.patientImport.get({ id });
const figures: ImportFigures = {
  phases,
  imported,
  registrations: registrations.toSorted((a, b) => a - b),
  memory: most - before,
};
console.log(JSON.stringify(figures));
await lab.dispose();
process.exit(0);
