import { createHash } from 'node:crypto';
import { setImmediate as yieldThread } from 'node:timers/promises';
import {
  type BeginUpload,
  chunkBytes,
  type KeptFile,
  largestFile,
  largestImport,
  type UploadPurpose,
  type UploadState,
} from '../../../shared/files/upload.ts';
import { newId } from '../../../shared/kernel/id.ts';
import { invalid, type Kernel, LabError, notFound, refuseIfInvalid, type Session } from '../kernel/index.ts';
import { fileIsHere } from './content.ts';
import { mediaTypeOf } from './media-type.ts';

/*
 * Chunks of a file that is being sent wait in tables of this station that nobody reads and that do not replicate. When the
 * last one is here and the hash is right, the file becomes documents of `blobs`. A file of many chunks is written in several
 * commits, so that the thread is never held long; it is visible only when all chunks are there, as also when it arrives by
 * replication. `finishing` marks a file whose hash was right: after a crash its writing goes on.
 */
const ddl = `
CREATE TABLE IF NOT EXISTS uploads (
  id TEXT PRIMARY KEY, labId TEXT NOT NULL, actorId TEXT NOT NULL, purpose TEXT NOT NULL, name TEXT NOT NULL,
  size INTEGER NOT NULL, sha256 TEXT NOT NULL, mediaType TEXT, received INTEGER NOT NULL, state TEXT NOT NULL,
  updatedAt INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS upload_chunks (
  uploadId TEXT NOT NULL, position INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (uploadId, position)
) WITHOUT ROWID`;

const forgottenAfterMs = 24 * 60 * 60_000;
/** Chunks in one commit: about 700 kB of JSON each. */
const chunksAtOnce = 1;

/** An upload as its table has it. */
export interface Upload {
  readonly id: string;
  readonly labId: string;
  readonly actorId: string;
  readonly purpose: UploadPurpose;
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  readonly mediaType: string | null;
  readonly received: number;
  readonly state: 'open' | 'finishing' | 'ready';
}

/** Files on their way into the laboratory, in chunks that may be sent again after a break. */
export class Uploads {
  private readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    kernel.database.engine.ensureTables(ddl);
  }

  /**
   * Announces a file. Too large or empty is refused here, before a byte is sent. The same file begun by the same person before
   * goes on where it stopped.
   */
  begin(session: Session, input: BeginUpload): UploadState {
    const { purpose, size, sha256 } = input;
    const most = purpose === 'keep' ? largestFile : largestImport;
    const megabytes = (bytes: number) => Math.ceil(bytes / 1024 / 1024);
    if (size > most) {
      const message = `The file has ${megabytes(size)} MB; ${megabytes(most)} MB is the most`;
      throw invalid('file', 'file.size', message, 'Make it smaller, e.g. scan with fewer dots an inch.');
    }
    if (size === 0) throw invalid('file', 'file.empty', 'The file is empty', 'Choose another file.');
    if (purpose === 'keep' && fileIsHere(this.kernel.reads(session.labId), sha256)) {
      return { uploadId: '', received: countOf(size), count: countOf(size), present: true };
    }
    const [known] = this.kernel.database.engine.all(
      `SELECT id, received FROM uploads WHERE labId=? AND actorId=? AND sha256=? AND size=? AND purpose=? AND state='open'`,
      ...[session.labId, session.actorId, sha256, size, purpose],
    );
    if (known) {
      return { uploadId: String(known.id), received: Number(known.received), count: countOf(size), present: false };
    }
    const uploadId = newId();
    this.run(
      `INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?, ?, NULL, 0, 'open', ?)`,
      ...[uploadId, session.labId, session.actorId, purpose, plainName(input.name), size, sha256],
      this.kernel.clock.now(),
    );
    return { uploadId, received: 0, count: countOf(size), present: false };
  }

  /**
   * Takes the next chunk. One that is here already is passed over, so that a chunk may be sent again when its answer was lost.
   * The first tells what the file is; what may not be added is refused and forgotten at once.
   */
  async append(session: Session, input: { uploadId: string; index: number; data: string }): Promise<UploadState> {
    const upload = this.open(session, input.uploadId);
    const count = countOf(upload.size);
    if (input.index < upload.received) return { uploadId: upload.id, received: upload.received, count, present: false };
    const data = Buffer.from(input.data, 'base64');
    const expected = Math.min(chunkBytes, upload.size - input.index * chunkBytes);
    if (input.index > upload.received || data.length !== expected) {
      const message = `Chunk ${upload.received} was expected, of ${Math.min(chunkBytes, upload.size - upload.received * chunkBytes)} bytes`;
      throw invalid('index', 'file.chunk', message, 'Ask where the upload stands and go on from there.');
    }
    let { mediaType } = upload;
    if (input.index === 0) {
      const read = await mediaTypeOf(data, upload.name, upload.purpose);
      if ('error' in read) {
        await this.forget(upload.id);
        refuseIfInvalid([read.error]);
      } else mediaType = read.mediaType;
    }
    const { engine } = this.kernel.database;
    const received = engine.commit(
      (transaction) => {
        transaction.run('INSERT OR IGNORE INTO upload_chunks VALUES (?, ?, ?)', upload.id, input.index, data);
        transaction.run(
          'UPDATE uploads SET received=max(received, ?), mediaType=?, updatedAt=? WHERE id=?',
          ...[input.index + 1, mediaType, this.kernel.clock.now(), upload.id],
        );
        return input.index + 1;
      },
      { flush: 'later' },
    );
    await this.kernel.flushed();
    return { uploadId: upload.id, received, count, present: false };
  }

  /** Ends an upload: all chunks are here and the hash is right, or it is refused and forgotten. A file to keep is then visible. */
  async finish(session: Session, uploadId: string): Promise<KeptFile> {
    const upload = this.open(session, uploadId);
    const { sha256, name, size } = upload;
    const count = countOf(size);
    if (upload.received < count || upload.mediaType === null) {
      const message = `${upload.received} of ${count} chunks are here`;
      throw invalid('file', 'file.incomplete', message, 'Send the others first.');
    }
    if ((await this.hashOf(upload)) !== sha256) {
      await this.forget(uploadId);
      throw invalid('file', 'file.hash', 'The file changed on its way', 'Add it again.');
    }
    const state = upload.purpose === 'keep' ? 'finishing' : 'ready';
    this.run('UPDATE uploads SET state=?, updatedAt=? WHERE id=?', state, this.kernel.clock.now(), uploadId);
    if (state === 'finishing') await this.writeBlobs(upload);
    return { sha256, name, size, mediaType: upload.mediaType };
  }

  /** Forgets an upload that is not wanted any more. */
  async cancel(session: Session, uploadId: string): Promise<void> {
    await this.forget(this.open(session, uploadId).id);
  }

  /** A file that was sent to be read once, whole and with the right hash. */
  ready(session: Session, uploadId: string): Upload {
    const upload = this.find(uploadId);
    if (!upload || upload.labId !== session.labId || upload.actorId !== session.actorId || upload.state !== 'ready') {
      throw notFound('uploads', uploadId);
    }
    return upload;
  }

  /** Drops a file that was read, or whose person stayed away: at once for everybody, its chunks one by one after it. */
  async forget(uploadId: string): Promise<void> {
    this.run('DELETE FROM uploads WHERE id=?', uploadId);
    await this.forgetChunks(uploadId);
  }

  private async forgetChunks(uploadId: string): Promise<void> {
    const { engine } = this.kernel.database;
    const first = 'SELECT min(position) AS position FROM upload_chunks WHERE uploadId=?';
    for (;;) {
      const [{ position } = { position: null }] = engine.all(first, uploadId);
      if (position === null || position === undefined) return;
      engine.commit(
        (transaction) =>
          transaction.run('DELETE FROM upload_chunks WHERE uploadId=? AND position=?', uploadId, position),
        { flush: 'later' },
      );
      await this.kernel.flushed();
    }
  }

  /** At start: goes on with what a crash interrupted, and forgets what nobody went on with for a day. */
  async recover(): Promise<void> {
    const { engine } = this.kernel.database;
    const before = this.kernel.clock.now() - forgottenAfterMs;
    const rows = engine.all(
      `SELECT id, state, updatedAt FROM uploads WHERE state='finishing' OR updatedAt < ?`,
      before,
    );
    for (const { id, state } of rows) {
      const upload = this.find(String(id));
      if (upload && state === 'finishing') await this.writeBlobs(upload);
      else await this.forget(String(id));
    }
    const left = engine.all(
      'SELECT DISTINCT uploadId FROM upload_chunks WHERE uploadId NOT IN (SELECT id FROM uploads)',
    );
    for (const { uploadId } of left) await this.forgetChunks(String(uploadId));
  }

  private async writeBlobs(upload: Upload): Promise<void> {
    const { sha256, size, mediaType, labId, actorId } = upload;
    const { engine } = this.kernel.database;
    const session = { ...this.kernel.systemSession('Upload'), labId, actorId };
    const count = countOf(size);
    // Another station may have sent some of its own chunks of the same file.
    const own = { sha256: { $eq: sha256 }, stationId: { $eq: session.stationId } };
    const written = this.kernel.reads(labId).count('blobs', { selector: own });
    for (let from = written; from < count; from += chunksAtOnce) {
      const rows = engine.all(
        'SELECT position, data FROM upload_chunks WHERE uploadId=? AND position>=? ORDER BY position LIMIT ?',
        ...[upload.id, from, chunksAtOnce],
      );
      const chunks = rows.map(({ position, data }) => ({
        ...{ sha256, size, count, index: Number(position), mediaType: mediaType ?? '' },
        data: Buffer.from(data as Uint8Array).toString('base64'),
      }));
      this.kernel.change(session, (work) => work.insertMany('blobs', chunks), { flush: 'later' });
      await this.kernel.flushed();
    }
    await this.forget(upload.id);
  }

  private async hashOf({ id, size }: Upload): Promise<string> {
    const hash = createHash('sha256');
    for (let position = 0; position < countOf(size); position++) {
      const [row] = this.kernel.database.engine.all(
        'SELECT data FROM upload_chunks WHERE uploadId=? AND position=?',
        ...[id, position],
      );
      if (row) hash.update(row.data as Uint8Array);
      await yieldThread();
    }
    return hash.digest('hex');
  }

  private open(session: Session, uploadId: string): Upload {
    const upload = this.find(uploadId);
    if (!upload || upload.labId !== session.labId || upload.actorId !== session.actorId) {
      throw notFound('uploads', uploadId);
    }
    if (upload.state === 'open') return upload;
    throw new LabError({ kind: 'busy', message: 'This upload has ended already.', remedy: 'Begin a new one.' });
  }

  private find(uploadId: string): Upload | undefined {
    const [row] = this.kernel.database.engine.all('SELECT * FROM uploads WHERE id=?', uploadId);
    return row as unknown as Upload | undefined;
  }

  private run(sql: string, ...parameters: (string | number | null)[]): void {
    this.kernel.database.engine.commit((transaction) => transaction.run(sql, ...parameters));
  }
}

function countOf(size: number): number {
  return Math.ceil(size / chunkBytes);
}

/** The name alone: no folders, no control characters. */
function plainName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? name;
  return last.replace(/\p{Cc}/gu, '').trim() || 'file';
}
