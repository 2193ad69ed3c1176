import type { AnyCollectionDefinition, Documents } from '../../../electron/core/kernel/index.ts';

/** The collections as a next version might have them: every living patient's number gets the prefix `N-`, and a note. */
export function nextVersion(
  definitions: readonly AnyCollectionDefinition[],
  { onMigrate, onLookup }: { onMigrate?: () => void; onLookup?: () => void } = {},
): AnyCollectionDefinition[] {
  return definitions.map((definition) => {
    if (definition.name !== 'patients') return definition;
    const { lookupKeys } = definition;
    return {
      ...definition,
      version: definition.version + 1,
      migrations: {
        ...definition.migrations,
        [definition.version + 1]: (patient: Record<string, unknown>) => {
          onMigrate?.();
          return { ...patient, number: `N-${patient.number}`, note: 'migrated' };
        },
      },
      lookupKeys: (patient: Documents['patients']) => {
        onLookup?.();
        return lookupKeys?.(patient) ?? [];
      },
    };
  });
}
