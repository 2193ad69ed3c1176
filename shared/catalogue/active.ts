/**
 * Whether a catalogue entry is in force on a day (`YYYY-MM-DD`); both ends of its period are in it. Without a day: whether
 * it has no end.
 */
export function isActive(entry: { activeFrom?: string; activeTo?: string }, on: string | undefined): boolean {
  if (on === undefined) return entry.activeTo === undefined;
  return (entry.activeFrom ?? on) <= on && on <= (entry.activeTo ?? on);
}
