import { createHash } from 'node:crypto';
import { createFilesRouter, Uploads } from '../../../electron/core/files/index.ts';
import { router } from '../../../electron/core/kernel/index.ts';
import { createImportRouter, createPatientsRouter, PatientImports } from '../../../electron/core/patients/index.ts';
import { chunkBytes, type UploadPurpose } from '../../../shared/files/upload.ts';
import { type Permission, permissionNames } from '../../../shared/kernel/permissions.ts';
import { loggedInAs } from '../../support/api-context.ts';
import { openTestKernel, type TestKernel, type TestKernelOptions } from '../../support/test-kernel.ts';

/** A real kernel with the API of patients, files and imports. */
export async function openPatientsLab(options: TestKernelOptions = {}) {
  const opened = await openTestKernel(options);
  const uploads = new Uploads(opened.kernel);
  const imports = new PatientImports(opened.kernel, uploads);
  const api = router({
    patients: createPatientsRouter(),
    files: createFilesRouter(uploads),
    patientImport: createImportRouter(imports),
  });
  return {
    opened,
    kernel: opened.kernel,
    uploads,
    imports,
    as(permissions: readonly Permission[] = permissionNames) {
      const context = loggedInAs(opened as TestKernel, permissions);
      return { context, api: api.createCaller(context) };
    },
    async dispose() {
      await imports.close();
      await opened.dispose();
    },
  };
}

export type PatientsLab = Awaited<ReturnType<typeof openPatientsLab>>;
export type PatientsApi = ReturnType<PatientsLab['as']>['api'];

export const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export const chunkText = (bytes: Uint8Array, index: number) =>
  Buffer.from(bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes)).toString('base64');

/** Sends a file as a screen does. */
export async function send(api: PatientsApi, bytes: Uint8Array, name: string, purpose: UploadPurpose = 'keep') {
  const begun = await api.files.begin({ purpose, name, size: bytes.length, sha256: sha256Of(bytes) });
  if (begun.present) return { uploadId: '', sha256: sha256Of(bytes) };
  for (let index = begun.received; index < begun.count; index++) {
    await api.files.append({ uploadId: begun.uploadId, index, data: chunkText(bytes, index) });
  }
  await api.files.finish({ uploadId: begun.uploadId });
  return { uploadId: begun.uploadId, sha256: sha256Of(bytes) };
}

/** The first bytes of a real PDF, and as many others as asked for. */
export function pdfOf(size: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let index = 0; index < size; index += 997) bytes[index] = (index * 31 + seed) & 0xff;
  bytes.set(new TextEncoder().encode(`%PDF-1.7\n%${seed}\n`));
  return bytes;
}

/** A name that sounds different for each number, so that the people of a test are different. */
export function differentName(index: number): string {
  const alphabet = 'bcdfgjklmnpqrstvxz';
  let text = '';
  for (let rest = index + 18; rest > 0; rest = Math.floor(rest / 18)) text += `${alphabet[rest % 18]}a`;
  return text;
}
