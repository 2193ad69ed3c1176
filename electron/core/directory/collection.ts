import { directorySchema } from '../../../shared/directory/schema.ts';
import type { CollectionDefinition } from '../kernel/index.ts';
import { searchKeys } from './search-keys.ts';

/** Staff, roles, doctors, organisations, insurers, insurance groups, outsource labs. */
export const directoryCollection: CollectionDefinition<'directory'> = {
  name: 'directory',
  schema: directorySchema,
  version: 0,
  migrations: {},
  indexes: [
    ['labId', 'kind', 'createdAt'],
    ['labId', 'kind', 'code'],
    ['labId', 'kind', 'active', 'code'],
  ],
  lookupKeys: (document) => {
    switch (document.kind) {
      case 'staff':
        return [document.username, ...searchKeys(document)];
      case 'doctor':
      case 'organisation':
      case 'insurer':
      case 'insuranceGroup':
      case 'outsourceLab':
        return [document.code, ...searchKeys(document)];
      case 'role':
        return [];
      default:
        return document satisfies never;
    }
  },
  allowIndividualInstanceCaching: true,
  replicates: () => true,
};
