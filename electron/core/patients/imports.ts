import { Worker } from 'node:worker_threads';
import { newId } from '../../../shared/kernel/id.ts';
import type { ImportSettings, ImportStatus, RefusedRow } from '../../../shared/patients/import.ts';
import { nationalIdRules } from '../../../shared/patients/national-id.ts';
import type { Uploads } from '../files/index.ts';
import { invalid, isoNow, type Kernel, LabError, notFound, type Session, workerFile } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { checkRows, importRows, type SeenRows } from './import-rows.ts';
import { ImportTable, type RowState, type StoredImport } from './import-table.ts';
import type { ImportWorkerData, ImportWorkerMessage } from './import-worker.ts';

/**
 * How long one slice may hold the core's thread; the next slice is made larger or smaller by how long this one took. What follows
 * the commit (search, live screens) comes on top, and everybody else's work between.
 */
const sliceMs = 5;
const leastRows = 4;
const mostRowsAtOnce = 200;
const mostRows = 200_000;
/** Megabytes: a spreadsheet that needs more ends the worker, not the core. Rows are soon forgotten. */
const workerLimits = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 16 };

/**
 * Imports of patients from files: read by a worker thread, checked and imported in slices between which the thread is given
 * back. What an import is at is in its table, so that it goes on after a crash where it was.
 */
export class PatientImports {
  private readonly kernel: Kernel;
  private readonly uploads: Uploads;
  private readonly table: ImportTable;
  private readonly working = new Map<string, { stop: boolean; done: Promise<void> }>();
  private closed = false;

  constructor(kernel: Kernel, uploads: Uploads) {
    this.kernel = kernel;
    this.uploads = uploads;
    this.table = new ImportTable(kernel);
  }

  /** Goes on with what was interrupted. */
  start(): void {
    this.work('', () => this.table.removeLeftRows());
    for (const entry of this.table.interrupted()) {
      const session: Session = {
        ...this.kernel.systemSession(entry.createdBy),
        labId: entry.labId,
        actorId: entry.actorId,
      };
      if (entry.state === 'reading') this.work(entry.id, (job) => this.read(entry, job));
      else if (entry.state === 'checking') this.work(entry.id, (job) => this.checkAll(entry, job));
      else this.work(entry.id, (job) => this.importAll(session, entry, job));
    }
  }

  /** Stops after the slices in hand. */
  async close(): Promise<void> {
    this.closed = true;
    for (const job of this.working.values()) job.stop = true;
    await Promise.all([...this.working.values()].map(({ done }) => done));
  }

  /** Begins with an uploaded file; reading goes on by itself. */
  open(session: Session, uploadId: string): ImportStatus {
    const upload = this.uploads.ready(session, uploadId);
    const id = newId();
    this.table.insert({
      ...{ id, uploadId, labId: session.labId, fileName: upload.name, actorId: session.actorId },
      kind: upload.mediaType === 'text/csv' ? 'csv' : 'xlsx',
      createdAt: isoNow(this.kernel.clock),
      createdBy: session.actorName,
    });
    const entry = this.need(session, id);
    this.work(id, (job) => this.read(entry, job));
    return this.get(session, id);
  }

  get(session: Session, id: string): ImportStatus {
    return statusOf(this.need(session, id));
  }

  list(session: Session): ImportStatus[] {
    return this.table.list(session.labId, 20).map(statusOf);
  }

  /** A page of the rows that are not imported. */
  refused(session: Session, id: string, after: number, limit: number): RefusedRow[] {
    return this.table.refused(this.need(session, id).id, after, limit);
  }

  /** A dry run: every row goes through every rule, nothing is registered. */
  check(session: Session, id: string, settings: ImportSettings): ImportStatus {
    const entry = this.idle(session, id, ['read', 'checked', 'stopped']);
    if (entry.imported > 0) {
      throw invalid(
        'settings',
        'import.begun',
        'Some rows are imported already',
        'Go on with the settings as they are.',
      );
    }
    const { columns } = settings;
    const named = columns.includes('fullName') || columns.includes('firstName') || columns.includes('lastName');
    if (!named) throw invalid('columns', 'import.noName', 'No column holds the name', 'Choose which one does.');
    this.table.beginCheck(id, settings);
    const current = this.need(session, id);
    this.work(id, (job) => this.checkAll(current, job));
    return this.get(session, id);
  }

  /** Imports the rows that are in order; those that are imported already are passed over. */
  run(session: Session, id: string): ImportStatus {
    const entry = this.idle(session, id, ['checked', 'stopped']);
    this.kernel.change(session, (work) => {
      this.table.setState(id, 'running');
      work.record('patient.importStarted', { values: { file: entry.fileName, rows: entry.rows } });
    });
    this.work(id, (job) => this.importAll(session, entry, job));
    return this.get(session, id);
  }

  /** Stops what is going on; `run` goes on where it stopped. */
  async stop(session: Session, id: string): Promise<ImportStatus> {
    this.need(session, id);
    const job = this.working.get(id);
    if (job) {
      job.stop = true;
      await job.done;
      const { state } = this.need(session, id);
      if (state === 'running') this.table.setState(id, 'stopped');
      else if (state === 'checking') this.table.setState(id, 'read');
      else if (state === 'reading') this.table.setState(id, 'failed', 'Stopped while the file was read.');
    }
    return this.get(session, id);
  }

  /** Forgets an import and its file; the patients that it registered stay. */
  async remove(session: Session, id: string): Promise<void> {
    await this.stop(session, id);
    const { uploadId } = this.need(session, id);
    await this.uploads.forget(uploadId);
    await this.table.remove(id);
  }

  /** Resolves when nothing is being worked on; for tests and for closing. */
  async settled(): Promise<void> {
    while (this.working.size > 0) await Promise.all([...this.working.values()].map(({ done }) => done));
  }

  private async read(entry: StoredImport, job: { stop: boolean }): Promise<void> {
    await this.table.clearRows(entry.id);
    const { file } = this.kernel.database.engine;
    const workerData: ImportWorkerData = { file, uploadId: entry.uploadId, kind: entry.kind };
    const source = workerFile(import.meta.url, './import-worker.ts', 'import');
    const worker = new Worker(source, { workerData, resourceLimits: workerLimits });
    let rows = 0;
    try {
      await new Promise<void>((resolve, reject) => {
        worker.on('message', (message: ImportWorkerMessage) => {
          if ('error' in message) reject(new Error(message.error));
          else if ('end' in message) resolve();
          else if (job.stop) resolve();
          else {
            try {
              this.table.append(entry.id, rows + 1, message.rows);
            } catch (error) {
              return reject(error);
            }
            rows += message.rows.length;
            if (rows > mostRows) reject(new Error(`The file has more than ${mostRows} rows. Split it.`));
            else this.kernel.flushed().then(() => worker.postMessage('more'), reject);
          }
        });
        worker.on('error', reject);
        worker.on('exit', () => reject(new Error('The file could not be read: it needs too much memory.')));
      });
    } finally {
      await worker.terminate();
    }
    if (job.stop) return;
    if (rows < 2) throw new Error('The file has no rows below its header.');
    const { country } = centreOf(this.kernel.reads(entry.labId));
    this.table.markRead(entry.id, nationalIdRules.find((rule) => rule.country === country)?.type ?? 'other');
    // The import can go on while its file is forgotten.
    this.work(entry.uploadId, () => this.uploads.forget(entry.uploadId));
  }

  private async checkAll(entry: StoredImport, job: { stop: boolean }): Promise<void> {
    const seen: SeenRows = new Map();
    const now = new Date(this.kernel.clock.now());
    await this.inSlices(entry.id, allStates, entry.checked + 1, job, (rows) =>
      checkRows(this.kernel, this.table, entry, rows, now, seen),
    );
    if (!job.stop) this.table.setState(entry.id, 'checked');
  }

  private async importAll(session: Session, entry: StoredImport, job: { stop: boolean }): Promise<void> {
    const states: RowState[] = entry.settings.duplicates === 'import' ? ['good', 'duplicate'] : ['good'];
    await this.inSlices(entry.id, states, 0, job, (rows) => importRows(this.kernel, session, this.table, entry, rows));
    if (job.stop) return;
    this.kernel.change(session, (work) => {
      this.table.setState(entry.id, 'done');
      const { imported, rows } = this.need(session, entry.id);
      const values = { file: entry.fileName, imported, refused: rows - imported };
      work.record('patient.importEnded', { values });
    });
  }

  /** Works through rows in order, in slices that hold the thread for about `sliceMs`. */
  private async inSlices(
    id: string,
    states: readonly RowState[],
    after: number,
    job: { stop: boolean },
    slice: (rows: { row: number; cells: string[] }[]) => void,
  ): Promise<void> {
    let size = leastRows;
    const perRow: number[] = [];
    for (let last = after; !job.stop; ) {
      const started = performance.now();
      const rows = this.table.rows(id, states, last, size);
      if (rows.length === 0) return;
      slice(rows);
      last = rows.at(-1)?.row ?? last;
      const took = performance.now() - started;
      // The least of some: what took long because another program had the processor says nothing of the rows.
      perRow.unshift(took / rows.length);
      perRow.length = Math.min(perRow.length, 8);
      const fitting = Math.round(sliceMs / Math.max(Math.min(...perRow), 0.01));
      size = Math.max(leastRows, Math.min(mostRowsAtOnce, fitting, size * 2));
      await this.kernel.flushed();
    }
  }

  private work(id: string, task: (job: { stop: boolean }) => Promise<void>): void {
    if (this.closed) return;
    const job = { stop: false, done: Promise.resolve() };
    this.working.set(id, job);
    job.done = task(job)
      .catch((error: unknown) => {
        if (this.closed) return;
        this.kernel.log.error({ err: error, import: id }, 'import failed');
        this.table.setState(id, 'failed', error instanceof Error ? error.message : String(error));
      })
      .finally(() => this.working.delete(id));
  }

  private need(session: Session, id: string): StoredImport {
    const entry = this.table.get(session.labId, id);
    if (!entry) throw notFound('imports', id);
    return entry;
  }

  private idle(session: Session, id: string, states: readonly ImportStatus['state'][]): StoredImport {
    const entry = this.need(session, id);
    if (states.includes(entry.state) && !this.working.has(id)) return entry;
    throw new LabError({
      kind: 'busy',
      message: `The import is ${entry.state} now.`,
      remedy: 'Look at where it stands, then try again.',
    });
  }
}

const allStates: readonly RowState[] = ['new', 'good', 'refused', 'duplicate'];

function statusOf({ labId: _, uploadId: __, kind: ___, actorId: ____, ...status }: StoredImport): ImportStatus {
  return status;
}
