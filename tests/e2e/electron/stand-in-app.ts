import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { buildShell } from './launch.ts';

const STAND_IN = join(import.meta.dirname, 'stand-in');

/** What stand-in/page.js offers to tests. */
interface StandInPage {
  readonly state: { ports: number; lost: number };
  ask(question: string): Promise<Record<string, unknown>>;
  tell(order: string): void;
}

declare global {
  interface Window {
    standIn: StandInPage;
  }
}

/** The real main and preload with a stand-in core, helper and page: a folder to start Electron with. */
export async function buildStandInApp(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'aliquot-shell-'));
  await buildShell(folder);
  cpSync(join(STAND_IN, 'core.js'), join(folder, 'node', 'process.js'));
  cpSync(join(STAND_IN, 'simulator.js'), join(folder, 'node', 'simulator.js'));
  for (const name of ['index.html', 'page.js']) cpSync(join(STAND_IN, name), join(folder, 'renderer', name));
  return folder;
}

/** A fresh data folder; the stand-in core writes its log there and reads its orders there. */
export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aliquot-data-'));
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The lines that the stand-in core has written, of its life or of its connections (one window id a line). */
export function coreLog(folder: string, name: 'core' | 'connections' = 'core'): string[] {
  const file = join(folder, `${name}.log`);
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

/** Forgets what the stand-in core has written. */
export function wipeLogs(folder: string): void {
  for (const name of ['core', 'connections']) rmSync(join(folder, `${name}.log`), { force: true });
}

/** Waits until a page has got so many ports since it was loaded, and gives who answers over the newest. */
export async function connected(page: Page, ports = 1): Promise<Record<string, unknown>> {
  await page.waitForFunction((wanted) => window.standIn?.state.ports >= wanted, ports);
  return page.evaluate(() => window.standIn.ask('who'));
}
