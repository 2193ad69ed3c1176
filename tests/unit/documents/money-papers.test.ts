import { describe, expect, it } from 'vitest';
import { renderDocument } from '../../../electron/core/documents/render.ts';
import type { DocumentInput } from '../../../shared/documents/schema.ts';
import { hasTool, pagesOf } from './pdf-tools.ts';
import { sampleReceipt } from './samples.ts';

/** Words parted by single spaces, pages joined. */
async function textOf(input: DocumentInput): Promise<string> {
  return pagesOf(await renderDocument(input))
    .join(' ')
    .replace(/\s+/g, ' ');
}

const { locale, timeZone, printedAt, letterhead, patient, currency, registeredAt } = sampleReceipt();
const writing = { locale, timeZone, printedAt, letterhead, currency, registeredAt };

describe.skipIf(!hasTool('pdftotext'))('papers about money', () => {
  it('a bill says what the insurer pays, and the change of the cash', async () => {
    const [line] = sampleReceipt().lines;
    if (!line) throw new Error('the sample has no line');
    const totals = { gross: 10_000, discount: 0, tax: 0, net: 10_000, insurer: 8000, paid: 2000, due: 0 };
    const cash = { kind: 'payment' as const, at: registeredAt, method: 'cash' as const, amount: 2000, tendered: 5000 };
    const text = await textOf(
      sampleReceipt({
        lines: [{ ...line, price: 10_000, discount: 0 }],
        totals,
        insurer: 'Safe Health',
        payments: [cash],
      }),
    );
    expect(text).toContain('Safe Health');
    expect(text).toMatch(/Paid by the insurer −80\.00/);
    expect(text).toContain('given 50.00, change 30.00');
  });

  it('a credit note names its bill, its lines, tax and reason, and whom it credits', async () => {
    const text = await textOf({
      ...{ kind: 'creditNote', ...writing, patient, number: 'A-C000007', billNumber: 'A-B000042' },
      ...{ billedAt: registeredAt, taxPercent: 5, tax: 100, total: 2100, to: 'patient', reason: 'haemolysed' },
      lines: [{ code: 'CRP', name: 'C-reactive protein', amount: 2000 }],
    });
    for (const words of ['Credit note', 'A-C000007', 'A-B000042', 'C-reactive protein', 'haemolysed']) {
      expect(text).toContain(words);
    }
    expect(text).toMatch(/Tax 5% 1\.00/);
    expect(text).toContain("Credited to the patient's balance.");
  });

  it('a day close shows what was expected and counted, notes and coins, and the difference', async () => {
    const text = await textOf({
      ...{ kind: 'dayClose', ...writing, number: 'A-D00003', staffName: 'Anna', stationName: 'Front desk' },
      sums: [{ method: 'cash', expected: 10_000, counted: 9900 }],
      denominations: [{ value: 5000, count: 1 }],
      difference: -100,
      reason: 'a coin is missing',
    });
    expect(text).toMatch(/Cash 100\.00 99\.00 -1\.00/);
    expect(text).toMatch(/50\.00 1 50\.00/);
    expect(text).toContain('a coin is missing');
  });
});
