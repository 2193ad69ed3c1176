import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFilesRouter, Uploads } from '../../../electron/core/files/index.ts';
import { router } from '../../../electron/core/kernel/index.ts';
import { chunkBytes } from '../../../shared/files/upload.ts';
import { permissionNames } from '../../../shared/kernel/permissions.ts';
import { loggedInAs } from '../../support/api-context.ts';
import { fieldsOf, refusalOf } from '../billing/order-lab.ts';
import {
  chunkText,
  openPatientsLab,
  type PatientsApi,
  type PatientsLab,
  pdfOf,
  send,
  sha256Of,
} from './patients-lab.ts';

let lab: PatientsLab;
let api: PatientsApi;
let patientId: string;

const consent = { sms: false, whatsapp: false, email: false };

beforeAll(async () => {
  lab = await openPatientsLab();
  ({ api } = lab.as());
  patientId = (await api.patients.register({ fullName: 'Maria Silva', sex: 'female', dateOfBirth: '1990', consent }))
    .id;
});
afterAll(() => lab.dispose());

const rows = (table: string) => Number(lab.kernel.database.engine.all(`SELECT count(*) AS n FROM ${table}`)[0]?.n);
const blobs = () => lab.kernel.reads().count('blobs', { selector: {} });

async function fetched(sha256: string): Promise<Buffer> {
  const first = await api.files.chunk({ sha256, index: 0 });
  const parts = [first.data];
  for (let index = 1; index < first.count; index++) parts.push((await api.files.chunk({ sha256, index })).data);
  return Buffer.concat(parts.map((part) => Buffer.from(part, 'base64')));
}

describe('a file of a patient', () => {
  it('comes back byte by byte, and is visible only when all of it is here', async () => {
    const bytes = pdfOf(3 * chunkBytes + 77);
    const sha256 = sha256Of(bytes);
    const { uploadId, count } = await api.files.begin({ purpose: 'keep', name: 'a.pdf', size: bytes.length, sha256 });
    expect(count).toBe(4);
    for (const index of [0, 1, 2]) await api.files.append({ uploadId, index, data: chunkText(bytes, index) });
    expect(await fieldsOf(() => api.files.finish({ uploadId }))).toEqual(['file: file.incomplete']);
    expect(blobs()).toBe(0);
    expect(await refusalOf(() => api.files.chunk({ sha256, index: 0 }))).toMatchObject({ kind: 'notFound' });
    await api.files.append({ uploadId, index: 3, data: chunkText(bytes, 3) });
    const file = await api.files.finish({ uploadId });
    expect(file).toEqual({ sha256, name: 'a.pdf', size: bytes.length, mediaType: 'application/pdf' });
    expect(sha256Of(await fetched(sha256))).toBe(sha256);
    expect([rows('uploads'), rows('upload_chunks')]).toEqual([0, 0]);
  });

  it('sent a second time is not sent at all', async () => {
    const bytes = pdfOf(3 * chunkBytes + 77);
    const before = blobs();
    const begun = await api.files.begin({
      purpose: 'keep',
      name: 'b.pdf',
      size: bytes.length,
      sha256: sha256Of(bytes),
    });
    expect(begun.present).toBe(true);
    expect(blobs()).toBe(before);
  });

  it('goes on after a break where it stopped, whatever was sent twice', async () => {
    const bytes = pdfOf(2 * chunkBytes, 7);
    const input = { purpose: 'keep' as const, name: 'c.pdf', size: bytes.length, sha256: sha256Of(bytes) };
    const first = await api.files.begin(input);
    await api.files.append({ uploadId: first.uploadId, index: 0, data: chunkText(bytes, 0) });
    const again = await api.files.begin(input);
    expect(again).toEqual({ ...first, received: 1 });
    await api.files.append({ uploadId: again.uploadId, index: 0, data: chunkText(bytes, 0) });
    await api.files.append({ uploadId: again.uploadId, index: 1, data: chunkText(bytes, 1) });
    await api.files.finish({ uploadId: again.uploadId });
    expect(sha256Of(await fetched(input.sha256))).toBe(input.sha256);
  });

  it('of 50 MB is refused before a byte of it is sent', async () => {
    const size = 50 * 1024 * 1024;
    const begin = () => api.files.begin({ purpose: 'keep', name: 'big.pdf', size, sha256: 'a'.repeat(64) });
    expect(await refusalOf(begin)).toMatchObject({
      errors: [{ field: 'file', code: 'file.size', message: 'The file has 50 MB; 20 MB is the most' }],
    });
    expect(rows('uploads')).toBe(0);
  });

  it.each([
    ['a Windows program', Buffer.from('MZ'.padEnd(600, '\0'))],
    ['a Linux program', Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(600)])],
    ['a script', Buffer.from('#!/bin/sh\nrm -rf ~\n')],
    ['a page', Buffer.from('<html><script>alert(1)</script></html>')],
  ])('%s named .pdf is refused by its content, and nothing of it stays', async (_, bytes) => {
    const before = blobs();
    expect(await fieldsOf(() => send(api, bytes, 'report.pdf'))).toEqual(['file: file.type']);
    expect([blobs(), rows('uploads'), rows('upload_chunks')]).toEqual([before, 0, 0]);
  });

  it('that changed on its way, came out of order or too long is refused', async () => {
    const bytes = pdfOf(chunkBytes + 5, 3);
    const input = { purpose: 'keep' as const, name: 'd.pdf', size: bytes.length, sha256: sha256Of(pdfOf(90, 4)) };
    const { uploadId } = await api.files.begin(input);
    const append = (index: number, data = chunkText(bytes, index)) => api.files.append({ uploadId, index, data });
    expect(await fieldsOf(() => append(1))).toEqual(['index: file.chunk']);
    expect(await fieldsOf(() => append(0, 'AAAA'))).toEqual(['index: file.chunk']);
    await append(0);
    await append(1);
    expect(await fieldsOf(() => api.files.finish({ uploadId }))).toEqual(['file: file.hash']);
    expect(rows('uploads')).toBe(0);
  });

  it('is another person’s upload for nobody else', async () => {
    const bytes = pdfOf(50, 9);
    const begun = await api.files.begin({ purpose: 'keep', name: 'e.pdf', size: 50, sha256: sha256Of(bytes) });
    const other = lab.as().api;
    const data = chunkText(bytes, 0);
    const uploadId = begun.uploadId;
    expect(await refusalOf(() => other.files.append({ uploadId, index: 0, data }))).toMatchObject({ kind: 'notFound' });
    await api.files.cancel({ uploadId });
    expect(rows('uploads')).toBe(0);
  });

  it('is referred to by the patient with its true type and size; removing takes the reference only', async () => {
    const bytes = pdfOf(1000, 11);
    const { sha256 } = await send(api, bytes, 'passport.pdf');
    const file = { sha256, name: 'passport.pdf', title: 'Passport' };
    const patient = await api.patients.saveIdProofs({ id: patientId, list: 'idProofs', add: [file] });
    expect(patient.idProofs).toMatchObject([{ ...file, size: 1000, mediaType: 'application/pdf' }]);
    await api.patients.saveIdProofs({ id: patientId, list: 'attachments', add: [file] });
    const twice = () => api.patients.saveIdProofs({ id: patientId, list: 'idProofs', add: [file] });
    expect(await fieldsOf(twice)).toEqual(['add.0: file.twice']);
    const unknown = { ...file, sha256: 'b'.repeat(64) };
    const wrong = () =>
      api.patients.saveIdProofs({ id: patientId, list: 'idProofs', add: [unknown], remove: ['c'.repeat(64)] });
    expect(await fieldsOf(wrong)).toEqual(['add.0: file.missing', 'remove.0: file.gone']);
    const after = await api.patients.saveIdProofs({ id: patientId, list: 'idProofs', remove: [sha256] });
    expect([after.idProofs.length, after.attachments?.length]).toEqual([0, 1]);
    const untitled = {
      sha256: (await send(api, pdfOf(900, 12), 'scan-0042.pdf')).sha256,
      name: 'scan-0042.pdf',
      title: ' ',
    };
    await api.patients.saveIdProofs({ id: patientId, list: 'idProofs', add: [untitled] });
    const entries = lab.kernel
      .reads()
      .find('activity', { selector: { action: { $in: ['patient.fileAdded', 'patient.fileRemoved'] } } });
    const texts = entries.map(({ action, values }) => `${action} ${values.file}`);
    expect(texts).toContain('patient.fileAdded Passport');
    expect(texts).toContain('patient.fileRemoved Passport');
    expect(texts).toContain('patient.fileAdded scan-0042.pdf');
    expect(sha256Of(await fetched(sha256))).toBe(sha256);
  });

  it('survives a crash between its chunks becoming documents, and what nobody went on with is forgotten', async () => {
    const bytes = pdfOf(7 * chunkBytes, 21);
    const sha256 = sha256Of(bytes);
    const begun = await api.files.begin({ purpose: 'keep', name: 'f.pdf', size: bytes.length, sha256 });
    for (let index = 0; index < 7; index++) {
      await api.files.append({ uploadId: begun.uploadId, index, data: chunkText(bytes, index) });
    }
    // As a crash leaves it: the hash was right, three chunks are documents.
    lab.kernel.database.engine.commit((transaction) => transaction.run(`UPDATE uploads SET state='finishing'`));
    const system = lab.kernel.systemSession('Upload');
    lab.kernel.change(system, (work) => {
      work.insertMany(
        'blobs',
        [0, 1, 2].map((index) => ({
          ...{ sha256, index, count: 7, size: bytes.length, mediaType: 'application/pdf' },
          data: chunkText(bytes, index),
        })),
      );
    });
    expect(await refusalOf(() => api.files.chunk({ sha256, index: 0 }))).toMatchObject({ kind: 'busy' });
    await new Uploads(lab.kernel).recover();
    expect(sha256Of(await fetched(sha256))).toBe(sha256);

    await api.files.begin({ purpose: 'keep', name: 'g.pdf', size: 10, sha256: 'd'.repeat(64) });
    lab.kernel.database.engine.commit((transaction) => transaction.run('UPDATE uploads SET updatedAt=0'));
    await lab.uploads.recover();
    expect(rows('uploads')).toBe(0);
  });

  it('needs its rights', async () => {
    const reader = router({ files: createFilesRouter(lab.uploads) }).createCaller(
      loggedInAs(
        lab.opened,
        permissionNames.filter((name) => name !== 'patient.update'),
      ),
    );
    const input = { purpose: 'keep' as const, name: 'x.pdf', size: 1, sha256: 'e'.repeat(64) };
    expect(await refusalOf(() => reader.files.begin(input))).toMatchObject({ kind: 'forbidden' });
  });
});
