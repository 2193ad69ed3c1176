import { describe, expect, it } from 'vitest';
import { renderDocument } from '../../../electron/core/documents/render.ts';
import type { DocumentInput, InvoicePaper } from '../../../shared/documents/schema.ts';
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

/** Three pages of bills, the last line takes something back. */
function sampleInvoice(change: Partial<InvoicePaper> = {}): InvoicePaper {
  const items = Array.from({ length: 124 }, (_, index) => ({
    on: `2026-10-${String(1 + Math.floor(index / 4)).padStart(2, '0')}`,
    number: `A-B${String(index + 1).padStart(6, '0')}`,
    patientName: `Patient ${index + 1}`,
    tests: index === 123 ? 'C-reactive protein' : 'Complete blood count, Creatinine, Glucose (fasting)',
    amount: index === 123 ? -1500 : 1000,
  }));
  return {
    ...{ kind: 'invoice', ...writing, number: 'A-I00007', status: 'partPaid', dueOn: '2026-11-30' },
    ...{ organisation: 'City Hospital', address: '12 Harbour Road', period: { from: '2026-10-01', to: '2026-10-31' } },
    items,
    totals: { net: 121_500, paid: 50_000, due: 71_500 },
    payments: [{ kind: 'payment', at: registeredAt, method: 'transfer', amount: 50_000, reference: 'UTR 99812' }],
    ageing: { '0-30': 71_500, '31-60': 0, '61-90': 12_000, '90+': 0 },
    ...change,
  };
}

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

  it('an invoice goes on with its heads on every page, each bill once, and its sums whole on the last', async () => {
    const pages = pagesOf(await renderDocument(sampleInvoice()));
    expect(pages.length).toBeGreaterThan(2);
    for (const page of pages) expect(page).toMatch(/Date\s+Bill no\.\s+Patient\s+Test\s+Amount/);
    const numbers = pages.join('\n').match(/A-B\d{6}/g) ?? [];
    expect(numbers).toEqual(sampleInvoice().items.map((item) => item.number));
    const last = pages.at(-1) ?? '';
    expect(last).toMatch(/Total\s+1,215\.00/);
    expect(last).toMatch(/Paid\s+500\.00/);
    expect(last).toMatch(/Due\s+AED\s715\.00/);
    expect(last).toMatch(/Up to 30\s+31 to 60\s+61 to 90\s+Over 90\s+715\.00\s+0\.00\s+120\.00\s+0\.00/);
  });

  it('an invoice says for whom, of which days, by when, what was taken back and what was paid', async () => {
    const text = await textOf(sampleInvoice());
    for (const words of ['City Hospital', '12 Harbour Road', 'A-I00007', 'Credit note: C-reactive protein']) {
      expect(text).toContain(words);
    }
    expect(text).toMatch(/01 Oct 2026 – 31 Oct 2026/);
    expect(text).toMatch(/Bank transfer AED 500\.00 UTR 99812/);
    expect(text).toContain('All amounts in AED.');
    expect(text).not.toContain('Cancelled');
  });

  it('a cancelled invoice says so across its page, with the reason', async () => {
    const cancelled = sampleInvoice({ status: 'cancelled', cancelReason: 'withdrawn by us' });
    expect(await textOf({ ...cancelled, items: cancelled.items.slice(0, 2) })).toContain('Cancelled: withdrawn by us');
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
