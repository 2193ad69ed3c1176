import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

export const screenshots = join(import.meta.dirname, 'screenshots');

/**
 * The main job, on screens and mostly by keyboard, in the demo lab: the line to head office is cut; a patient is registered,
 * tests are ordered and paid, the specimen is received by scanning, the analyzer measures it, a person releases, verifies
 * and signs, the report goes out by mail, the palette finds the patient; then the line is mended and head office has it all.
 */
export async function runChain(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  try {
    await chain(page, name);
  } catch (error) {
    const picture = page.screenshot({ path: join(screenshots, `${name}-failed.png`), timeout: 10_000 });
    await picture.catch(() => undefined);
    throw error;
  }
}

/** Long enough for a machine that does much else; on an idle one a step takes seconds. */
const stepMs = 150_000;
const waitMs = 60_000;

/** Some calls of a page that hangs never come back: the step that did not end is named. */
export async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`The step "${what}" did not end within ${stepMs / 1000} s`)), stepMs);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function chain(page: Page, name: string): Promise<void> {
  let pictures = 0;
  const shot = (what: string) =>
    page.screenshot({ path: join(screenshots, `${name}-${String(++pictures).padStart(2, '0')}-${what}.png`) });
  page.setDefaultTimeout(waitMs);

  await step('log in', () => logIn(page));
  await step('cut the line', () => line(page, false, /offline/i));
  await shot('line-cut');
  await step('register a patient', () => registerPatient(page, shot));
  const accession = await step('order tests', () => order(page, shot));
  await step('receive the specimen', () => receive(page, accession, shot));
  await step('release the results', () => release(page, accession, shot));
  await step('sign the report', () => report(page, accession, shot));
  await step('read the mail', () => mail(page, shot));
  await step('find the patient', () => find(page, shot));
  await step('mend the line', () => line(page, true, /synced|in step/i));
  await shot('head-office-in-step');
  await step('look at it in the dark', () => inTheDark(page, shot));
}

/** Cuts or mends the line to head office, and waits until the status bar says so. */
async function line(page: Page, up: boolean, says: RegExp): Promise<void> {
  await go(page, '/head-office');
  // In step first: what is cut was whole.
  if (!up) await expect.poll(() => statusBar(page), { timeout: waitMs }).toMatch(/synced|in step/i);
  await flipLine(page, up);
  await expect.poll(() => statusBar(page), { timeout: waitMs }).toMatch(says);
}

export const statusBar = (page: Page) => page.locator('footer, [role=contentinfo]').textContent();

async function inTheDark(page: Page, shot: Shot): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect
    .poll(() => page.locator('html').getAttribute('data-mantine-color-scheme'), { timeout: waitMs })
    .toBe('dark');
  await shot('head-office-dark');
  await go(page, '/');
  await page.getByRole('heading', { name: 'Today', exact: true }).waitFor();
  await shot('today-dark');
}

/** The demo's switch that cuts and mends the line to head office, by keyboard. */
async function flipLine(page: Page, up: boolean): Promise<void> {
  const line = page.getByRole('switch');
  await line.focus();
  await page.keyboard.press('Space');
  await expect.poll(() => line.isChecked(), { timeout: waitMs }).toBe(up);
}

type Shot = (what: string) => Promise<unknown>;

export async function logIn(page: Page): Promise<void> {
  const password = page.getByRole('textbox', { name: 'Password' });
  await password.waitFor();
  await page.getByRole('textbox').first().fill('admin');
  await password.fill('aliquot-demo');
  await page.keyboard.press('Enter');
  await page.getByRole('navigation').first().waitFor();
}

export async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#${path}`);
  await page.getByRole('main').waitFor();
}

async function registerPatient(page: Page, shot: Shot): Promise<void> {
  await go(page, '/patients/new');
  await page.getByLabel('Full name').waitFor();
  // Everything that is wrong is told at once, at its field.
  await page.keyboard.press('Control+Enter');
  await page.getByText('Enter the name').first().waitFor();
  await page.getByText('Enter the date of birth or an age').first().waitFor();
  await shot('errors-at-fields');
  await page.getByLabel('Full name').fill('Quentin Ezekiel Zabransky');
  await page.getByLabel('Date of birth or age').fill('47');
  await page.getByText('Male', { exact: true }).click();
  await page.getByLabel('Phone').first().fill('0501234567');
  await page.getByRole('textbox', { name: 'E-mail' }).fill('quentin@example.org');
  await page.getByRole('checkbox', { name: 'E-mail' }).check({ force: true });
  await shot('register');
  await page.getByRole('button', { name: /Save and order tests/ }).click();
  await page.getByPlaceholder('Add a test or profile: code or name').waitFor();
}

/** Orders a blood count for the patient just registered; answers the accession. */
async function order(page: Page, shot: Shot): Promise<string> {
  const tests = page.getByPlaceholder('Add a test or profile: code or name');
  await tests.click();
  await page.keyboard.type('cbc');
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('cell', { name: 'CBC' }).waitFor();
  await page.keyboard.press('F8');
  await shot('order');
  await page.keyboard.press('Control+Enter');
  await page
    .getByText(/Order saved/)
    .first()
    .waitFor();
  await shot('order-saved');
  await page.keyboard.press('F9');
  await page.locator('iframe[title$=".pdf"]').waitFor();
  await shot('receipt');
  await page.keyboard.press('Escape');
  const text = (await page.locator('body').textContent()) ?? '';
  const [accession] = /A-?\d{4}-?\d{4}-?[0-9A-Z]/.exec(text)?.map((found) => found.replaceAll('-', '')) ?? [];
  if (!accession) throw new Error(`No accession on the screen: ${text.slice(0, 400)}`);
  return accession;
}

async function receive(page: Page, accession: string, shot: Shot): Promise<void> {
  await go(page, '/specimens?mode=receive');
  await page.getByRole('textbox').nth(0).waitFor();
  // A scanner types fast and ends with Enter; the scan field has the focus.
  await page.keyboard.type(accession);
  await page.keyboard.press('Enter');
  await page
    .getByText(/received/i)
    .first()
    .waitFor();
  await shot('received');
}

async function release(page: Page, accession: string, shot: Shot): Promise<void> {
  await go(page, '/validation');
  const group = page.getByRole('button', { name: new RegExp(accession) });
  await group.waitFor();
  await group.click();
  await page.getByRole('button', { name: 'Show the raw message' }).first().click();
  await page.getByText('From the value back to the analyzer').waitFor();
  await page.locator('mark').waitFor();
  await shot('raw-bytes');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await shot('validation');
  // Results that come while one releases, or that did not fit the page of the queue, are released by the next look. Runs
  // that the analyzer made again have no tick: which one counts is for a person to say.
  const ticked = page.getByRole('main').getByRole('checkbox', { checked: true });
  await expect
    .poll(
      async () => {
        if (!(await group.isVisible())) return true;
        // It may leave the list at this moment.
        const gone = await group.click({ timeout: 2000 }).then(
          () => false,
          () => true,
        );
        if (gone) return false;
        if ((await ticked.count()) === 0) return true;
        await page.keyboard.press('Control+Enter');
        return false;
      },
      { timeout: waitMs, interval: 2000 },
    )
    .toBe(true);
}

async function report(page: Page, accession: string, shot: Shot): Promise<void> {
  await go(page, '/reports?state=resulted');
  await page.getByRole('row', { name: new RegExp(accession) }).click();
  await page.getByRole('button', { name: /^Verify/ }).click();
  await page.getByRole('button', { name: /^Sign/ }).click();
  await page.getByRole('button', { name: /^Release and e-mail/ }).waitFor();
  await page.keyboard.press('F9');
  await page.locator('iframe[title$=".pdf"]').waitFor();
  await shot('report-pdf');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /^Release and e-mail/ }).click();
  await page.getByText('Released', { exact: true }).first().waitFor();
  await shot('released');
}

async function mail(page: Page, shot: Shot): Promise<void> {
  await go(page, '/inbox');
  await page
    .getByText(/quentin@example\.org/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: /\.pdf/ }).first().click();
  await page.locator('iframe[title$=".pdf"]').waitFor();
  await shot('inbox');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

async function find(page: Page, shot: Shot): Promise<void> {
  for (const typed of ['zabran', 'ezekiel quen', '501234567']) {
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog');
    await palette.getByRole('textbox').fill(typed);
    await palette.getByText('Quentin Ezekiel Zabransky').first().waitFor();
    await shot(`palette-${typed.replace(' ', '-')}`);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
}
