import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, chromium } from 'playwright-core';

/** The Chromium that the tests drive. */
export const chromiumFile = process.env.CHROMIUM ?? '/usr/bin/chromium';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const headless = join(import.meta.dirname, '../../dist/node/headless.js');

/** A demo laboratory served by a headless core of its own, with a browser. */
export interface HeadlessLab {
  readonly browser: Browser;
  /** With its access token. */
  readonly address: string;
  close(): Promise<void>;
}

/** Starts the built headless core on a fresh data folder, and Chromium. */
export async function openHeadlessLab(): Promise<HeadlessLab> {
  const folder = mkdtempSync(join(tmpdir(), 'aliquot-e2e-'));
  const core = spawn(process.execPath, [headless, '--demo', '--data', folder, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await addressOf(core);
  const browser = await chromium.launch({ executablePath: chromiumFile, args: flags });
  return {
    browser,
    address,
    async close() {
      await browser.close();
      core.kill('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function addressOf(core: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    core.once('exit', (code) => reject(new Error(`the core ended with ${code}`)));
    if (!core.stdout) return reject(new Error('no output'));
    createInterface({ input: core.stdout }).on('line', (line) => {
      const [found] = /http:\/\/\S+/.exec(line) ?? [];
      if (found) resolve(found);
    });
  });
}
