import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDocumentRenderer } from '../../../electron/core/documents/index.ts';
import { reportAttachments } from '../../../electron/core/reports/index.ts';
import { activityText } from '../../../shared/activity/actions.ts';
import type { ReportInput } from '../../../shared/documents/schema.ts';
import { type OrderLab, openOrderLab } from '../billing/order-lab.ts';

let lab: OrderLab;

beforeAll(async () => {
  lab = await openOrderLab();
});
afterAll(() => lab.dispose());

it('an order becomes a signed report in the mail', async () => {
  const reception = lab.api(['bill.create', 'bill.pay', 'specimen.read', 'specimen.collect']);
  const bench = lab.api(['specimen.read', 'specimen.receive', 'report.read', 'result.enter']);
  const doctor = lab.api(['report.read', 'report.verify', 'report.sign', 'report.release']);

  const { bill, specimens } = await reception.bills.create({
    patientId: lab.patient.id,
    lines: [{ testId: lab.test('RFT') }, { testId: lab.test('HIV') }],
    referrerId: lab.doctorId,
    payment: { method: 'cash', amount: 22_000 },
  });
  expect(bill.status).toBe('paid');
  lab.clock.advance(5 * 60_000);
  await reception.specimens.collect({ ids: specimens.map(({ id }) => id) });

  lab.clock.advance(20 * 60_000);
  const scanned = await bench.specimens.scan({ code: specimens[0]?.accession ?? '' });
  await bench.specimens.receive({ ids: [scanned.specimen.id] });
  const waiting = await bench.reports.worklist({ state: 'inProgress' });
  expect(waiting.rows.map(({ testCode, filled }) => `${testCode} ${filled}`).toSorted()).toEqual(['HIV 0', 'RFT 0']);
  for (const row of waiting.rows) {
    const { report } = await bench.reports.get({ id: row.id });
    const values = report.values.map(({ parameterId }) => ({
      parameterId,
      value: row.testCode === 'HIV' ? 'neg' : '50',
    }));
    await bench.reports.enter({ id: row.id, rev: row.rev, values });
  }

  const ids = waiting.rows.map(({ id }) => id).toSorted();
  await doctor.reports.verify({ ids });
  lab.clock.advance(60_000);
  const signed = await doctor.reports.sign({ ids });
  expect(signed.map(({ state, version }) => `${state} ${version}`)).toEqual(['signed 1', 'signed 1']);
  const { reports, mails } = await doctor.reports.release({ ids });
  expect(reports.map(({ state }) => state)).toEqual(['released', 'released']);
  expect(mails).toEqual([{ patientId: lab.patient.id, billId: bill.id, queued: true }]);

  const reads = lab.kernel.reads();
  const [job] = reads.find('jobs', { selector: {} });
  expect(job).toMatchObject({ channel: 'email', state: 'queued', payload: { to: ['maria@mail.example'] } });
  expect([job?.payload.reportIds ?? []].flat().toSorted()).toEqual(ids);

  await doctor.reports.pdf({ ids });
  const paper = lab.tray.printed.at(-1) as ReportInput;
  expect(paper).toMatchObject({
    kind: 'report',
    status: 'final',
    version: 1,
    number: bill.number,
    referrer: 'Dr. Anil Rao',
    patient: { name: 'Maria Silva', age: '35 y' },
    registeredAt: '2026-01-05T08:00:00.000Z',
    specimens: [
      {
        accession: specimens[0]?.accession,
        collectedAt: '2026-01-05T08:05:00.000Z',
        receivedAt: '2026-01-05T08:25:00.000Z',
      },
    ],
    reportedAt: '2026-01-05T08:26:00.000Z',
    signatures: [{ name: 'Dr. Niamh Byrne', designation: 'Pathologist', at: '2026-01-05T08:26:00.000Z' }],
  });
  const hiv = paper.departments.flatMap(({ tests }) => tests).find(({ code }) => code === 'HIV');
  expect(hiv?.values[0]).toMatchObject({ value: 'Non-reactive', flag: '' });
  expect(paper.verification).toContain(bill.number);

  const words = reads
    .find('activity', { selector: { patientId: { $eq: lab.patient.id } } })
    .toSorted((a, b) => a.position - b.position)
    .map(({ action, values }) => activityText(action, values));
  expect(words).toHaveLength(12);
  expect(words[0]).toBe('Bill A-B000001 for Maria Silva: RFT, HIV, ₹220.00');
  expect(words.at(-2)).toMatch(/ of Maria Silva released$/);
});

it('the mail carries the signed report as a PDF made by the real renderer', async () => {
  const documents = createDocumentRenderer();
  try {
    const [job] = lab.kernel.reads().find('jobs', { selector: {} });
    if (!job) throw new Error('the chain left no job');
    const [file, ...others] = await reportAttachments(lab.kernel, documents)(job);
    expect(others).toEqual([]);
    expect(file).toMatchObject({ filename: 'report-A-B000001.pdf', contentType: 'application/pdf' });
    expect(
      Buffer.from(file?.content ?? [])
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
  } finally {
    await documents.close();
  }
});
