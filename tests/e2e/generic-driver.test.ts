import { existsSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AnalyzerLine, astmFrames } from '../support/analyzer-line.ts';
import { Api, executable, go, type HeadlessLab, logIn, pictures, startHeadlessLab } from './headless.ts';

const waitMs = 20_000;
/** A blood count of the demo laboratory that was collected and that no other analyzer has measured. */
const accession = 'A00000010J';
const shot = pictures('generic');

let lab: HeadlessLab;
let api: Api;
let line: AnalyzerLine | undefined;

/** The sample id in the patient record, the code in component 5, value and unit in what the standard has for flags. */
const odd = (results: readonly (readonly [code: string, value: string, unit: string])[]) =>
  astmFrames([
    'H|\\^&|||ODD^2',
    `P|1|PID-7||rack 3^${accession}^y`,
    'O|1|run 17',
    ...results.map(([code, value, unit], index) => `R|${index + 1}|1^^^7^${code}|final|||${value}^${unit}`),
    'L|1|N',
  ]);

describe.skipIf(!existsSync(executable))(`an instrument nobody wrote a driver for in Chromium (${executable})`, () => {
  beforeAll(async () => {
    lab = await startHeadlessLab();
    api = new Api(lab.address);
    await api.logIn('admin');
  });
  afterAll(async () => {
    line?.close();
    await lab?.close();
  });

  it('works the same day: cabled by the wizard, its message mapped on the screen, read again, and in the queue', async () => {
    const page = await lab.newPage();
    page.setDefaultTimeout(waitMs);
    await logIn(page, 'admin');
    try {
      const id = await cable(page);
      await sayWhatIsWhat(page);
      await readAgain(page);
      await teach(page, id);
      await seeQueue(page);
    } catch (error) {
      await shot(page, 'failed').catch(() => undefined);
      throw error;
    }
    expect(lab.errors).toEqual([]);
  });
});

/** Adds the analyzer with the wizard; what it sends is read, but not understood. */
async function cable(page: Page): Promise<string> {
  await go(page, '/analyzers');
  await page.getByRole('grid').waitFor();
  await page.keyboard.press('F2');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Driver').fill('generic astm');
  await page.getByRole('option', { name: 'Generic ASTM' }).first().click();
  await dialog.getByLabel('Name').fill('Odd analyzer');
  await page.keyboard.press('Control+Enter');
  await dialog.getByRole('textbox', { name: 'Address' }).fill('127.0.0.1');
  await dialog.getByRole('textbox', { name: 'Port' }).fill('70000');
  await page.keyboard.press('F8');
  await dialog
    .getByRole('alert')
    .getByText(/Port: Enter a whole number from 0 to 65535/)
    .waitFor();
  await dialog.getByRole('textbox', { name: 'Port' }).fill('0');
  await page.keyboard.press('F8');
  await dialog.getByText('The instrument has not called yet').waitFor();
  const devices = await api.ask<{ id: string; name: string; live?: { port?: number } }[]>('devices.list', undefined);
  const device = devices.find(({ name }) => name === 'Odd analyzer');
  if (!device?.live?.port) throw new Error('The analyzer does not listen');
  line = await AnalyzerLine.open(device.live.port);
  await line.sendAstm(
    odd([
      ['W', '8.13', '10*3/uL'],
      ['H', '11.4', 'g/dL'],
    ]),
  );
  await dialog.getByRole('link', { name: 'Say what is what' }).waitFor();
  await shot(page, 'test');
  await dialog.getByRole('link', { name: 'Say what is what' }).click();
  await page.waitForURL(/tab=map/);
  return device.id;
}

/** Names the four places, by keyboard after the first; the reading follows at once. */
async function sayWhatIsWhat(page: Page): Promise<void> {
  const grid = page.getByRole('grid', { name: 'Fields of the message' });
  const reading = page.getByRole('region', { name: 'Read with this map' });
  await grid.waitFor();
  await shot(page, 'message');
  const isA = async (place: string, key: string) => {
    await grid
      .getByRole('row')
      .filter({ has: page.getByText(place, { exact: true }) })
      .first()
      .click();
    await page.getByRole('dialog', { name: 'What is this?' }).waitFor();
    await page.keyboard.press(key);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  };
  await isA('P-5.2', '1');
  await isA('R-3.5', '2');
  await isA('R-7.1', '3');
  await isA('R-7.2', '4');
  const row = reading.getByRole('row').filter({ hasText: '8.13' });
  await expect.poll(() => row.allInnerTexts(), { timeout: waitMs }).toEqual([`${accession}\tW\t8.13\t10*3/uL\tPID-7`]);
  await page.getByRole('button', { name: 'Undo: Unit' }).click();
  await expect.poll(() => row.allInnerTexts(), { timeout: waitMs }).toEqual([`${accession}\tW\t8.13\t\tPID-7`]);
  await isA('R-7.2', '4');
  await expect.poll(() => row.allInnerTexts(), { timeout: waitMs }).toEqual([`${accession}\tW\t8.13\t10*3/uL\tPID-7`]);
  await shot(page, 'mapped');
}

/** Saves, and reads again what came before the map was there; the line stayed open all along. */
async function readAgain(page: Page): Promise<void> {
  await page.keyboard.press('F8');
  await page.getByText(/The map is saved.*1 message has held results/).waitFor();
  await page.keyboard.press('F9');
  await page.getByText(/Done: 1 message, 2 results, 0 still cannot be read/).waitFor();
  await shot(page, 'read-again');
  await line?.sendAstm(odd([['P', '250', '10*3/uL']]));
}

/** The codes it sent are listed under the code map, those of the next message too. */
async function teach(page: Page, id: string): Promise<void> {
  await page.getByRole('link', { name: 'Code map' }).click();
  await page.waitForURL(new RegExp(`${id}.*tab=codes`));
  for (const [code, parameter] of [
    ['W', 'WBC'],
    ['H', 'HGB'],
    ['P', 'PLT'],
  ] as const) {
    const field = page
      .getByRole('row')
      .filter({ has: page.getByText(code, { exact: true }) })
      .getByLabel(`Parameter ${code}`)
      .first();
    await field.fill(parameter);
    await page
      .getByRole('option', { name: new RegExp(`^${parameter} `) })
      .first()
      .click();
    await page.getByLabel(`Factor ${code}`, { exact: true }).press('Enter');
    await field.waitFor({ state: 'detached' });
  }
  await shot(page, 'codes');
}

/** Every result waits for validation, in the parameter's unit. */
async function seeQueue(page: Page): Promise<void> {
  await go(page, '/validation');
  const group = page.getByRole('button', { name: new RegExp(accession) });
  await group.waitFor();
  await group.focus();
  await page.keyboard.press('Enter');
  for (const [name, value] of [
    ['Leucocytes|Leukocytes|White|WBC', '8.13'],
    ['Haemoglobin|Hemoglobin|HGB', '11.4'],
    ['Platelets|PLT', '250'],
  ] as const) {
    await page
      .getByRole('row', { name: new RegExp(`(${name}).*${value.replace('.', '\\.')}`) })
      .first()
      .waitFor();
  }
  await shot(page, 'queue');
}
