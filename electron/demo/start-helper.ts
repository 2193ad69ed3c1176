import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A helper program that runs. */
export interface Helper {
  stop(): void;
}

/** Starts a helper program by its name; tells what it prints, line by line, and when it ended. */
export type StartHelper = (
  name: HelperName,
  args: string[],
  on: { line: (line: string) => void; exited: (code: number) => void },
) => Helper;

export type HelperName = 'simulator' | 'head-office' | 'mail-sink';

const sources: Readonly<Record<HelperName, string>> = {
  simulator: './simulator/main.ts',
  'head-office': './head-office.ts',
  'mail-sink': './mail-sink.ts',
};

/** Starts helpers as child processes of Node. Electron's core has main start them instead (electron/core/process.ts). */
export const startNodeHelper: StartHelper = (name, args, on) => {
  const file = import.meta.url.endsWith('.ts') ? sources[name] : `./${name}.js`;
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  createInterface({ input: child.stdout }).on('line', on.line);
  child.once('error', () => on.exited(-1));
  child.once('exit', (code) => on.exited(code ?? -1));
  // A helper must not outlive whoever started it, however that one ends.
  const killIt = () => child.kill();
  process.once('exit', killIt);
  return {
    stop() {
      process.off('exit', killIt);
      child.kill();
    },
  };
};
