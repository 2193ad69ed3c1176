/** How long money is owed, in days; claims are chased by these. */
export const ageBands = ['0-30', '31-60', '61-90', '90+'] as const;
export type AgeBand = (typeof ageBands)[number];

/** What is open by age, in minor units of one currency. */
export interface AgeingRow {
  /** The organisation or insurer. */
  id: string;
  name: string;
  currency: string;
  count: number;
  bands: Record<AgeBand, number>;
  total: number;
}

/** The band of a number of days; what is not due yet is in the first. */
export function ageBand(days: number): AgeBand {
  if (days <= 30) return '0-30';
  if (days <= 60) return '31-60';
  return days <= 90 ? '61-90' : '90+';
}

/** Whole days from one day to another, `YYYY-MM-DD`; below zero when the second is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** The day so many days later. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
