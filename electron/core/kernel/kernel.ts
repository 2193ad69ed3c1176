import type { Logger } from 'pino';
import { permissionNames, type StrictField, strictFields } from '../../../shared/kernel/permissions.ts';
import type { Preferences, Station } from '../../../shared/setup/schema.ts';
import type { Clock } from './clock.ts';
import type { Database } from './database.ts';
import { LabError } from './errors.ts';
import { Followers } from './followers.ts';
import type { ReadWorker } from './read-worker-client.ts';
import { ScopedReads } from './reads.ts';
import type { SecretStore } from './secrets.ts';
import { type Session, SessionStore } from './sessions.ts';
import type { CommitOptions } from './storage/index.ts';
import { Work } from './unit-of-work.ts';

/** Which laboratory and workstation this data folder belongs to. */
export interface Identity {
  readonly labId: string;
  readonly stationId: string;
}

export interface KernelParts {
  readonly folder: string;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly secrets: SecretStore;
  readonly readWorker: ReadWorker;
}

const defaultPreferences: Pick<Preferences, 'sessionMinutes' | 'lockAfterFailures' | 'lockMinutes'> = {
  sessionMinutes: 30,
  lockAfterFailures: 5,
  lockMinutes: 5,
};

/** What every domain stands on: reads, units of work, followers, sessions. Knows no domain. */
export class Kernel {
  readonly folder: string;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly secrets: SecretStore;
  readonly readWorker: ReadWorker;
  readonly followers: Followers;
  readonly sessions: SessionStore;
  private currentIdentity: Identity | undefined;

  constructor(parts: KernelParts) {
    this.folder = parts.folder;
    this.database = parts.database;
    this.clock = parts.clock;
    this.log = parts.log;
    this.secrets = parts.secrets;
    this.readWorker = parts.readWorker;
    this.followers = new Followers(parts.database.engine, parts.log);
    this.sessions = new SessionStore(parts.database.engine, parts.clock);
    parts.database.engine.ensureTables(
      'CREATE TABLE IF NOT EXISTS identity (one INTEGER PRIMARY KEY CHECK (one = 1), labId TEXT NOT NULL, stationId TEXT NOT NULL)',
    );
    const [row] = parts.database.engine.all('SELECT labId, stationId FROM identity');
    this.currentIdentity = row && { labId: String(row.labId), stationId: String(row.stationId) };
  }

  /** The laboratory and station of this folder; undefined until it is set up. */
  get identity(): Identity | undefined {
    return this.currentIdentity;
  }

  /** The identity; an error that says what to do when the folder is not set up yet. */
  needIdentity(): Identity {
    if (this.currentIdentity) return this.currentIdentity;
    throw new LabError({
      kind: 'busy',
      message: 'This workstation is not set up yet.',
      remedy: 'Open Aliquot and choose "Set up my laboratory" or "Explore a demo lab".',
    });
  }

  /**
   * Makes this folder that laboratory's, in one commit with what `body` writes for it. Nothing of it stays when `body`
   * throws.
   */
  adopt(identity: Identity, body: () => void): void {
    this.currentIdentity = identity;
    try {
      this.database.engine.commit((transaction) => {
        transaction.run('INSERT INTO identity VALUES (1, ?, ?)', identity.labId, identity.stationId);
        body();
      });
    } catch (error) {
      this.currentIdentity = undefined;
      throw error;
    }
  }

  /** Reads of one lab. */
  reads(labId: string = this.needIdentity().labId): ScopedReads {
    return new ScopedReads(this.database, labId);
  }

  /**
   * Runs a use case's writes as one unit of work; see `Work`. Inside another unit of work it joins that one. Long work in many
   * units has them flushed `later` and waits for `flushed` between them.
   */
  change<T>(session: Session, body: (work: Work) => T, options?: CommitOptions): T {
    const { database } = this;
    return database.engine.commit(
      (transaction) => body(new Work(database, session, this.clock, transaction, database.token)),
      options,
    );
  }

  /**
   * Between two units of long work: all that was committed is on disk, and the write-ahead log has room. Gives the thread back
   * meanwhile.
   */
  async flushed(): Promise<void> {
    await this.database.engine.flushed();
    await this.database.checkpoints.room();
  }

  /** A session for what the core does by itself, e.g. storing an analyzer's results; `name` is shown in the activity log. */
  systemSession(name: string): Session {
    return {
      ...this.needIdentity(),
      actorId: 'system',
      actorName: name,
      permissions: new Set(permissionNames),
      strictFields: new Set(Object.keys(strictFields) as StrictField[]),
      discountLimitPercent: 100,
    };
  }

  /** The lab's preferences, or the defaults before any were saved. */
  preferences(): typeof defaultPreferences {
    if (!this.identity) return defaultPreferences;
    const saved = this.reads().first('setup', { selector: { kind: { $eq: 'preferences' } } });
    return saved?.kind === 'preferences' ? saved : defaultPreferences;
  }

  /** This workstation's own document. */
  station(): Station {
    const { stationId } = this.needIdentity();
    const station = this.reads().cached('setup', [stationId])[0];
    if (station?.kind !== 'station') throw new Error(`Station ${stationId} is missing from setup`);
    return station;
  }

  /** Whether this workstation has given any number yet, in any sequence (`Work.nextNumber`). */
  numberTaken(): boolean {
    const { labId, stationId } = this.needIdentity();
    const ours = `${labId}/${stationId}/`;
    const sql = 'SELECT 1 FROM counters WHERE name >= ? AND name < ? LIMIT 1';
    return this.database.engine.all(sql, ours, `${ours}\u{10FFFF}`).length > 0;
  }

  async close(): Promise<void> {
    await this.followers.close();
    await this.readWorker.close();
    await this.database.close();
  }
}
