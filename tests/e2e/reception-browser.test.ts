import { existsSync, readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Api, executable, go, type HeadlessLab, logIn, pictures, startHeadlessLab } from './headless.ts';

/** What the API answers, as far as the morning reads it. */
interface PatientRow {
  id: string;
  fullName: string;
  number: string;
}

const waitMs = 30_000;
const shot = pictures('reception');
const testField = (page: Page) => page.getByPlaceholder('Add a test or profile: code or name');

/** Orders that the desk takes by keyboard from a walk-in: register, tests, payment, receipt. */
const walkIns = [
  { name: 'Aurelia Thistlewood', age: '34', phone: '0501230001', tests: ['cbc', 'lipid'] },
  { name: 'Bartholomew Quill', age: '61', phone: '0501230002', tests: ['gluf'] },
  { name: 'Cosima Ravenscroft', age: '8m', phone: '0501230003', tests: ['cbc'] },
  { name: 'Dashiell Marchbanks', age: '47', phone: '0501230004', tests: ['lft', 'rft'] },
  { name: 'Eudora Featherstone', age: '29', phone: '0501230005', tests: ['tsh'] },
  { name: 'Ferdinand Oakhurst', age: '72', phone: '0501230006', tests: ['hba1c', 'gluf'] },
  { name: 'Guinevere Ashdown', age: '19', phone: '0501230007', tests: ['urine'] },
  { name: 'Horatio Pemberley', age: '55', phone: '0501230008', tests: ['crp', 'cbc'] },
] as const;
/** Taken by other desks, through the API. */
const otherOrders = 20;

describe.skipIf(!existsSync(executable))('a reception morning in Chromium', () => {
  let lab: HeadlessLab;
  let page: Page;
  let api: Api;

  beforeAll(async () => {
    lab = await startHeadlessLab();
    page = await lab.newPage();
    page.setDefaultTimeout(waitMs);
    api = new Api(lab.address);
    await logIn(page, 'reception');
    await api.logIn('admin');
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await shot(page, 'failed');
  });
  afterAll(() => lab?.close());

  it('takes walk-ins by keyboard from registration to the receipt', async () => {
    await shot(page, 'today');
    await go(page, '/orders/new');
    const seconds: number[] = [];
    for (const [index, walkIn] of walkIns.entries()) {
      const begun = performance.now();
      await walkInOrder(page, walkIn, index === 0);
      seconds.push((performance.now() - begun) / 1000);
    }
    console.log(`seconds an order at the keyboard: ${seconds.map((one) => one.toFixed(1)).join(' ')}`);
    const { rows } = await api.ask<{ rows: unknown[] }>('bills.list', { ...(await today()), limit: 100 });
    // Eight bills were there when the demo opened.
    expect(rows).toHaveLength(8 + walkIns.length);
  });

  it('notices a patient who is there already, while the name is typed', async () => {
    await go(page, '/patients/new');
    await page.getByLabel('Full name').fill('Thistlewood Aurelia');
    await page.getByLabel('Phone').first().fill('050 123 0001');
    const similar = page.getByRole('link', { name: 'Order tests' });
    await page.getByText('1 patient with the same phone, id, or name').waitFor();
    await shot(page, 'duplicate-noticed');
    await similar.first().focus();
    await page.keyboard.press('Enter');
    await testField(page).waitFor();
    await page.getByText('Aurelia Thistlewood').first().waitFor();
  });

  it('bills an organisation on credit at its own prices, and nothing is due at the desk', async () => {
    await addTests(page, ['cbc', 'lipid']);
    await choose(page, page.getByRole('combobox', { name: 'Organisation' }), 'harbour');
    await sum(page, 'On account', '144.00');
    await sum(page, 'To pay', '0.00');
    await shot(page, 'organisation-on-credit');
    await save(page);
    await shot(page, 'organisation-saved');
    await nextOrder(page);
  });

  it('shares the price with the insurer of an insured patient', async () => {
    const insured = await insuredPatient();
    await findPatient(page, insured.fullName);
    await addTests(page, ['tsh', 'lft']);
    const policy = page.getByRole('combobox', { name: 'Insurance policy' });
    await policy.focus();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    // 85 + 140, of which the insurer pays 80 %.
    await sum(page, 'Paid by the insurer', '180.00');
    await sum(page, 'To pay', '45.00');
    await page.keyboard.press('F8');
    await shot(page, 'insured');
    await save(page);
    await nextOrder(page);
  });

  it('leaves no order of the morning without a bill', async () => {
    const { rows: patients } = await api.ask<{ rows: PatientRow[] }>('patients.list', { limit: 60 });
    const [cbc] = await api.ask<{ id: string }[]>('bills.findTests', { text: 'CBC' });
    for (const patient of patients.slice(20, 20 + otherOrders)) {
      await api.send('bills.create', {
        patientId: patient.id,
        lines: [{ testId: cbc?.id }],
        diagnoses: [],
        payments: [{ method: 'card', amount: 6000 }],
      });
    }
    await go(page, '/bills');
    await page
      .getByText(`${8 + walkIns.length + 2 + otherOrders} bills`)
      .first()
      .waitFor();
    await shot(page, 'bills');
    await page.getByLabel('Mine').check();
    await page
      .getByText(`${walkIns.length + 2} bills`)
      .first()
      .waitFor();
    await page.getByLabel('Only what is due').check();
    await page.getByText('No bills in these days').waitFor();
    expect(page.url()).toMatch(/dueOnly=true/);
    await shot(page, 'bills-none-due');
    await page.getByLabel('Only what is due').uncheck();
    await page
      .getByRole('row', { name: /Aurelia Thistlewood/ })
      .first()
      .waitFor();
    const csv = await download(page, page.getByRole('button', { name: /CSV/ }));
    expect(csv.split('\n').filter((line) => line.trim() !== '')).toHaveLength(1 + walkIns.length + 2);
    expect(csv).toContain('Cosima Ravenscroft');
  });

  it('merges two records of one person', async () => {
    const twice = await api.send<PatientRow>('patients.register', {
      fullName: 'Bartolomew Quil',
      sex: 'male',
      dateOfBirth: '1965-02-03',
      consent: { sms: false, whatsapp: false, email: false },
      phone: '0501230002',
    });
    const { rows } = await api.ask<{ rows: PatientRow[] }>('patients.list', { limit: 100 });
    const kept = rows.find(({ fullName }) => fullName === 'Bartholomew Quill');
    await go(page, `/patients/${kept?.id}/merge`);
    await page.getByPlaceholder('Name, phone or number').fill(twice.number);
    await page.getByRole('option', { name: /Bartolomew Quil/ }).waitFor();
    await page.keyboard.press('Enter');
    await page
      .getByRole('button', { name: /^Merge/ })
      .last()
      .waitFor();
    await shot(page, 'merge');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Bartolomew Quil merged into Bartholomew Quill').first().waitFor();
    await shot(page, 'merged');
  });

  it('counts the till by notes and closes the day', async () => {
    await go(page, '/day-close');
    const till = await tillOf(page);
    const hundreds = Math.floor(till / 100);
    await page.getByLabel(/^Number of AED\s?100\.00$/).fill(String(hundreds));
    await page.getByLabel(/^Number of AED\s?1\.00$/).fill(String(till - hundreds * 100));
    await shot(page, 'day-close');
    await page.keyboard.press('Control+Enter');
    await page
      .getByText(/Till closed/)
      .first()
      .waitFor();
    await page.locator('iframe[title$=".pdf"]').waitFor();
    await shot(page, 'day-closed');
    await page.keyboard.press('Escape');
  });

  it('gives a refund and draws a rejected specimen again, at the manager’s desk', async () => {
    const manager = await lab.newPage();
    manager.setDefaultTimeout(waitMs);
    await logIn(manager, 'admin');
    await openBill(manager, 'Dashiell Marchbanks');
    await manager.getByRole('button', { name: 'More' }).click();
    await manager.getByRole('menuitem', { name: 'Give a refund' }).click();
    const dialog = manager.getByRole('dialog');
    await dialog.getByLabel('Amount').fill('50');
    await dialog.getByLabel('Reason').fill('Sent by the wrong clinic');
    await shot(manager, 'refund');
    await manager.keyboard.press('Enter');
    await manager.getByText('Sent by the wrong clinic').first().waitFor();
    await shot(manager, 'refunded');

    await openBill(manager, 'Horatio Pemberley');
    const accession = await manager
      .getByRole('link', { name: /^A\d{8}/ })
      .first()
      .textContent();
    await go(manager, `/specimens/${accession}`);
    await manager.getByRole('button', { name: /^Collect/ }).waitFor();
    await manager.keyboard.press('F2');
    await manager.getByRole('button', { name: 'Reject' }).click();
    await manager.getByText('Haemolysed', { exact: true }).click();
    await shot(manager, 'reject');
    await manager.keyboard.press('Control+Enter');
    await manager.getByText('The tube before was rejected: Haemolysed').waitFor();
    await manager.getByText(/^Rejected\. To be drawn again as/).waitFor();
    await shot(manager, 'recollect');
    await manager.keyboard.press('F2');
    await manager.getByRole('button', { name: /^Collect/ }).waitFor({ state: 'detached' });

    await manager.emulateMedia({ colorScheme: 'dark' });
    await go(manager, '/bills');
    await manager
      .getByRole('row', { name: /Aurelia Thistlewood/ })
      .first()
      .waitFor();
    await shot(manager, 'bills-dark');
    await manager.context().close();
  });

  it('shows no error in the window all morning', () => {
    expect(lab.errors).toEqual([]);
  });

  async function insuredPatient(): Promise<PatientRow> {
    const { rows } = await api.ask<{ rows: PatientRow[] }>('patients.list', { limit: 200 });
    for (const row of rows) {
      const { patient } = await api.ask<{ patient: { insurances: unknown[] } }>('patients.get', { id: row.id });
      if (patient.insurances.length > 0) return row;
    }
    throw new Error('the demo has no insured patient');
  }

  async function today(): Promise<{ from: string; to: string }> {
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Dubai' }).format(new Date());
    return { from: day, to: day };
  }
});

/** From an empty order screen to the next one, without the mouse. */
async function walkInOrder(page: Page, walkIn: (typeof walkIns)[number], withPictures: boolean): Promise<void> {
  await page.getByPlaceholder('Name, phone or number').waitFor();
  await page.keyboard.type(walkIn.name);
  await page.getByText('Nobody found').waitFor();
  await page.keyboard.press('F3');
  await page.getByLabel('Full name').waitFor();
  await expect.poll(() => page.getByLabel('Full name').inputValue()).toBe(walkIn.name);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  await page.keyboard.type(walkIn.age);
  await page.keyboard.press('Tab');
  await page.keyboard.type(walkIn.phone);
  if (withPictures) await shot(page, 'register');
  await page.keyboard.press('Control+Enter');
  await addTests(page, walkIn.tests);
  await page.keyboard.press('F8');
  if (withPictures) await shot(page, 'order');
  await save(page);
  if (withPictures) await shot(page, 'saved');
  await page.keyboard.press('F9');
  await page.locator('iframe[title$=".pdf"]').waitFor();
  if (withPictures) await shot(page, 'receipt');
  await page.keyboard.press('Escape');
  await page.locator('iframe[title$=".pdf"]').waitFor({ state: 'detached' });
  await nextOrder(page);
}

async function addTests(page: Page, tests: readonly string[]): Promise<void> {
  await expect.poll(() => testField(page).evaluate((field) => field === document.activeElement)).toBe(true);
  for (const code of tests) {
    await page.keyboard.type(code);
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('cell', { name: code.toUpperCase(), exact: true }).waitFor();
  }
}

async function findPatient(page: Page, name: string): Promise<void> {
  await page.getByPlaceholder('Name, phone or number').fill(name);
  await page
    .getByRole('option', { name: new RegExp(name.slice(0, 6)) })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
}

/** Types into a field that finds and presses Enter without waiting, as one does who knows the name: what alone fits is taken. */
async function choose(page: Page, field: Locator, text: string): Promise<void> {
  await field.focus();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  await expect.poll(() => field.inputValue(), { timeout: waitMs }).toMatch(new RegExp(`^${text}.+`, 'i'));
}

async function sum(page: Page, name: string, amount: string): Promise<void> {
  await expect
    .poll(() => page.getByText(name, { exact: true }).locator('..').textContent(), { timeout: waitMs })
    .toContain(amount);
}

async function save(page: Page): Promise<void> {
  await page.keyboard.press('Control+Enter');
  await page.getByText(/^Order saved/).waitFor();
}

async function nextOrder(page: Page): Promise<void> {
  await page.keyboard.press('Control+Enter');
  await page.getByText(/^Order saved/).waitFor({ state: 'detached' });
  await page.getByPlaceholder('Name, phone or number').waitFor();
}

async function openBill(page: Page, patient: string): Promise<void> {
  await go(page, `/bills?text=${encodeURIComponent(patient)}`);
  const row = page.getByRole('row', { name: new RegExp(patient) });
  await expect.poll(() => page.getByRole('row').count(), { timeout: waitMs }).toBe(2);
  await row.click();
  await page.getByRole('heading', { name: /^A-/ }).waitFor();
}

/** What the till should hold in cash, in whole dirhams as everything at this desk costs. */
async function tillOf(page: Page): Promise<number> {
  const row = page.getByRole('row', { name: /^Cash/ });
  await row.waitFor();
  const [amount = '0'] = /[\d,]+\.\d\d/.exec((await row.textContent()) ?? '') ?? [];
  return Number(amount.replaceAll(',', ''));
}

async function download(page: Page, button: Locator): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return readFileSync(await file.path(), 'utf8');
}
