import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, chromium, type Page } from 'playwright-core';

/** The browser that tests drive. */
export const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';

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
const screenshots = join(import.meta.dirname, 'screenshots');

/** A demo lab in a folder of its own, served by the headless core, and a browser that has it open. */
export interface HeadlessLab {
  /** With the access token. */
  readonly address: string;
  readonly browser: Browser;
  /** A window of its own, 1280 × 720 as the smallest that is supported; what throws in it lands in `errors`. */
  newPage(): Promise<Page>;
  readonly errors: string[];
  close(): Promise<void>;
}

/** Starts the built headless core with the demo lab, and Chromium. */
export async function startHeadlessLab(): Promise<HeadlessLab> {
  const folder = mkdtempSync(join(tmpdir(), 'aliquot-e2e-'));
  const core = spawn(process.execPath, [headless, '--demo', '--data', folder, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await addressOf(core);
  const browser = await chromium.launch({ executablePath: executable, args: flags });
  const errors: string[] = [];
  return {
    address,
    browser,
    errors,
    async newPage() {
      const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
      const page = await context.newPage();
      page.on('pageerror', (error) => errors.push(error.message));
      await page.goto(address);
      return page;
    },
    async close() {
      await browser.close();
      core.kill('SIGTERM');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
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

/** Pictures of a test's steps, numbered in their order. */
export function pictures(name: string): (page: Page, what: string) => Promise<unknown> {
  mkdirSync(screenshots, { recursive: true });
  let number = 0;
  return (page, what) =>
    page.screenshot({ path: join(screenshots, `${name}-${String(++number).padStart(2, '0')}-${what}.png`) });
}

/** Logs in on a fresh window. */
export async function logIn(page: Page, username: string): Promise<void> {
  const password = page.getByRole('textbox', { name: 'Password' });
  await password.waitFor();
  await page.getByRole('textbox').first().fill(username);
  await password.fill('aliquot-demo');
  await page.keyboard.press('Enter');
  await page.getByRole('navigation').first().waitFor();
}

/** Opens a screen by its address. */
export async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#${path}`);
  await page.getByRole('main').waitFor();
}

/** Calls the API as a script does. */
export class Api {
  private readonly base: string;
  private readonly token: string;
  private session = '';

  constructor(address: string) {
    const url = new URL(address);
    this.base = url.origin;
    this.token = new URLSearchParams(url.hash.replace(/^#\/?/, '')).get('token') ?? url.searchParams.get('token') ?? '';
  }

  async logIn(username: string): Promise<void> {
    const { token } = await this.send<{ token: string }>('auth.login', { username, password: 'aliquot-demo' });
    this.session = token;
  }

  ask<T>(procedure: string, input: unknown): Promise<T> {
    return this.call(`${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`, {});
  }

  send<T>(procedure: string, input: unknown): Promise<T> {
    return this.call(procedure, { method: 'POST', body: JSON.stringify(input) });
  }

  private async call<T>(path: string, init: RequestInit): Promise<T> {
    const headers = {
      authorization: `Bearer ${this.token}`,
      'content-type': 'application/json',
      'x-aliquot-session': this.session,
    };
    const answer = (await (await fetch(`${this.base}/api/${path}`, { ...init, headers })).json()) as {
      result?: { data: T };
      error?: unknown;
    };
    if (!answer.result) throw new Error(`${path}: ${JSON.stringify(answer.error)}`);
    return answer.result.data;
  }
}
