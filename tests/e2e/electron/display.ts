import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A screen for windows: the one there is, or a virtual one of its own. */
export interface Display {
  /** For the DISPLAY variable. */
  readonly name: string;
  close(): void;
}

/**
 * The display of the environment, or a fresh Xvfb on a display number that it finds free itself. Rejects with what is
 * missing when there is neither.
 */
export async function openDisplay(): Promise<Display> {
  const existing = process.env.DISPLAY;
  if (existing !== undefined && existing !== '') return { name: existing, close: () => {} };
  const server = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const end = (): boolean => server.kill();
  // A test run that is broken off must not leave screens behind.
  process.once('exit', end);
  const close = (): void => {
    process.off('exit', end);
    end();
  };
  return { name: `:${await firstLine(server)}`, close };
}

function firstLine(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', () => reject(new Error('No DISPLAY is set and Xvfb is not installed (package xvfb)')));
    server.once('exit', (code) => reject(new Error(`Xvfb stopped at once (exit code ${code})`)));
    if (server.stdout) createInterface(server.stdout).once('line', resolve);
  });
}
