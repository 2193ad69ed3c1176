import { describe, expect, it } from 'vitest';
import { renderDocument } from '../../../electron/core/documents/render.ts';
import type { DocumentInput } from '../../../shared/documents/schema.ts';
import { formatAccession } from '../../../shared/specimens/accession.ts';
import { hasTool, pagesOf, scansOf } from './pdf-tools.ts';
import { sampleAccessions, sampleLabels, sampleListing, sampleReceipt, sampleReport } from './samples.ts';

const canRead = hasTool('pdftotext');
const canScan = hasTool('pdftoppm') && hasTool('zbarimg');

/** The text of all pages with single spaces. */
async function textOf(input: DocumentInput): Promise<string> {
  return pagesOf(await renderDocument(input))
    .join('\n')
    .replace(/\s+/g, ' ');
}

describe('any document', () => {
  it.each([sampleReceipt(), sampleLabels(), sampleReport(), sampleListing()])(
    'of kind $kind is a PDF',
    async (input) => {
      const pdf = Buffer.from(await renderDocument(input));
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
      expect(pdf.subarray(-6).toString().trim()).toBe('%%EOF');
    },
  );

  it('is the same for the same input, whatever was made before it', async () => {
    const first = Buffer.from(await renderDocument(sampleReport()));
    await renderDocument(sampleReceipt({ status: 'open' }));
    const again = Buffer.from(await renderDocument(sampleReport()));
    // The trailer's file id is drawn from the time of day.
    const withoutId = (pdf: Buffer) => pdf.toString('latin1').replace(/\/ID \[.*?\]/s, '');
    expect(withoutId(again)).toBe(withoutId(first));
  });

  it('is refused with the place of what is wrong', async () => {
    const input = { ...sampleReceipt(), currency: 'dirham' };
    await expect(renderDocument(input)).rejects.toThrow(/currency/);
    await expect(renderDocument({ ...sampleReceipt(), secret: 1 } as DocumentInput)).rejects.toThrow(/secret/);
    await expect(renderDocument(sampleReceipt({ timeZone: 'Mars/Olympus' }))).rejects.toThrow(RangeError);
    const logo = 'file:///etc/passwd';
    const letterhead = { ...sampleReceipt().letterhead, logo };
    await expect(renderDocument(sampleReceipt({ letterhead }))).rejects.toThrow(/logo/);
  });
});

describe.skipIf(!canRead)('a report (reads the pages with pdftotext)', () => {
  it('says who, what and which page on every page, under the letterhead', async () => {
    const pages = pagesOf(await renderDocument(sampleReport()));
    expect(pages.length).toBe(3);
    pages.forEach((page, index) => {
      expect(page).toContain('Creekside Medical Laboratory');
      expect(page).toContain('Małgorzata Dąbrowska');
      expect(page).toContain('A-P000042');
      expect(page).toContain('A-R000317');
      expect(page).toContain(`Page ${index + 1} of ${pages.length}`);
      expect(page).toContain('FINAL');
    });
  });

  it('has value, flag, unit and range on one line, in the letters and signs they need', async () => {
    const text = await textOf(sampleReport());
    expect(text).toContain('Haemoglobin 9.8 L g/dL 12.0 – 15.0');
    expect(text).toContain('Analyzer: 98 g/L, Sysmex XN-550');
    expect(text).toContain('White blood cells 8.13 10³/µL 4.00 – 10.00');
    expect(text).toContain('Potassium 6.4 HH mmol/L 3.5 – 5.1');
    expect(text).toContain('C-reactive protein <0.3 mg/L');
    expect(text).toContain('Hepatitis B surface antigen Reactive A Non-reactive');
    expect(text).toContain('≥ 50');
    expect(text).toContain('IFCC, 37 °C');
    expect(text).toContain('Dr. Lucía Núñez Peña');
  });

  it('prints times in the time zone of the laboratory', async () => {
    expect(await textOf(sampleReport())).toContain('24 Nov 2025, 11:05');
    expect(await textOf(sampleReport(['CRP'], { timeZone: 'UTC' }))).toContain('24 Nov 2025, 07:05');
    expect(await textOf(sampleReport(['CRP'], { locale: 'de-DE' }))).toContain('24. Nov. 2025, 11:05');
  });

  it('is signed at the end, after the last result', async () => {
    const text = await textOf(sampleReport());
    const places = ['Non-reactive', 'End of report', 'Dr. Niamh O’Connor', 'Signed electronically, 24 Nov 2025, 15:18'];
    const found = places.map((place) => text.lastIndexOf(place));
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(found[0]).toBeGreaterThan(0);
  });

  it('repeats department, test and column heads after a page break', async () => {
    const values = Array.from({ length: 90 }, (_, index) => ({
      name: `Analyte ${index + 1}`,
      value: '1',
      flag: '' as const,
    }));
    const departments = [{ name: 'Toxicology', tests: [{ code: 'TOX', name: 'Screening', values }] }];
    const pages = pagesOf(await renderDocument(sampleReport([], { departments })));
    expect(pages.length).toBeGreaterThan(1);
    for (const page of pages) {
      if (!page.includes('Analyte')) continue;
      expect(page).toContain('TOXICOLOGY');
      expect(page).toContain('Screening');
      expect(page).toContain('Reference range');
    }
    const printed = pages.join('\n').match(/Analyte \d+/g) ?? [];
    expect(printed).toEqual(values.map((value) => value.name));
  });

  it('never leaves a heading alone at the foot of a page', { timeout: 60_000 }, async () => {
    for (let rows = 20; rows < 44; rows++) {
      const before = Array.from({ length: rows }, () => ({ name: 'Analyte', value: '1', flag: '' as const }));
      const values = [...before, { name: 'First of group', heading: 'Group heading', value: '1', flag: '' as const }];
      const departments = [{ name: 'D', tests: [{ code: 'T', name: 'T', values }] }];
      const pages = pagesOf(await renderDocument(sampleReport([], { departments })));
      const found = pages.filter((page) => page.includes('Group heading'));
      expect(found).toHaveLength(1);
      expect(found[0]).toContain('First of group');
    }
  });

  it('never splits the signatures from the end of the report', { timeout: 60_000 }, async () => {
    for (let rows = 20; rows < 44; rows++) {
      const values = Array.from({ length: rows }, () => ({ name: 'Analyte', value: '1', flag: '' as const }));
      const departments = [{ name: 'D', tests: [{ code: 'T', name: 'T', values }] }];
      const last = pagesOf(await renderDocument(sampleReport([], { departments }))).at(-1) ?? '';
      expect(last).toContain('End of report');
      expect(last).toContain('Consultant pathologist');
    }
  });

  it('that is preliminary or amended says so on every page, and what it replaces', async () => {
    const preliminary = sampleReport(['CBC', 'URINE'], { status: 'preliminary', signatures: [] });
    for (const page of pagesOf(await renderDocument(preliminary))) expect(page).toContain('PRELIMINARY');
    const text = await textOf(preliminary);
    expect(text).toContain('not yet verified and signed');
    expect(text).not.toContain('Signed electronically');
    expect(text).toContain('pending');
    const amended = sampleReport(['ELEC'], {
      status: 'amended',
      version: 2,
      amendment: { reason: 'Specimen was haemolysed', replacedAt: '2025-11-24T09:00:00.000Z' },
    });
    const [department] = amended.departments;
    const [test] = department?.tests ?? [];
    if (test?.values[1]) test.values[1].replaces = '5.9';
    const words = await textOf(amended);
    expect(words).toContain('AMENDED, VERSION 2');
    expect(words).toContain('This report replaces version 1 of 24 Nov 2025, 13:00.');
    expect(words).toContain('Reason: Specimen was haemolysed');
    expect(words).toContain('Amended, was 5.9');
  });

  it('runs long words over the columns and keeps their flag', async () => {
    const value = 'Numerous calcium oxalate crystals, some triple phosphate';
    const values = [{ name: 'Crystals', value, flag: 'A' as const, unit: '' }];
    const departments = [{ name: 'Microscopy', tests: [{ code: 'U', name: 'Urine', values }] }];
    expect(await textOf(sampleReport([], { departments }))).toContain(`${value} (A)`);
  });
});

describe.skipIf(!canRead)('a bill or receipt (reads the page with pdftotext)', () => {
  it.each(['A4', 'A5'] as const)('adds up on %s', async (pageSize) => {
    const text = await textOf(sampleReceipt({ pageSize }));
    expect(text).toContain('Receipt');
    expect(text).toContain('Complete blood count CBC 60.00 −6.00 54.00');
    expect(text).toContain('Subtotal 375.00');
    expect(text).toContain('Discount −18.00');
    expect(text).toContain('Tax 5% 17.85');
    expect(text).toContain('Total AED 374.85');
    expect(text).toContain('Due AED 0.00');
    expect(text).toContain('Auth 004512');
  });

  it('with money due is a bill; one with too much paid is in credit; a cancelled one says why', async () => {
    const totals = { gross: 37_500, discount: 0, tax: 0, net: 37_500, paid: 0, due: 37_500 };
    const bill = await textOf(sampleReceipt({ status: 'open', totals, payments: [] }));
    expect(bill).toContain('Bill no.');
    expect(bill).not.toContain('Receipt');
    expect(bill).not.toContain('Subtotal');
    expect(bill).toContain('Due AED 375.00');
    const credit = { ...totals, paid: 40_000, due: -2500 };
    expect(await textOf(sampleReceipt({ totals: credit }))).toContain('In credit AED 25.00');
    const cancelled = sampleReceipt({ status: 'cancelled', cancelReason: 'Left before collection' });
    expect(await textOf(cancelled)).toContain('Cancelled: Left before collection');
  });

  it('of many lines goes on to a second page with its heads', async () => {
    const line = { code: 'CBC', name: 'Complete blood count', price: 6000, discount: 0 };
    const pages = pagesOf(await renderDocument(sampleReceipt({ lines: Array.from({ length: 60 }, () => line) })));
    expect(pages.length).toBeGreaterThan(1);
    expect(pages[1]).toContain('Amount');
    expect(pages[1]).toContain(`Page 2 of ${pages.length}`);
  });
});

describe.skipIf(!canRead)('labels (reads the pages with pdftotext)', () => {
  it('are one page for each copy, each with person, accession, tests and tube', async () => {
    const input = sampleLabels();
    const [first] = input.labels;
    if (first) first.copies = 2;
    const pages = pagesOf(await renderDocument(input));
    expect(pages).toHaveLength(3);
    for (const page of pages) {
      expect(page).toContain('Małgorzata Dąbrowska');
      expect(page).toMatch(/A-P000042\s+34 y\s+F\s+24\/11\/25, 11:05/);
    }
    expect(pages[0]).toContain('A-0000-0042-3');
    expect(pages[0]).toContain('CBC HBA1C');
    expect(pages[0]).not.toContain('URGENT');
    expect(pages[2]).toContain('URGENT Serum gel tube');
    expect(pages[2]).toMatch(/LFT RFT .* \+\d/);
  });

  it('stay one page with names and tests of any length', async () => {
    const [label] = sampleLabels().labels;
    if (!label) throw new Error('no label');
    const long = {
      ...label,
      patientName: 'W'.repeat(200),
      container: 'M'.repeat(100),
      testCodes: Array(200).fill('TESTCODE'),
    };
    const pages = pagesOf(await renderDocument(sampleLabels({ labels: [long] })));
    expect(pages).toHaveLength(1);
    expect(pages[0]).toContain('WWW');
    expect(pages[0]).toContain('…');
  });
});

describe.skipIf(!canScan)('symbols (scanned with zbarimg)', () => {
  it('on labels give the accession, at the resolution of a label printer', async () => {
    const pdf = await renderDocument(sampleLabels());
    const expected = sampleAccessions.map((accession) => `CODE-128:${accession}`);
    expect(scansOf(pdf, 203)).toEqual(expected);
    expect(scansOf(pdf, 300)).toEqual(expected);
  });

  it('scan for the longest accession and the largest numbers', async () => {
    const [label] = sampleLabels().labels;
    if (!label) throw new Error('no label');
    const accessions = [formatAccession('Z9ZZ', 99_999_999), formatAccession('WXYZ', 12_345_678)];
    const labels = accessions.map((accession) => ({ ...label, accession }));
    const pdf = await renderDocument(sampleLabels({ labels }));
    expect(scansOf(pdf, 203)).toEqual(accessions.map((accession) => `CODE-128:${accession}`));
  });

  it('on a report give the verification text, letters of any script included', async () => {
    const verification = 'ALIQUOT1|A-R000317|Małgorzata Dąbrowska|Ελένη|24.11.2025';
    const found = scansOf(await renderDocument(sampleReport(['CRP'], { verification })), 150);
    expect(found).toEqual([`QR-Code:${verification}`]);
  });
});

describe.skipIf(!canRead)('a listing (reads the pages with pdftotext)', () => {
  it('has its headings on every page, every row once, and the lines to sign at the end', async () => {
    const pages = pagesOf(await renderDocument(sampleListing()));
    expect(pages.length).toBeGreaterThan(1);
    for (const page of pages) expect(page).toMatch(/Accession\s+Patient\s+Tests/);
    expect(pages.join('').match(/A-0000-\d+/g)).toHaveLength(60);
    expect(pages.at(-1)).toContain('Handed over by');
  });

  it.skipIf(!canScan)('has the manifest’s number as a barcode', async () => {
    expect(scansOf(await renderDocument(sampleListing()), 200)).toContain('CODE-128:A-M000012');
  });
});
