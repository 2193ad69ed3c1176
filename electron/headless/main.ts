import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LabError, StorageError } from '../core/kernel/index.ts';
import { openLab } from '../core/lab.ts';
import { accessToken } from './access.ts';
import { serve } from './server.ts';

/** The core under plain Node, with a browser as its screen: `--data <folder> --port <n> --demo`. */
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    port: { type: 'string', default: '4710' },
    demo: { type: 'boolean', default: false },
  },
});

const folder = resolve(values.data ?? join(homedir(), values.demo ? '.aliquot-demo' : '.aliquot'));

try {
  await start();
} catch (error) {
  console.error(wordsOf(error));
  process.exit(1);
}

async function start(): Promise<void> {
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error(`--port takes a number from 0 to 65535, not "${values.port}".`);
  }
  mkdirSync(folder, { recursive: true });
  const lab = await openLab(folder, { mode: 'headless', demo: values.demo });
  const server = await serve(lab, { port, token: accessToken(folder), root: rendererFolder() }).catch(async (error) => {
    await lab.close();
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(`Port ${port} is used by another program. Start with another one: --port <n>.`);
  });
  console.log(`Aliquot is ready. Open ${server.address}`);
  console.log(`Data folder: ${folder}. Ctrl+C stops it.`);
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    console.log('Stopping…');
    await server.close();
    await lab.close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
  process.on('disconnect', () => void stop());
}

/** Beside this file's bundle in the app, in `dist/` when run from sources. */
function rendererFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = [join(here, '../renderer'), join(here, '../../dist/renderer')];
  return candidates.find((candidate) => existsSync(join(candidate, 'index.html'))) ?? join(here, '../renderer');
}

function wordsOf(error: unknown): string {
  if (error instanceof LabError && 'remedy' in error.detail) return `${error.message}\n${error.detail.remedy}`;
  if (error instanceof StorageError) return `${error.message}\n${error.remedy}`;
  return error instanceof Error ? error.message : String(error);
}
