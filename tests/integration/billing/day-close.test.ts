import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DayClosePaper } from '../../../shared/documents/schema.ts';
import { permissionNames } from '../../../shared/kernel/permissions.ts';
import { fieldsOf, type OrderApi, type OrderLab, openOrderLab } from './order-lab.ts';

let lab: OrderLab;
let anna: OrderApi;
let bela: OrderApi;

beforeAll(async () => {
  lab = await openOrderLab();
  anna = lab.api(permissionNames, { staffId: 'anna' });
  bela = lab.api(permissionNames, { staffId: 'bela' });
});
afterAll(() => lab.dispose());

const order = (api: OrderApi, method: 'cash' | 'card', amount: number) =>
  api.bills.create({
    patientId: lab.patient.id,
    lines: [{ testId: lab.test('CBC') }],
    payment: { method, amount },
  });
const sums = async (api: OrderApi) =>
  Object.fromEntries((await api.dayClose.till()).expected.map(({ method, amount }) => [method, amount]));

describe('a day close', () => {
  it('expects what its person took less what was given back since the last close', async () => {
    expect(await sums(anna)).toEqual({ cash: 0 });
    const { bill } = await order(anna, 'cash', 6000);
    await order(anna, 'card', 2500);
    await order(bela, 'cash', 1000);
    await anna.bills.advance({ patientId: lab.patient.id, method: 'cash', amount: 4000 });
    await anna.bills.refund({ id: bill.id, rev: bill._rev, method: 'cash', amount: 500, reason: 'price error' });
    expect(await sums(anna)).toEqual({ cash: 9500, card: 2500 });
    expect(await sums(bela)).toEqual({ cash: 1000 });
  });

  it('is refused for a moved till, a wrong sum of notes, a missing method and a difference without reason', async () => {
    const close = (more: object) => fieldsOf(() => anna.dayClose.close({ counted: [], ...more }));
    const card = { method: 'card', expected: 2500, counted: 2500 };
    expect(await close({ counted: [{ method: 'cash', expected: 9000, counted: 9000 }, card] })).toEqual([
      'counted.0: till.moved',
    ]);
    expect(await close({ counted: [card] })).toEqual(['counted: method.missing']);
    const short = { counted: [{ method: 'cash', expected: 9500, counted: 9400 }, card] };
    expect(await close(short)).toEqual(['reason: reason']);
    const notes = { denominations: [{ value: 5000, count: 2 }] };
    expect(await close({ ...short, ...notes, reason: 'coin lost' })).toEqual(['denominations: cash.sum']);
  });

  it('begins the till anew, is listed and printed, and stays as it is', async () => {
    const close = await anna.dayClose.close({
      counted: [
        { method: 'cash', expected: 9500, counted: 9400 },
        { method: 'card', expected: 2500, counted: 2500 },
      ],
      denominations: [
        { value: 200, count: 47 },
        { value: 5000, count: 0 },
      ],
      reason: 'a coin is missing',
    });
    expect(close).toMatchObject({ number: 'A-D00001', difference: -100, denominations: [{ value: 200, count: 47 }] });
    expect(await sums(anna)).toEqual({ cash: 0 });
    expect(await sums(bela)).toEqual({ cash: 1000 });
    lab.clock.advance(60_000);
    await order(anna, 'cash', 300);
    expect(await anna.dayClose.till()).toMatchObject({ since: close.registeredAt, expected: [{ amount: 300 }] });
    const { rows } = await bela.dayClose.list({});
    expect(rows.map(({ number }) => number)).toEqual(['A-D00001']);
    await anna.dayClose.paper({ id: close.id });
    expect(lab.tray.printed.at(-1) as DayClosePaper).toMatchObject({ kind: 'dayClose', difference: -100 });
  });

  it('what was taken is known by day, method and person, and the summaries add up', async () => {
    const range = { from: '2026-01-05', to: '2026-01-05' };
    const taken = await anna.bills.taken(range);
    expect(taken).toEqual([
      { currency: 'INR', method: 'card', amount: 2500 },
      { currency: 'INR', method: 'cash', amount: 9500 + 1000 + 300 },
    ]);
    expect(await anna.bills.taken({ ...range, userId: 'bela' })).toMatchObject([{ method: 'cash', amount: 1000 }]);
    expect(await anna.bills.taken({ from: '2026-01-06', to: '2026-02-06' })).toEqual([]);
    const of = async (by: 'day' | 'outstanding' | 'discount' | 'referrer') => anna.bills.summary({ ...range, by });
    const [totals] = await anna.bills.totals(range);
    const day = await of('day');
    expect(day.rows).toMatchObject([{ label: '2026-01-05', count: 4, net: totals?.net, due: totals?.due }]);
    expect(day.taken.reduce((sum, { amount }) => sum + amount, 0)).toBe(13_300);
    expect((await of('outstanding')).rows).toMatchObject([{ key: '0', due: totals?.due }]);
    expect((await of('referrer')).rows).toMatchObject([{ label: '', count: 4 }]);
    expect((await of('discount')).rows).toEqual([]);
    await anna.bills.create({
      patientId: lab.patient.id,
      lines: [{ testId: lab.test('CBC') }],
      referrerId: lab.doctorId,
      discount: { percent: 10, reason: 'senior' },
    });
    expect((await of('discount')).rows).toMatchObject([
      { label: 'Dr. Niamh Byrne', reason: 'senior', count: 1, discount: 600 },
    ]);
    expect((await of('referrer')).rows.map(({ label, net }) => [label, net])).toContainEqual(['Dr. Anil Rao', 5400]);
  });
});
