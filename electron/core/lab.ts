import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pino, { type Logger } from 'pino';
import packageJson from '../../package.json' with { type: 'json' };
import { DemoControl } from '../demo/lab.ts';
import type { StartHelper } from '../demo/start-helper.ts';
import { addStarter } from './catalogue/index.ts';
import { collections } from './collections.ts';
import { createJobRunner } from './communications/index.ts';
import { DeviceService, heldByDevice, messageReader } from './devices/index.ts';
import { createDocumentRenderer } from './documents/index.ts';
import { UnusedFiles, Uploads } from './files/index.ts';
import {
  assertAccessDeclared,
  type Clock,
  fileSecrets,
  Kernel,
  lockFolder,
  openDatabase,
  ReadWorker,
  type SecretCodec,
  systemClock,
} from './kernel/index.ts';
import { lateDocuments, PatientImports } from './patients/index.ts';
import { reportAttachments } from './reports/index.ts';
import { arrivedSpecimens } from './results/index.ts';
import { type AppRouter, createRouter } from './router.ts';
import { createSearch } from './search/index.ts';
import { createSync } from './sync/index.ts';
import { type Health, LiveChanges, ThreadWatch } from './system/index.ts';

/** How a lab is opened. */
export interface LabOptions {
  readonly mode: 'electron' | 'headless';
  /** A folder that is not set up yet becomes the demo lab; its simulated surroundings are started. */
  readonly demo?: boolean;
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly secretCodec?: SecretCodec;
  /** Starts a helper program of the demo lab; by default a child process of Node. */
  readonly startHelper?: StartHelper;
}

/** The open laboratory: everything that runs, wired together. */
export interface Lab {
  readonly kernel: Kernel;
  readonly router: AppRouter;
  readonly devices: DeviceService;
  health(): Health;
  /** Stops everything in order; what is acknowledged is on disk. */
  close(): Promise<void>;
}

/**
 * Opens the laboratory in a data folder: the one place where the parts are wired together. Throws `busy` when another
 * process has the folder, and `StorageError` when its database cannot be used; nothing keeps running then.
 */
export async function openLab(folder: string, options: LabOptions): Promise<Lab> {
  const unlock = lockFolder(folder);
  const file = options.log ? undefined : fileLog(folder);
  const release = () => {
    file?.close();
    unlock();
  };
  try {
    return await wire(folder, options, options.log ?? file?.log ?? pino({ enabled: false }), release);
  } catch (error) {
    release();
    throw error;
  }
}

async function wire(folder: string, options: LabOptions, log: Logger, release: () => void): Promise<Lab> {
  const database = await openDatabase(folder, collections, log);
  const kernel = new Kernel({
    folder,
    database,
    clock: options.clock ?? systemClock,
    log,
    secrets: fileSecrets(folder, options.secretCodec),
    readWorker: new ReadWorker(database.engine.file),
  });
  const watch = new ThreadWatch(log);
  const documents = createDocumentRenderer();
  const uploads = new Uploads(kernel);
  const unusedFiles = new UnusedFiles(kernel);
  const patientImports = new PatientImports(kernel, uploads);
  const devices = new DeviceService(kernel);
  const search = await createSearch(kernel);
  const jobs = createJobRunner(kernel, { attachmentsOf: reportAttachments(kernel, documents) });
  const sync = createSync(kernel);
  const live = new LiveChanges(kernel);
  const demo = options.demo ? new DemoControl(kernel, devices, options.startHelper) : undefined;

  /** Starts what begins to work once there is a laboratory. */
  const startWorking = async () => {
    await uploads.recover();
    patientImports.start();
    unusedFiles.start();
    kernel.followers.add(messageReader(kernel, devices));
    kernel.followers.add(arrivedSpecimens(kernel));
    kernel.followers.add(lateDocuments(kernel));
    await devices.start();
    await jobs.start();
    demo?.start();
    await sync.start();
  };

  const health = (): Health => {
    const held = kernel.identity ? heldByDevice(kernel) : new Map<string, number>();
    return {
      headOffice: sync.overall(),
      devices: devices.states().map(({ id, name, state, lastMessageAt, error }) => {
        return { id, name, state, lastMessageAt, error, held: held.get(id) ?? 0 };
      }),
      queue: jobs.counts(),
      search: search.state(),
      cache: database.cache.statistics(),
      thread: watch.state(),
    };
  };

  const router = createRouter({
    system: { version: packageJson.version, mode: options.mode, demo: options.demo === true, health, live },
    setup: {
      createDemo: demo && (() => demo.fill()),
      addStarterCatalogue: addStarter,
      afterCreation: startWorking,
    },
    devices,
    documents,
    uploads,
    patientImports,
    jobs,
    search,
    sync,
    demo,
  });
  assertAccessDeclared(router);
  if (kernel.identity) await startWorking();
  else if (demo) {
    await demo.fill();
    await startWorking();
  }
  return {
    kernel,
    router,
    devices,
    health,
    async close() {
      watch.close();
      await patientImports.close();
      await unusedFiles.close();
      await devices.close();
      await jobs.close();
      await sync.close();
      await demo?.close();
      await search.close();
      await documents.close();
      await kernel.close();
      release();
    },
  };
}

/**
 * `<folder>/logs/core.log`, rotated by day by whoever keeps it; never holds patient data. What cannot be written, as on a
 * full disk, is left out: the core works on without its log.
 */
function fileLog(folder: string): { log: Logger; close(): void } {
  const logs = join(folder, 'logs');
  mkdirSync(logs, { recursive: true });
  const destination = pino.destination({ dest: join(logs, 'core.log'), sync: false });
  destination.on('error', () => undefined);
  return { log: pino({ base: undefined }, destination), close: () => destination.end() };
}
