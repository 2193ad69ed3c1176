import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RequestContext } from '../../../electron/core/kernel/index.ts';
import { type Lab, openLab } from '../../../electron/core/lab.ts';
import { fieldsOf, refusalOf } from '../billing/order-lab.ts';

let folder: string;
let lab: Lab;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aliquot-first-'));
  lab = await openLab(folder, { mode: 'headless', log: pino({ level: 'silent' }) });
});
afterAll(async () => {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

function callerOf(sessionToken: string | undefined) {
  const context: RequestContext = {
    kernel: lab.kernel,
    connection: { sessionToken },
    counter: { statements: 0, rows: 0 },
  };
  return lab.router.createCaller(context);
}

it('an empty folder becomes a laboratory that takes its first order from the starter catalogue', async () => {
  const anybody = callerOf(undefined);
  expect(await anybody.system.status()).toMatchObject({ setUp: false });
  const password = 'harbour lab 2026';
  const laboratory = {
    ...{ labName: 'Harbour Lab', address: 'Quay 1', country: 'AE', currency: 'AED', timeZone: 'Asia/Dubai' },
    ...{ locale: 'en-AE', taxPercent: 5, stationName: 'Reception', stationPrefix: 'HL' },
    catalogue: 'starter' as const,
    administrator: { fullName: 'Ada Admin', username: 'ada', password },
  };
  await anybody.setup.createLaboratory(laboratory);
  expect(await anybody.system.status()).toMatchObject({
    setUp: true,
    labName: 'Harbour Lab',
    stationName: 'Reception',
  });
  expect(await refusalOf(() => anybody.setup.createLaboratory(laboratory))).toMatchObject({ kind: 'busy' });

  const { token } = await anybody.auth.login({ username: 'ada', password });
  const ada = callerOf(token);
  const first = await ada.catalogue.list({ kind: 'test', limit: 200 });
  const second = await ada.catalogue.list({ kind: 'test', limit: 200, cursor: first.nextCursor });
  expect(second.nextCursor).toBeUndefined();
  expect(first.rows.length + second.rows.length).toBeGreaterThan(250);

  const patient = await ada.patients.register({
    fullName: 'Nadia Ferreira',
    sex: 'female',
    dateOfBirth: '1992-03-04',
    consent: { sms: false, whatsapp: false, email: false },
  });
  expect(patient.number).toBe('HL-P000001');
  const found = async (text: string) => (await ada.bills.findTests({ text, limit: 5, patientId: patient.id }))[0];
  const [byCode, byAlias] = [await found('tsh'), await found('sgpt')];
  expect([byCode?.code, byAlias?.code]).toEqual(['TSH', 'ALT']);
  const order = {
    patientId: patient.id,
    lines: [{ testId: byCode?.id ?? '' }, { testId: byAlias?.id ?? '' }],
  };
  expect(await fieldsOf(() => ada.bills.create(order))).toEqual([
    'lines.0.testId: test.noPrice',
    'lines.1.testId: test.noPrice',
  ]);

  const [list] = (await ada.catalogue.list({ kind: 'priceList', limit: 10 })).rows;
  await ada.catalogue.changePrices({
    changes: [
      {
        ...{ id: list?.id ?? '', rev: list?.rev ?? '' },
        prices: [
          { kind: 'test', code: 'TSH', amount: 9000 },
          { kind: 'test', code: 'ALT', amount: 3000 },
        ],
      },
    ],
  });
  const { bill, specimens } = await ada.bills.create(order);
  expect(bill).toMatchObject({ number: 'HL-B000001', totals: { gross: 12_000, tax: 600, net: 12_600, due: 12_600 } });
  expect(specimens).toHaveLength(1);
});
