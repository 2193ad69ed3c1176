import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { activityCollection } from '../../electron/core/activity/collection.ts';
import { billingCollection } from '../../electron/core/billing/collection.ts';
import { catalogueCollection } from '../../electron/core/catalogue/collection.ts';
import { jobsCollection } from '../../electron/core/communications/collection.ts';
import { journalCollection } from '../../electron/core/devices/collection.ts';
import { directoryCollection } from '../../electron/core/directory/collection.ts';
import { blobsCollection } from '../../electron/core/files/collection.ts';
import {
  type AnyCollectionDefinition,
  type Clock,
  fileSecrets,
  type Identity,
  Kernel,
  openDatabase,
  ReadWorker,
  type Session,
  systemClock,
} from '../../electron/core/kernel/index.ts';
import { patientsCollection } from '../../electron/core/patients/collection.ts';
import { reportsCollection } from '../../electron/core/reports/collection.ts';
import { deviceResultsCollection } from '../../electron/core/results/collection.ts';
import { setupCollection } from '../../electron/core/setup/collection.ts';
import { specimensCollection } from '../../electron/core/specimens/collection.ts';

/** All twelve collections. */
export const allCollections: readonly AnyCollectionDefinition[] = [
  patientsCollection,
  billingCollection,
  specimensCollection,
  reportsCollection,
  catalogueCollection,
  directoryCollection,
  setupCollection,
  journalCollection,
  deviceResultsCollection,
  jobsCollection,
  activityCollection,
  blobsCollection,
];

export interface TestKernelOptions {
  /** Kept after `dispose`; without it a temporary folder that goes with the kernel. */
  readonly folder?: string;
  readonly clock?: Clock;
  readonly definitions?: readonly AnyCollectionDefinition[];
  /** Default: lab `lab-1`, station `station-1`; null leaves a fresh folder as it is, not set up. */
  readonly identity?: Identity | null;
  /** Prefix of the station's numbers, default `A`. */
  readonly prefix?: string;
  /** `silent` unless ALIQUOT_TEST_LOG says otherwise. */
  readonly logLevel?: string;
}

export interface TestKernel {
  readonly kernel: Kernel;
  readonly folder: string;
  /** A member of staff with every right. */
  readonly session: Session;
  /** Closes the kernel; removes the folder when it was made here. */
  dispose(): Promise<void>;
}

/**
 * A real kernel on a real file. A folder that is not set up yet becomes lab `lab-1` (or as `identity` says) with its
 * centre and station documents; one that is keeps what it has.
 */
export async function openTestKernel(options: TestKernelOptions = {}): Promise<TestKernel> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'aliquot-'));
  mkdirSync(folder, { recursive: true });
  const log = pino({ level: options.logLevel ?? process.env.ALIQUOT_TEST_LOG ?? 'silent' });
  const database = await openDatabase(folder, options.definitions ?? allCollections, log);
  const kernel = new Kernel({
    folder,
    database,
    clock: options.clock ?? systemClock,
    log,
    secrets: fileSecrets(folder),
    readWorker: new ReadWorker(database.engine.file),
  });
  const { identity = { labId: 'lab-1', stationId: 'station-1' } } = options;
  if (!kernel.identity && identity) setUp(kernel, identity, options);
  return {
    kernel,
    folder,
    get session() {
      return { ...kernel.systemSession('Test staff'), actorId: 'staff-1' };
    },
    async dispose() {
      await kernel.close();
      if (!options.folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function setUp(kernel: Kernel, identity: Identity, { prefix = 'A' }: TestKernelOptions): void {
  kernel.adopt(identity, () => {
    if (!kernel.database.definitions.some((definition) => definition.name === 'setup')) return;
    kernel.change(kernel.systemSession('First start'), (work) => {
      work.insert('setup', {
        id: identity.labId,
        kind: 'centre',
        name: 'Test laboratory',
        address: 'Test street 1',
        country: 'IN',
        currency: 'INR',
        timeZone: 'Asia/Kolkata',
        locale: 'en',
        taxPercent: 0,
      });
      work.insert('setup', { id: identity.stationId, kind: 'station', name: `Station ${prefix}`, prefix });
    });
  });
}

/** A clock that stands still until it is told otherwise; begins at `start` (milliseconds since 1970 UTC). */
export class TestClock implements Clock {
  time: number;

  constructor(start = Date.UTC(2026, 0, 5, 8)) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  /** Moves the time on, or back with a negative number. */
  advance(milliseconds: number): void {
    this.time += milliseconds;
  }
}
