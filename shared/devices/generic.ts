/** Drivers for instruments nobody wrote one for: a person says on the screen where things are. */
export const genericDrivers = { astm: 'generic-astm', hl7: 'generic-hl7', table: 'generic-table' } as const;

const ids: ReadonlySet<string> = new Set(Object.values(genericDrivers));

/** Whether where things are is said on the screen for this driver. */
export function isGeneric(driverId: string): boolean {
  return ids.has(driverId);
}
