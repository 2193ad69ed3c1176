import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../support/wait-for.ts';

/** A cable between two serial ports that are none. */
export interface PseudoTerminals {
  /** For the laboratory. */
  readonly laboratory: string;
  /** For the analyzer. */
  readonly analyzer: string;
  remove(): void;
}

/** Whether this machine can make them: `socat` has to be there. */
export const hasSocat = spawnSync('socat', ['-V'], { stdio: 'ignore' }).status === 0;

/** Makes a pair of pseudo-terminals, named in the folder. */
export async function pseudoTerminals(folder: string, name: string): Promise<PseudoTerminals> {
  const laboratory = join(folder, `${name}-laboratory`);
  const analyzer = join(folder, `${name}-analyzer`);
  const child = spawn('socat', [`pty,raw,echo=0,link=${laboratory}`, `pty,raw,echo=0,link=${analyzer}`], {
    stdio: 'ignore',
  });
  await waitFor(() => existsSync(laboratory) && existsSync(analyzer));
  return { laboratory, analyzer, remove: () => child.kill() };
}
