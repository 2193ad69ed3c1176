import { existsSync, readFileSync } from 'node:fs';
import type { Download, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { claimBundleSchema } from '../../shared/billing/fhir.ts';
import { Api, executable, go, type HeadlessLab, logIn, pictures, startHeadlessLab } from './headless.ts';

/** What the API answers, as far as these tests read it. */
interface Bill {
  id: string;
  number: string;
  _rev: string;
  lines: { id: string }[];
}
interface ClaimRow {
  id: string;
  number: string;
  batch: string;
  status: string;
  totals: Record<'claimed' | 'settled' | 'writtenOff' | 'open', number>;
}

const waitMs = 30_000;
const shot = pictures('finance');
const policy = 'CEDAR-1';

describe.skipIf(!existsSync(executable))('finance in Chromium', () => {
  let lab: HeadlessLab;
  let page: Page;
  let api: Api;
  let plain: Bill;

  beforeAll(async () => {
    lab = await startHeadlessLab();
    api = new Api(lab.address);
    await api.logIn('admin');
    await twoInsurers();
    page = await lab.newPage();
    page.setDefaultTimeout(waitMs);
    await logIn(page, 'admin');
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await shot(page, 'failed');
  });
  afterAll(() => lab?.close());

  it('makes a batch of claims, shows it and saves it as files', async () => {
    await go(page, '/claims');
    await page
      .getByRole('row', { name: /Cedar Mutual/ })
      .first()
      .waitFor();
    await page.getByRole('checkbox', { name: 'Select all' }).check();
    await shot(page, 'to-claim');
    await page.keyboard.press('F2');
    await claimRow(/Cedar Mutual.*Draft/).waitFor();
    await claimRow(/Palm Health.*Draft/).waitFor();
    const { rows } = await api.ask<{ rows: ClaimRow[] }>('claims.list', { limit: 10 });
    expect(rows).toHaveLength(2);
    const batch = rows[0]?.batch ?? '';
    expect(page.url()).toContain(`text=${batch}`);

    await page.getByRole('checkbox', { name: 'Select all' }).check();
    const csv = await filesOf(1, () => page.keyboard.press('F10'));
    expect([...csv.keys()]).toEqual([`claims-${batch}.csv`]);
    // A heading, and a row for each of the two tests of the three bills.
    expect([...csv.values()][0]?.trim().split('\n')).toHaveLength(1 + 6);
    const bundles = await filesOf(2, () => page.keyboard.press('F9'));
    expect([...bundles.keys()].toSorted()).toEqual([
      `claims-${batch}-Cedar Mutual.json`,
      `claims-${batch}-Palm Health Insurance.json`,
    ]);
    for (const text of bundles.values()) expect(claimBundleSchema.safeParse(JSON.parse(text)).success).toBe(true);

    await page.keyboard.press('F2');
    await claimRow(/Cedar Mutual.*Submitted/).waitFor();
    await claimRow(/Palm Health.*Submitted/).waitFor();
    await shot(page, 'batch-submitted');
    await page.getByRole('searchbox', { name: 'Number of batch or claim' }).fill('A-K99999');
    await page.getByText('No claim fits').waitFor();
    await go(page, `/claims?tab=claims&text=${batch}`);
    await claimRow(/Palm Health/).waitFor();
  });

  it('takes a claim from a query over part payment and rejection to its second submission and a write-off', async () => {
    await claimRow(/Cedar Mutual/).click();
    await page.getByRole('heading', { name: /^A-K/ }).waitFor();
    await say('Insurer asks', 'Copy of the request form wanted');
    await status('Queried');

    await page.keyboard.press('F8');
    const dialog = page.getByRole('dialog', { name: 'Settlement' });
    const amount = dialog.getByRole('textbox', { name: /^Settles now/ }).first();
    await amount.fill('50');
    await page.keyboard.press('Enter');
    await dialog.getByText('Say why the insurer pays less').waitFor();
    await shot(page, 'settlement-refused');
    await dialog
      .getByRole('textbox', { name: /^Why less/ })
      .first()
      .fill('Above the fee schedule');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await status('Part paid');

    await say('Rejected', 'Not covered by the plan');
    await status('Rejected');
    await page.keyboard.press('F4');
    const again = page.getByRole('dialog', { name: /^Submit again/ });
    await again.getByLabel('Reason').fill('Approval 5512 attached');
    await shot(page, 'submit-again');
    await page.keyboard.press('Control+Enter');
    await again.waitFor({ state: 'detached' });
    await status('Resubmitted');
    await say('Rejected', 'Deductible');
    await status('Rejected');
    await say('Write off', 'Too little to dispute');
    await status('Written off');
    await page.getByText('Approval 5512 attached').waitFor();
    await shot(page, 'written-off');

    const { rows } = await api.ask<{ rows: ClaimRow[] }>('claims.list', { limit: 10 });
    const { totals } = rows.find((row) => row.status === 'writtenOff') ?? {};
    expect(totals).toMatchObject({ open: 0 });
    expect((totals?.settled ?? 0) + (totals?.writtenOff ?? 0)).toBe(totals?.claimed);
    expect(totals?.settled).toBeGreaterThanOrEqual(5000);
    await page.getByRole('link', { name: /^Batch A-K/ }).click();
    await claimRow(/Cedar Mutual.*Written off/).waitFor();
    await claimRow(/Palm Health.*Submitted/).waitFor();
  });

  it('lets reception issue a credit note with the PIN of somebody who may', async () => {
    await api.send('auth.setPin', { password: 'aliquot-demo', pin: '7391' });
    const desk = await lab.newPage();
    desk.setDefaultTimeout(waitMs);
    await logIn(desk, 'reception');
    await go(desk, `/bills/${plain.id}`);
    await desk.getByRole('button', { name: 'More' }).click();
    await desk.getByRole('menuitem', { name: 'Credit note' }).click();
    const note = desk.getByRole('dialog', { name: 'Credit note' });
    await note
      .getByLabel(/^To credit/)
      .first()
      .fill('12.50');
    await note.getByLabel('Reason').fill('Charged too much');
    await desk.keyboard.press('Enter');
    const ask = desk.getByRole('dialog', { name: 'Somebody has to allow this' });
    await ask.getByText(/^Credit note of .*12\.50 on bill/).waitFor();
    await ask.getByRole('combobox').click();
    await desk.getByRole('option', { name: 'Mariam Haddad' }).click();
    const pin = ask.getByLabel('Signing PIN');
    await pin.fill('9999');
    await desk.keyboard.press('Enter');
    await ask
      .getByText(/wrong|does not/i)
      .first()
      .waitFor();
    await pin.fill('7391');
    await shot(desk, 'credit-note-approval');
    await desk.keyboard.press('Enter');
    await desk.getByText(/^Mariam Haddad approved: Credit note of/).waitFor();
    await note.waitFor({ state: 'detached' });
    await shot(desk, 'credit-note');
    await desk.context().close();
  });

  it('changes tests in a grid: types, copies a block, goes back and forth, is led to an error, leaves, comes back, saves', async () => {
    await go(page, '/catalogue/grid');
    const grid = page.getByRole('grid', { name: 'Tests in a grid' });
    const cell = (row: number, column: number) =>
      grid
        .getByRole('row')
        .nth(row + 1)
        .getByRole('gridcell')
        .nth(column);
    const minutes = (...rows: number[]) => Promise.all(rows.map((row) => cell(row, 3).textContent()));
    const changes = (text: string) => page.getByText(text, { exact: true }).waitFor();
    await cell(5, 0).waitFor();
    const codes = await Promise.all([0, 1, 2, 3, 4].map((row) => cell(row, 0).textContent()));

    await cell(0, 3).click();
    await page.keyboard.type('91');
    await page.keyboard.press('Enter');
    await page.keyboard.type('92');
    await page.keyboard.press('Enter');
    await changes('2 changes');
    await cell(0, 3).click();
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Control+C');
    await cell(2, 3).click();
    await page.keyboard.press('Control+V');
    await changes('4 changes');
    expect(await minutes(0, 1, 2, 3)).toEqual(['91', '92', '91', '92']);
    await shot(page, 'grid-pasted');
    await page.keyboard.press('Control+Z');
    await changes('2 changes');
    await page.getByRole('button', { name: 'Keys (?)' }).click();
    const help = page.getByRole('dialog', { name: 'Keys' });
    await help.getByText('Redo').first().waitFor();
    await help.getByText('Fill down from the first row').waitFor();
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    await page.keyboard.press('Control+Y');
    await changes('4 changes');
    await cell(4, 3).click();
    await page.keyboard.press('Control+Z');
    await page.keyboard.press('Control+Z');
    await changes('1 change');
    await page.keyboard.press('Control+Shift+Z');
    await page.keyboard.press('Control+Shift+Z');
    await changes('4 changes');

    await cell(4, 3).click();
    await page.keyboard.type('soon');
    await page.keyboard.press('Enter');
    await cell(0, 1).click();
    await page.keyboard.press('Control+S');
    const refusal = page.getByRole('alert').filter({ hasText: 'Nothing is saved yet' });
    await refusal.waitFor();
    await cell(0, 1).click();
    await refusal.getByRole('button', { name: new RegExp(`^${codes[4]}, Turnaround`) }).click();
    await expect.poll(() => cell(4, 3).getAttribute('data-active')).toBe('true');
    await shot(page, 'grid-error');
    await page.keyboard.type('95');
    await page.keyboard.press('Enter');
    await refusal.waitFor({ state: 'detached' });

    await go(page, '/catalogue');
    await page.getByText(/^5 changes in the grid are kept, but not saved/).waitFor();
    await shot(page, 'grid-left');
    await go(page, '/catalogue/grid');
    await changes('5 changes');
    await page.getByText('Discard').waitFor();
    expect(await minutes(0, 1, 2, 3, 4)).toEqual(['91', '92', '91', '92', '95']);
    await shot(page, 'grid-draft');

    await page.keyboard.press('Control+S');
    await page.getByRole('dialog', { name: 'Saving changes 5 cells' }).waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('5 entries changed in one step').waitFor();
    await changes('No changes yet');
    const { rows } = await api.ask<{ rows: { code: string; turnaroundMinutes?: number }[] }>('catalogue.list', {
      ...{ kind: 'test', limit: 200 },
    });
    const saved = new Map(rows.map(({ code, turnaroundMinutes }) => [code, turnaroundMinutes]));
    expect(codes.map((code) => saved.get(code ?? ''))).toEqual([91, 92, 91, 92, 95]);
    await go(page, '/catalogue');
    await go(page, '/catalogue/grid');
    await cell(0, 0).waitFor();
    await changes('No changes yet');
  });

  it('goes from one summary to another of other days', async () => {
    await go(page, '/summaries?by=referrer');
    await page.getByRole('heading', { name: 'Amount by doctor' }).waitFor();
    await shot(page, 'referrers');
    // The doctors stay until the days are here, and are no days.
    await go(page, '/summaries?from=2020-01-01&to=2020-01-02');
    await page.getByText('Nothing in these days').waitFor();
  });

  it('shows no error in the window', () => {
    expect(lab.errors).toEqual([]);
  });

  /** Bills of patients of two insurers, and one that its patient pays. */
  async function twoInsurers(): Promise<void> {
    const insurer = { kind: 'insurer', code: 'CEDAR', name: 'Cedar Mutual', claimDays: 30 };
    const { id: insurerId } = await api.send<{ id: string }>('directory.save', { entry: insurer });
    const group = { kind: 'insuranceGroup', insurerId, code: 'CEDAR-GOLD', name: 'Cedar Gold', coveragePercent: 90 };
    const { id: groupId } = await api.send<{ id: string }>('directory.save', { entry: group });
    const lines = await Promise.all(
      ['CBC', 'LIPID'].map(async (text) => {
        const [test] = await api.ask<{ id: string }[]>('bills.findTests', { text });
        return { testId: test?.id };
      }),
    );
    const order = async (patientId: string, policyNumber?: string) =>
      (await api.send<{ bill: Bill }>('bills.create', { patientId, lines, diagnoses: [], policyNumber })).bill;
    const own = await api.send<{ id: string }>('patients.register', {
      ...{ fullName: 'Sunita Ramaswamy', sex: 'female', dateOfBirth: '1979-04-03' },
      consent: { sms: false, whatsapp: false, email: false },
      insurances: [{ insurerId, groupId, policyNumber: policy, holderRelation: 'self', validTo: '2099-12-31' }],
    });
    await order(own.id, policy);
    await order(own.id, policy);
    const { rows } = await api.ask<{ rows: { id: string }[] }>('patients.list', { limit: 200 });
    for (const { id } of rows) {
      const { patient } = await api.ask<{ patient: { insurances: { insurerId: string; policyNumber: string }[] } }>(
        'patients.get',
        { id },
      );
      const palm = patient.insurances.find((one) => one.insurerId !== insurerId);
      if (!palm) continue;
      await order(id, palm.policyNumber);
      break;
    }
    plain = await order(rows.at(-1)?.id ?? '');
  }

  const claimRow = (name: RegExp) => page.getByRole('row', { name });
  const status = (text: string) => page.getByRole('main').getByText(text, { exact: true }).first().waitFor();

  /** A step of a claim that is said in words. */
  async function say(step: string, reason: string): Promise<void> {
    await page.getByRole('button', { name: step, exact: true }).click();
    const dialog = page.getByRole('dialog', { name: new RegExp(`^${step}: A-K`) });
    await dialog.getByLabel('Reason').fill(reason);
    await page.keyboard.press('Control+Enter');
    await dialog.waitFor({ state: 'detached' });
  }

  /** The files that something saves, by name. */
  async function filesOf(count: number, save: () => Promise<unknown>): Promise<Map<string, string>> {
    const files: Download[] = [];
    const take = (file: Download) => files.push(file);
    page.on('download', take);
    await save();
    await expect.poll(() => files.length, { timeout: waitMs }).toBe(count);
    page.off('download', take);
    return new Map(
      await Promise.all(
        files.map(async (file) => [file.suggestedFilename(), readFileSync(await file.path(), 'utf8')] as const),
      ),
    );
  }
});
