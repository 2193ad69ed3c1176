import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** What the command line asks of the app. */
export interface Arguments {
  /** The data folder as given, when given. */
  readonly data: string | undefined;
  readonly demo: boolean;
}

/** Reads our options out of a command line that also holds Chromium's and Electron's own, which are skipped. */
export function parseArguments(argv: readonly string[]): Arguments {
  let data: string | undefined;
  let demo = false;
  for (const [index, argument] of argv.entries()) {
    if (argument === '--demo') demo = true;
    else if (argument === '--data') data = argv[index + 1];
    else if (argument.startsWith('--data=')) data = argument.slice('--data='.length);
  }
  return { data: data === '' || data?.startsWith('--') ? undefined : data, demo };
}

/** Where a start keeps what. */
export interface Folders {
  /** The laboratory's data; the core owns it. */
  readonly data: string;
  /** Chromium's profile and the window state. One for each data folder, as the single-instance lock lives here. */
  readonly profile: string;
}

/**
 * The folders of a start.
 * @param home the system's folder for this app's data
 * @param cwd what a relative --data is relative to
 */
export function foldersFor(options: Arguments, home: string, cwd: string): Folders {
  if (options.data === undefined) {
    const name = options.demo ? 'demo' : 'lab';
    return { data: join(home, name), profile: join(home, 'profiles', name) };
  }
  const data = resolve(cwd, options.data);
  const key = createHash('sha256').update(canonical(data)).digest('hex').slice(0, 16);
  return { data, profile: join(home, 'profiles', key) };
}

/** One name for one folder, however it was written. */
function canonical(folder: string): string {
  let real = folder;
  try {
    real = realpathSync(folder);
  } catch {
    // Not there yet: the core makes it, and the name as given is the only one it has.
  }
  return process.platform === 'win32' ? real.toLowerCase() : real;
}
