import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedAnalyzer, startSimulatedAnalyzer } from '../../electron/demo/simulator/analyzer.ts';
import { go, logIn, screenshots, statusBar, step } from './chain.ts';
import { executable, type HeadlessLab, startHeadlessLab } from './headless.ts';

const waitMs = 60_000;
const host = '127.0.0.1';
/** A blood count of the demo laboratory that was collected and that no other analyzer has measured. */
const accession = 'A00000010J';

let lab: HeadlessLab;
let analyzer: SimulatedAnalyzer;

/** An instrument that waits to be called; on a given port, or a free one. */
const instrument = (port = 0) =>
  startSimulatedAnalyzer({ driver: 'mindray-bc', end: { kind: 'server', host, port }, log: () => undefined });

describe.skipIf(!existsSync(executable))(`a technician's hour in Chromium (${executable})`, () => {
  beforeAll(async () => {
    lab = await startHeadlessLab();
    analyzer = await instrument();
  });
  afterAll(async () => {
    await analyzer?.stop();
    await lab?.close();
  });

  it('cables an analyzer, teaches its codes, assigns an unknown sample, sees it go and come back, and releases the queue', async () => {
    const page = await lab.browser.newPage({ viewport: { width: 1280, height: 720 } });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.setDefaultTimeout(waitMs);
    mkdirSync(screenshots, { recursive: true });
    let pictures = 0;
    const shot = (what: string) =>
      page.screenshot({ path: join(screenshots, `technician-${String(++pictures).padStart(2, '0')}-${what}.png`) });
    await page.goto(lab.address);
    try {
      await step('log in', () => logIn(page));
      const id = await step('cable an analyzer', () => cable(page, shot));
      await step('teach its codes', () => teach(page, id, shot));
      await step('assign the unknown sample', () => assign(page, shot));
      await step('see it go and come back', () => goesAndComesBack(page, shot));
      await step('release the queue', () => releaseQueue(page, shot));
    } catch (error) {
      await shot('failed').catch(() => undefined);
      throw error;
    }
    expect(errors).toEqual([]);
  });
});

type Shot = (what: string) => Promise<unknown>;

/** Adds the analyzer with the wizard, by keyboard, and has it send a sample that nobody knows. */
async function cable(page: Page, shot: Shot): Promise<string> {
  await go(page, '/analyzers');
  await page.getByRole('grid').waitFor();
  await page.keyboard.press('F2');
  const dialog = page.getByRole('dialog');
  const driver = dialog.getByLabel('Driver');
  await driver.waitFor();
  await driver.fill('mindray bc');
  await page
    .getByRole('option', { name: /Mindray BC/ })
    .first()
    .click();
  await dialog.getByText('To set on the instrument').waitFor();
  await dialog.getByLabel('Name').fill('Night bench BC');
  await shot('instrument');
  await page.keyboard.press('Control+Enter');
  await dialog.getByLabel('Connection').last().click();
  await page.getByRole('option', { name: /This PC calls the analyzer/ }).click();
  await dialog.getByLabel('Address').fill(host);
  await dialog.getByLabel('Port').fill('70000');
  await page.keyboard.press('F8');
  // What the core refuses stands at its field.
  await dialog.getByRole('alert').waitFor();
  await shot('refused');
  await dialog.getByLabel('Port').fill(String(analyzer.port));
  await page.keyboard.press('F8');
  await dialog.getByText('Connected, and nothing was sent yet').waitFor();
  await shot('connected');
  await analyzer.sendFor('LOST-1', ['4544-3', '787-2', '785-6']);
  await dialog.getByText('It works; some codes have no parameter yet').waitFor();
  await dialog.getByRole('cell', { name: '787-2' }).waitFor();
  await shot('tried-out');
  await page.keyboard.press('Control+Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('row', { name: /Night bench BC/ }).click();
  await page.waitForURL(/analyzers\/[^?]+/);
  const [, id] = /analyzers\/([^?/]+)/.exec(page.url()) ?? [];
  if (!id) throw new Error(`No analyzer in ${page.url()}`);
  return id;
}

/** Maps one code by hand and the rest as suggested. */
async function teach(page: Page, id: string, shot: Shot): Promise<void> {
  await go(page, `/analyzers/${id}?tab=codes`);
  await page.getByText('Codes seen and not mapped').waitFor();
  await shot('unmapped');
  const row = page.getByRole('row', { name: /^4544-3/ });
  await row.getByLabel('Parameter 4544-3').waitFor();
  await row.getByLabel('Factor 4544-3').focus();
  await page.keyboard.press('Enter');
  await page.getByText(/^Taught/).waitFor();
  await page.keyboard.press('F8');
  await page.getByText(/codes mapped/).waitFor();
  await page.getByText('Codes seen and not mapped').waitFor({ state: 'detached' });
  await shot('mapped');
}

/** The results of the sample that nobody knows go to a blood count that was collected. */
async function assign(page: Page, shot: Shot): Promise<void> {
  await go(page, '/holding');
  const rows = page.getByRole('row', { name: /LOST-1/ });
  await rows.first().waitFor();
  await expect.poll(() => rows.count(), { timeout: waitMs }).toBe(3);
  for (const box of await rows.getByRole('checkbox').all()) await box.check();
  await shot('held');
  await page.keyboard.press('F2');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill(accession);
  await page.getByRole('option', { name: /CBC/ }).waitFor();
  await shot('assign');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await rows.first().waitFor({ state: 'detached' });
}

/** The cable is pulled and plugged in again: the status bar says both. */
async function goesAndComesBack(page: Page, shot: Shot): Promise<void> {
  const { port } = analyzer;
  await expect.poll(() => statusBar(page), { timeout: waitMs }).toContain('Night bench BC');
  // The sign before a name is a picture of its own for each state; the demo's chemistry analyzer is connected all along.
  const signOf = (name: string) =>
    page
      .locator('footer')
      .getByRole('button', { name: new RegExp(name) })
      .locator('> *')
      .first()
      .evaluate((node) => node.outerHTML);
  const looksConnected = async () => (await signOf('Night bench BC')) === (await signOf('Chemistry BS-240'));
  await expect.poll(looksConnected, { timeout: waitMs }).toBe(true);
  await analyzer.stop();
  await expect.poll(looksConnected, { timeout: waitMs }).toBe(false);
  await shot('gone');
  analyzer = await instrument(port);
  await expect.poll(() => analyzer.isConnected, { timeout: waitMs }).toBe(true);
  await expect.poll(looksConnected, { timeout: waitMs }).toBe(true);
  await shot('back');
}

/** The results of the sample that was unknown wait with all others, and are released without the mouse. */
async function releaseQueue(page: Page, shot: Shot): Promise<void> {
  await go(page, '/validation');
  const group = page.getByRole('button', { name: new RegExp(accession) });
  await group.waitFor();
  await group.focus();
  await page.keyboard.press('Enter');
  await shot('queue');
  await lookAtPictures(page, shot);
  await page.keyboard.press('Control+Enter');
  await group.waitFor({ state: 'detached' });
  await shot('released');
}

/** From a value back to its message, and through the pictures of its sample, without the mouse. */
async function lookAtPictures(page: Page, shot: Shot): Promise<void> {
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('F6');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Enlarge WBC Histogram' }).focus();
  await page.keyboard.press('Enter');
  await dialog.getByRole('img', { name: /WBC Histogram: histogram of 128 channels/ }).waitFor();
  await page.keyboard.press('ArrowLeft');
  await dialog.getByRole('img', { name: 'WBC DIFF Scattergram' }).waitFor();
  await shot('scattergram');
  await page.keyboard.press('Escape');
  await dialog.getByText('LOST-1').first().waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
}
