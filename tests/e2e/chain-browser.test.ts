import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runChain } from './chain.ts';

const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const folder = mkdtempSync(join(tmpdir(), 'aliquot-e2e-'));
const headless = join(import.meta.dirname, '../../dist/node/headless.js');

let core: ChildProcess;
let browser: Browser;
let address: string;

describe.skipIf(!existsSync(executable))(`the main job in Chromium against the headless core (${executable})`, () => {
  beforeAll(async () => {
    core = spawn(process.execPath, [headless, '--demo', '--data', folder, '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    address = await new Promise<string>((resolve, reject) => {
      core.once('exit', (code) => reject(new Error(`the core ended with ${code}`)));
      if (!core.stdout) return reject(new Error('no output'));
      createInterface({ input: core.stdout }).on('line', (line) => {
        const [found] = /http:\/\/\S+/.exec(line) ?? [];
        if (found) resolve(found);
      });
    });
    browser = await chromium.launch({ executablePath: executable, args: flags });
  });
  afterAll(async () => {
    await browser?.close();
    core?.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });

  it('goes from registration to the mailed report offline, and head office has it when the line is mended', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(address);
    await runChain(page, 'browser');
    expect(errors).toEqual([]);
  });
});
