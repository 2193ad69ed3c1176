import type { ReadOutcome } from './driver.ts';
import type { DeviceMessage } from './reading.ts';
import { valueInLine } from './values.ts';

/** A result as a driver read it, in words for a screen; nothing matched or converted. */
export interface ResultView {
  readonly sampleId: string;
  readonly kind: 'patient' | 'control' | 'calibration';
  readonly code: string;
  readonly name?: string | undefined;
  readonly value: string;
  readonly unit?: string | undefined;
  readonly flags: string;
  readonly resultAt?: string | undefined;
  readonly comments: readonly string[];
  readonly patientId?: string | undefined;
  /** Rack and position, where the message has them. */
  readonly place?: string | undefined;
}

/** What a driver makes of a message, for a screen. */
export interface ReadingView {
  readonly ok: boolean;
  /** Why it could not be read. */
  readonly error?: string | undefined;
  /** What was tolerated. */
  readonly notes: readonly string[];
  readonly count: number;
  readonly results: readonly ResultView[];
  /** Sample ids asked for by each query; none for "all". */
  readonly queries: readonly (readonly string[])[];
}

const mostNotes = 20;
const mostResults = 100;

/** The first results of a reading, as a screen shows them. */
export function readingView(outcome: ReadOutcome | undefined): ReadingView {
  if (!outcome?.ok) {
    return { ok: false, error: outcome?.error.message, notes: [], count: 0, results: [], queries: [] };
  }
  const { results, queries, notes } = outcome.message;
  return {
    ok: true,
    notes: notes.slice(0, mostNotes),
    count: results.length,
    results: resultViews(outcome.message),
    queries: queries.slice(0, mostResults).map(({ sampleIds }) => sampleIds),
  };
}

function resultViews({ results, samples }: DeviceMessage): ResultView[] {
  const patients = new Map(samples.map(({ sampleId, patient }) => [sampleId, patient?.id]));
  return results.slice(0, mostResults).map((result) => ({
    sampleId: result.sampleId,
    kind: result.kind,
    code: result.code,
    name: result.name,
    value: valueInLine(result.value),
    unit: result.unit,
    flags: result.flags.join(' '),
    resultAt: result.resultAt?.local ?? result.resultAt?.sent,
    comments: result.comments,
    patientId: patients.get(result.sampleId),
    place: [result.rack, result.position].filter(Boolean).join(' / ') || undefined,
  }));
}
