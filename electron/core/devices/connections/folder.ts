import { mkdir, readdir, readFile, rename, stat } from 'node:fs/promises';
import { join, parse } from 'node:path';
import type { DeviceConnection } from '../../../../shared/setup/schema.ts';
import type { LineEvents, Transport } from './transport.ts';

const lookEveryMs = 1000;
const mostBytes = 32 * 1024 * 1024;
const tables = new Set(['.csv', '.txt', '.tsv', '.xlsx']);

interface Seen {
  readonly size: number;
  readonly changedMs: number;
  /** When it was first seen so. */
  readonly since: number;
}

/**
 * A folder into which an instrument's software writes files. A file is taken when it did not change for a while, moved to
 * `done` or `failed` only after what was in it is durable, and never taken twice: one that could not be moved is known
 * again by its name and content. It is looked at by the clock, since network shares tell of no changes.
 */
export function watchFolder(
  { path, quietSeconds }: Extract<DeviceConnection, { kind: 'folder' }>,
  events: LineEvents,
): Transport {
  let seen = new Map<string, Seen>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let told: string | undefined;
  const tell = (message: string | undefined) => {
    if (message !== told) events.waiting(message);
    told = message;
  };

  const take = async (name: string): Promise<void> => {
    const content = await readFile(join(path, name));
    const outcome = await events.file(name, content);
    await moveTo(path, outcome, name);
  };

  const look = async (): Promise<void> => {
    const found = await filesIn(path);
    const now = performance.now();
    const next = new Map<string, Seen>();
    for (const [name, { size, changedMs }] of found) {
      const before = seen.get(name);
      const same = before?.size === size && before.changedMs === changedMs;
      next.set(name, { size, changedMs, since: same ? before.since : now });
    }
    seen = next;
    const troubles: string[] = [];
    for (const [name, { size, since }] of seen) {
      if (closed) return;
      // An empty file is one that was only just made.
      if (size === 0 || now - since < quietSeconds * 1000) continue;
      try {
        if (size > mostBytes) await moveTo(path, 'failed', name);
        else await take(name);
        seen.delete(name);
      } catch (error) {
        troubles.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    tell(troubles.length > 0 ? `Files could not be taken and are tried again: ${troubles.join('; ')}` : undefined);
  };

  const round = async (): Promise<void> => {
    try {
      await look();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      tell(`Cannot read the folder ${path}: ${reason}. Check that it exists and may be read; it is tried again.`);
    }
    if (closed) return;
    timer = setTimeout(() => {
      working = round();
    }, lookEveryMs);
    timer.unref();
  };
  let working = round();
  return {
    port: undefined,
    async close() {
      closed = true;
      clearTimeout(timer);
      await working;
    },
  };
}

async function filesIn(path: string): Promise<[string, { size: number; changedMs: number }][]> {
  const entries = await readdir(path, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && tables.has(parse(entry.name).ext.toLowerCase()));
  const names = files.map((entry) => entry.name).filter((name) => !name.startsWith('.') && !name.startsWith('~$'));
  const states = await Promise.all(
    names.map((name) =>
      stat(join(path, name)).then(
        ({ size, mtimeMs }) => [name, { size, changedMs: mtimeMs }] as const,
        // Gone between the listing and the look.
        () => undefined,
      ),
    ),
  );
  const present = states.flatMap((state) =>
    state ? [[...state] as [string, { size: number; changedMs: number }]] : [],
  );
  return present.sort(([, one], [, other]) => one.changedMs - other.changedMs);
}

/** Moves a file aside; one of the same name that lies there already stays. */
async function moveTo(path: string, outcome: 'done' | 'failed', name: string): Promise<void> {
  const folder = join(path, outcome);
  await mkdir(folder, { recursive: true });
  const { name: base, ext } = parse(name);
  let target = join(folder, name);
  for (let number = 2; await exists(target); number++) target = join(folder, `${base} (${number})${ext}`);
  await rename(join(path, name), target);
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
