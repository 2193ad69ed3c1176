import type { RxConflictHandler } from 'rxdb';
import type { Page, PageInput } from '../../../shared/kernel/page.ts';
import { sameJson } from '../../../shared/sync/canonical.ts';
import { type ReplicatedCollection, replicatedCollections } from '../../../shared/sync/collections.ts';
import type {
  CollectionSyncProgress,
  ConfigureSync,
  RejectedDocument,
  SyncProgress,
  SyncState,
  SyncStatus,
} from '../../../shared/sync/state.ts';
import type { AnyCollectionDefinition, Kernel, Session } from '../kernel/index.ts';
import { CollectionSync } from './collection-sync.ts';
import { conflictHandler } from './conflict-handler.ts';
import { Connection, type HeadOfficeAddress } from './connection.ts';
import { databaseName } from './databases.ts';
import { Incoming } from './incoming.ts';
import { RejectedDocuments } from './rejected.ts';
import { addressOf, headOfficeOf, saveHeadOffice } from './settings.ts';
import { SyncMemory } from './sync-state-table.ts';

export interface SyncOptions {
  /** The first time between two looks for an unreachable head office; default 500 ms. */
  readonly probeMs?: number;
  /** Between two tries of a collection after a failure on this side; default 5 000 ms. */
  readonly restartDelayMs?: number;
  /** How long head office may be silent under a question; default 30 000 ms. */
  readonly answerMs?: number;
  /** The live stream's heartbeat; three that stay away put the line in doubt. Default 4 000 ms. */
  readonly heartbeatMs?: number;
}

/** Replication with head office. */
export interface Sync {
  /** Begins when head office is set up and switched on; otherwise stays off. */
  start(): Promise<void>;
  close(): Promise<void>;
  /** All collections in one, for the status bar. */
  overall(): SyncProgress;
  status(): SyncStatus;
  /** Saves new settings and begins with them. */
  configure(session: Session, input: ConfigureSync): Promise<void>;
  /** Looks for head office, and at both sides, now. */
  now(): void;
  rejected(page: PageInput): Page<RejectedDocument>;
}

/** Prepares the collections for replication; nothing is sent before `start`. */
export function createSync(kernel: Kernel, options: SyncOptions = {}): Sync {
  return new HeadOfficeSync(kernel, options);
}

/** From worst to best: the state of all is the worst of any. */
const severity: readonly SyncState[] = [
  'wrongUrl',
  'refused',
  'offline',
  'error',
  'connecting',
  'syncing',
  'synced',
  'off',
];

class HeadOfficeSync implements Sync {
  private readonly kernel: Kernel;
  private readonly options: SyncOptions;
  private readonly rejections: RejectedDocuments;
  private readonly memory: SyncMemory;
  private readonly incoming = new Map<ReplicatedCollection, Incoming>();
  private connection: Connection | undefined;
  private collections: CollectionSync[] = [];
  private hasPassword = false;
  private open = false;
  private following = false;
  /** Starting, stopping and new settings come one after the other. */
  private turning: Promise<void> = Promise.resolve();

  constructor(kernel: Kernel, options: SyncOptions) {
    this.kernel = kernel;
    this.options = options;
    this.rejections = new RejectedDocuments(kernel.database.engine, kernel.clock);
    this.memory = new SyncMemory(kernel);
    for (const name of replicatedCollections) {
      const incoming = new Incoming(kernel, this.definition(name), this.rejections);
      this.incoming.set(name, incoming);
      const collection = kernel.database.collections[name] as unknown as {
        conflictHandler: RxConflictHandler<unknown>;
      };
      collection.conflictHandler = conflictHandler(name, incoming, this.rejections);
    }
  }

  start(): Promise<void> {
    this.open = true;
    if (!this.following) this.followSettings();
    return this.inTurn(() => this.begin());
  }

  close(): Promise<void> {
    this.open = false;
    return this.inTurn(() => this.end());
  }

  configure(session: Session, input: ConfigureSync): Promise<void> {
    return this.inTurn(async () => {
      await saveHeadOffice(this.kernel, session, input);
      await this.beginAnew();
    });
  }

  now(): void {
    this.connection?.retryNow();
    for (const collection of this.collections) collection.now();
  }

  rejected(page: PageInput): Page<RejectedDocument> {
    return this.rejections.list(page);
  }

  overall(): SyncProgress {
    return inOne(this.collections.map((collection) => collection.progress()));
  }

  status(): SyncStatus {
    const headOffice = this.kernel.identity && headOfficeOf(this.kernel.reads());
    const collections = this.collections.map((collection) => collection.progress());
    return {
      ...inOne(collections),
      url: headOffice?.url,
      username: headOffice?.username,
      hasPassword: this.hasPassword,
      enabled: headOffice?.enabled ?? false,
      rejected: this.rejections.count,
      collections,
    };
  }

  private inTurn(step: () => Promise<void>): Promise<void> {
    const done = this.turning.then(step);
    this.turning = done.catch(() => undefined);
    return done;
  }

  /** Whoever changes the settings of head office (a person, the demo lab): replication goes where they point. */
  private followSettings(): void {
    this.following = true;
    this.kernel.followers.add({
      name: 'head-office-settings',
      collections: ['setup'],
      from: 'now',
      handle: async (changes) => {
        if (!changes.some(({ document }) => document.kind === 'headOffice')) return;
        await this.inTurn(async () => {
          const address = await this.wantedAddress();
          if (this.open && !sameJson(address, this.connection?.address)) await this.beginAnew();
        });
      },
    });
  }

  private async beginAnew(): Promise<void> {
    await this.end();
    await this.begin();
  }

  /** Where to connect to; undefined when head office is not set up or switched off. */
  private async wantedAddress(): Promise<HeadOfficeAddress | undefined> {
    const headOffice = headOfficeOf(this.kernel.reads());
    const address = headOffice && (await addressOf(this.kernel, headOffice));
    this.hasPassword = address?.password !== undefined;
    return headOffice?.enabled ? address : undefined;
  }

  private async begin(): Promise<void> {
    if (this.connection) return;
    const address = await this.wantedAddress();
    if (!address) return;
    const { log } = this.kernel;
    const { labId } = this.kernel.needIdentity();
    const probeDatabase = databaseName(labId, 'setup');
    const { probeMs, answerMs, restartDelayMs, heartbeatMs } = this.options;
    const connection = new Connection({ address, probeDatabase, log, probeMs, answerMs });
    this.connection = connection;
    this.collections = [...this.incoming].map(
      ([name, incoming]) =>
        new CollectionSync({
          kernel: this.kernel,
          definition: this.definition(name),
          connection,
          incoming,
          memory: this.memory,
          restartDelayMs,
          heartbeatMs,
        }),
    );
  }

  private async end(): Promise<void> {
    // Noted before the line is cut: when everything was last on both sides.
    const closing = this.collections.map((collection) => collection.close());
    this.connection?.close();
    await Promise.all(closing);
    this.connection = undefined;
    this.collections = [];
  }

  private definition(name: ReplicatedCollection): AnyCollectionDefinition {
    const found = this.kernel.database.definitions.find((definition) => definition.name === name);
    if (!found) throw new Error(`The collection ${name} is not part of this database`);
    return found;
  }
}

function inOne(collections: readonly CollectionSyncProgress[]): SyncProgress {
  const worst = collections.toSorted((a, b) => severity.indexOf(a.state) - severity.indexOf(b.state))[0];
  if (!worst) return { state: 'off', waiting: 0 };
  const times = collections.map((collection) => collection.lastSyncAt);
  return {
    state: worst.state,
    // All of it was on both sides when the slowest was.
    lastSyncAt: times.includes(undefined) ? undefined : times.toSorted()[0],
    waiting: collections.reduce((sum, collection) => sum + collection.waiting, 0),
    message: worst.message,
    remedy: worst.remedy,
  };
}
