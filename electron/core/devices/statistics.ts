import type { Kernel, ScopedReads } from '../kernel/index.ts';

/** What passed on an analyzer's line in one hour. */
export interface HourOfDevice {
  /** `YYYY-MM-DDTHH:00:00.000Z`. */
  readonly hour: string;
  readonly messages: number;
  /** Messages that could not be read or were cut off. */
  readonly errors: number;
}

/** Upper ends of the groups of turnaround, in minutes; behind the last all that took longer. */
const turnaroundSteps = [1, 5, 15, 30, 60, 120, 240] as const;

export interface DeviceStatistics {
  readonly hours: readonly HourOfDevice[];
  /** From receipt of a result to its release. `counts` has one number for each step, and one for what took longer. */
  readonly turnaround: {
    readonly steps: readonly number[];
    readonly counts: readonly number[];
    /** Minutes within which half, and nine of ten, were released; undefined when none was. */
    readonly median: number | undefined;
    readonly nineOfTen: number | undefined;
  };
}

/**
 * Messages and errors by hour, and how long results waited for release, in a range of time. Read by the read worker, so
 * that a month of messages does not keep an analyzer waiting for its ACK.
 */
export async function deviceStatistics(
  kernel: Kernel,
  { labId }: ScopedReads,
  { deviceId, from, to }: { deviceId: string; from: string; to: string },
): Promise<DeviceStatistics> {
  const { engine } = kernel.database;
  const [hours, waits] = await Promise.all([
    kernel.readWorker.all(
      `SELECT substr(at, 1, 13) || ':00:00.000Z' AS hour, count(*) AS messages,
        sum(json_extract(data, '$.outcome.state') IN ('failed', 'incomplete')) AS errors
      FROM ${engine.tableOf('journal')}
      WHERE deleted = 0 AND labId = ? AND deviceId = ? AND at >= ? AND at < ? AND json_extract(data, '$.direction') = 'in'
      GROUP BY 1 ORDER BY 1`,
      ...[labId, deviceId, from, to],
    ),
    kernel.readWorker.all(
      `WITH waited AS (
        SELECT (julianday(json_extract(data, '$.decidedAt')) - julianday(receivedAt)) * 1440 AS minutes
        FROM ${engine.tableOf('deviceResults')}
        WHERE deleted = 0 AND labId = ? AND deviceId = ? AND receivedAt >= ? AND receivedAt < ? AND state = 'released'),
      ranked AS (SELECT minutes, row_number() OVER (ORDER BY minutes) AS rank, count(*) OVER () AS total FROM waited)
      SELECT ${stepCounts()},
        min(CASE WHEN rank * 2 >= total THEN minutes END) AS median,
        min(CASE WHEN rank * 10 >= total * 9 THEN minutes END) AS nineOfTen
      FROM ranked`,
      ...[labId, deviceId, from, to],
    ),
  ]);
  const [found] = waits;
  const minutes = (value: unknown) => (typeof value === 'number' ? Math.round(value * 10) / 10 : undefined);
  return {
    hours: hours.map((row) => ({
      hour: String(row.hour),
      messages: Number(row.messages),
      errors: Number(row.errors),
    })),
    turnaround: {
      steps: turnaroundSteps,
      counts: [...turnaroundSteps, 'longer'].map((step) => Number(found?.[`upTo${step}`] ?? 0)),
      median: minutes(found?.median),
      nineOfTen: minutes(found?.nineOfTen),
    },
  };
}

function stepCounts(): string {
  const steps = turnaroundSteps.map(
    (step, index) => `sum(minutes >= ${turnaroundSteps[index - 1] ?? -1e9} AND minutes < ${step}) AS upTo${step}`,
  );
  return [...steps, `sum(minutes >= ${turnaroundSteps.at(-1)}) AS upTolonger`].join(', ');
}

/** What a device did since a moment. */
export interface DeviceDay {
  readonly deviceId: string;
  readonly messages: number;
  readonly errors: number;
  /** The newest message of all, also of days before. */
  readonly lastMessageAt: string | undefined;
}

/** Messages and errors of each device since a moment (the start of the day), by the read worker. */
export async function deviceDays(
  kernel: Kernel,
  { labId }: ScopedReads,
  deviceIds: readonly string[],
  since: string,
): Promise<DeviceDay[]> {
  const table = kernel.database.engine.tableOf('journal');
  const rows = await kernel.readWorker.all(
    `SELECT d.value AS deviceId,
      (SELECT max(at) FROM ${table} WHERE deleted = 0 AND labId = ?1 AND deviceId = d.value) AS lastAt,
      (SELECT count(*) FROM ${table} WHERE deleted = 0 AND labId = ?1 AND deviceId = d.value AND at >= ?2
        AND json_extract(data, '$.direction') = 'in') AS messages,
      (SELECT count(*) FROM ${table} WHERE deleted = 0 AND labId = ?1 AND deviceId = d.value AND at >= ?2
        AND json_extract(data, '$.outcome.state') IN ('failed', 'incomplete')) AS errors
    FROM json_each(?3) AS d`,
    ...[labId, since, JSON.stringify(deviceIds)],
  );
  return rows.map((row) => ({
    deviceId: String(row.deviceId),
    messages: Number(row.messages),
    errors: Number(row.errors),
    lastMessageAt: row.lastAt === null ? undefined : String(row.lastAt),
  }));
}
