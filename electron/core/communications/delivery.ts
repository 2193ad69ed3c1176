import type { Job } from '../../../shared/communications/job.ts';
import type { Stored } from '../../../shared/kernel/document.ts';

/**
 * Delivers a job. Contract: it resolves when the receiver has taken it over, rejects with a `DeliveryError` otherwise,
 * and gives up when the signal aborts. The same job may come again after a crash (at least once), so what leaves carries
 * a mark of the job's id by which a duplicate can be told.
 */
export type JobHandler = (job: Stored<Job>, signal: AbortSignal) => Promise<void>;

/**
 * Why a delivery failed, by what is to be done about it:
 * - `permanent`: the receiver refuses it for good; another attempt cannot help;
 * - `temporary`: this message may go through later; counts as an attempt;
 * - `channel`: nothing of this channel can leave now (no network, server gone, wrong password, not set up). The whole
 *   channel pauses, and what waits is not given up for it: offline is normal.
 */
export type FailureKind = 'permanent' | 'temporary' | 'channel';

/** The error a handler throws; its message is shown to people. */
export class DeliveryError extends Error {
  readonly kind: FailureKind;
  /** Fields of the job's payload that change, e.g. when only some of its receivers are left. */
  readonly payload: Record<string, unknown> | undefined;

  constructor(kind: FailureKind, message: string, payload?: Record<string, unknown>) {
    super(message);
    this.name = 'DeliveryError';
    this.kind = kind;
    this.payload = payload;
  }
}

/** Any error as a delivery error: what a handler did not foresee may pass. */
export function toDeliveryError(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  return new DeliveryError('temporary', error instanceof Error ? error.message : String(error));
}
