import type { ScopedReads } from '../kernel/index.ts';

const most = 50;

/**
 * Ids of patients whose name, number, phone or national id begins with what was typed, at most fifty; for narrowing a list,
 * not for finding a patient by any part of the name, which search does. Four statements at most, each by an index.
 */
export function patientIdsByText(reads: ScopedReads, text: string): string[] {
  const byKey = reads.byKeyPrefix('patients', text, most);
  const byName = [...new Set([text, capitalised(text)])].flatMap((from) =>
    reads.find('patients', {
      selector: { fullName: { $gte: from, $lt: `${from}\u{ffff}` } },
      sort: [{ fullName: 'asc' }],
      limit: most,
    }),
  );
  return [...new Set([...byKey, ...byName].map((patient) => patient.id))].slice(0, most);
}

/** Names are stored as written, mostly with capitals; they are often typed without. */
function capitalised(text: string): string {
  return text.replace(/(^|[\s'-])\p{L}/gu, (letter) => letter.toUpperCase());
}
