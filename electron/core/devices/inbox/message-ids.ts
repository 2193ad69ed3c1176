import type { EngineTransaction, Kernel } from '../../kernel/index.ts';
import type { StoredMessage } from './inbox-records.ts';

/** Ids that are kept in memory at most, some 10 MB; more of them go to the table before their messages are documents. */
const mostPending = 20_000;
/** How many go there at once: some 10 ms. */
const spilled = 1000;

type Identified = Pick<StoredMessage, 'deviceId' | 'messageId' | 'digest' | 'journalId'>;

interface Pending extends Identified {
  readonly messageId: string;
  /** Resolves when the message is on disk; undefined once it is. */
  stored: Promise<void> | undefined;
}

/** What is known of a message that claims an id. */
export type Seen =
  | { readonly as: 'new' }
  /** Another message came under the same id. */
  | { readonly as: 'reused' }
  /** The same message came before; `stored` resolves when that one is on disk. */
  | { readonly as: 'duplicate'; readonly stored: Promise<void> | undefined };

/**
 * Which messages came under which id. The table has those that are documents; those that wait in the inbox are here, so
 * that an analyzer need not wait for a table of its ids before its ACK.
 */
export class MessageIds {
  private readonly engine: Kernel['database']['engine'];
  /** Oldest first. */
  private readonly pending = new Map<string, Pending>();
  /** How many are pending of one device and id. */
  private readonly counts = new Map<string, number>();

  constructor(kernel: Kernel) {
    this.engine = kernel.database.engine;
  }

  /** What is known of the id. */
  see(deviceId: string, messageId: string, digest: string): Seen {
    const same = this.pending.get(keyOf(deviceId, messageId, digest));
    if (same) return { as: 'duplicate', stored: same.stored };
    const [known] = this.engine.all(
      `SELECT EXISTS (SELECT 1 FROM device_message_ids WHERE deviceId = ?1 AND messageId = ?2 AND digest = ?3) AS same,
        EXISTS (SELECT 1 FROM device_message_ids WHERE deviceId = ?1 AND messageId = ?2) AS reused`,
      deviceId,
      messageId,
      digest,
    );
    if (known?.same) return { as: 'duplicate', stored: undefined };
    return { as: known?.reused || this.counts.has(idOf(deviceId, messageId)) ? 'reused' : 'new' };
  }

  /**
   * Takes the id for a message.
   * @param stored of a message that is still on its way to disk; the id is free again when it rejects
   */
  take(message: Identified, stored: Promise<void> | undefined): void {
    const { deviceId, messageId, digest, journalId } = message;
    if (messageId === undefined) return;
    const pending: Pending = { deviceId, messageId, digest, journalId, stored };
    const key = keyOf(deviceId, messageId, digest);
    this.pending.set(key, pending);
    this.counts.set(idOf(deviceId, messageId), (this.counts.get(idOf(deviceId, messageId)) ?? 0) + 1);
    stored?.then(
      () => {
        pending.stored = undefined;
      },
      () => this.forget(key),
    );
    if (this.pending.size > mostPending) this.spill();
  }

  /** Writes the ids of messages that become documents; part of the open transaction. */
  save(transaction: EngineTransaction, messages: readonly Identified[]): void {
    for (const { deviceId, messageId, digest, journalId } of messages) {
      if (messageId === undefined) continue;
      transaction.run(
        'INSERT OR IGNORE INTO device_message_ids VALUES (?, ?, ?, ?)',
        deviceId,
        messageId,
        digest,
        journalId,
      );
    }
  }

  /** After that transaction's commit. */
  saved(messages: readonly Identified[]): void {
    for (const { deviceId, messageId, digest } of messages) {
      if (messageId !== undefined) this.forget(keyOf(deviceId, messageId, digest));
    }
  }

  private spill(): void {
    const oldest: Pending[] = [];
    for (const one of this.pending.values()) {
      if (one.stored === undefined) oldest.push(one);
      if (oldest.length === spilled) break;
    }
    this.engine.commit((transaction) => this.save(transaction, oldest));
    this.saved(oldest);
  }

  private forget(key: string): void {
    const pending = this.pending.get(key);
    if (!pending) return;
    this.pending.delete(key);
    const id = idOf(pending.deviceId, pending.messageId);
    const count = (this.counts.get(id) ?? 1) - 1;
    if (count > 0) this.counts.set(id, count);
    else this.counts.delete(id);
  }
}

function idOf(deviceId: string, messageId: string): string {
  return `${deviceId}\n${messageId}`;
}

function keyOf(deviceId: string, messageId: string, digest: string): string {
  return `${deviceId}\n${messageId}\n${digest}`;
}
