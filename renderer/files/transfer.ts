import { chunkBytes, largestFile, largestImport, type UploadPurpose } from '../../shared/files/upload.ts';
import type { ApiClient } from '../app/api.ts';
import { words } from '../words/index.ts';

/** Why a file is not even begun to be sent, in words. */
export class FileRefused extends Error {}

const thumbnailPixels = 320;

/**
 * Sends a file in chunks and gives what it is kept as. One that is too large is refused before it is read. Sent again after a
 * break, it goes on where it stopped.
 * @param onProgress per cent
 */
export async function sendFile(
  client: ApiClient,
  file: File,
  purpose: UploadPurpose,
  onProgress: (percent: number) => void,
): Promise<{ uploadId: string; sha256: string }> {
  const most = purpose === 'keep' ? largestFile : largestImport;
  if (file.size > most) {
    const megabytes = (bytes: number) => Math.ceil(bytes / 1024 / 1024);
    throw new FileRefused(words.files.tooLarge(file.name, megabytes(file.size), megabytes(most)));
  }
  const sha256 = await sha256Of(file);
  const { uploadId, received, count, present } = await client.files.begin.mutate({
    ...{ purpose, name: file.name, size: file.size, sha256 },
  });
  if (present) return { uploadId, sha256 };
  for (let index = received; index < count; index++) {
    const data = await base64Of(file.slice(index * chunkBytes, (index + 1) * chunkBytes));
    await client.files.append.mutate({ uploadId, index, data });
    onProgress(Math.round(((index + 1) / count) * 100));
  }
  await client.files.finish.mutate({ uploadId });
  return { uploadId, sha256 };
}

/** Sends a picture's thumbnail; undefined for what has none (a PDF) or what the browser cannot draw. */
export async function sendThumbnail(client: ApiClient, file: File): Promise<string | undefined> {
  if (!file.type.startsWith('image/')) return undefined;
  const small = await smallPicture(file).catch(() => undefined);
  if (!small) return undefined;
  const named = new File([small], `thumbnail of ${file.name}`.slice(0, 200), { type: small.type });
  return (await sendFile(client, named, 'keep', () => {})).sha256;
}

/** Fetches a kept file. */
export function fetchFile(client: ApiClient, sha256: string): Promise<Blob> {
  return joinChunks((index) => client.files.chunk.query({ sha256, index }));
}

/** Fetches what comes in chunks, one after the other. */
export async function joinChunks(
  chunk: (index: number) => Promise<{ data: string; count: number; mediaType: string }>,
): Promise<Blob> {
  const first = await chunk(0);
  const parts = [bytesOf(first.data)];
  for (let index = 1; index < first.count; index++) parts.push(bytesOf((await chunk(index)).data));
  return new Blob(parts, { type: first.mediaType });
}

/** Bytes as base64, by the browser's own means. */
export function base64Of(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^.*?,/, ''));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

async function sha256Of(file: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function smallPicture(file: Blob): Promise<Blob | undefined> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, thumbnailPixels / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? undefined), 'image/webp', 0.8));
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
