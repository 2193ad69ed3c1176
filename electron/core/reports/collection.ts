import { reportSchema } from '../../../shared/reports/schema.ts';
import type { CollectionDefinition } from '../kernel/index.ts';

/** Reports, one per ordered test (reference: LabReportRelation). */
export const reportsCollection: CollectionDefinition<'reports'> = {
  name: 'reports',
  schema: reportSchema,
  version: 0,
  migrations: {},
  indexes: [
    ['labId', 'state', 'orderedAt'],
    ['labId', 'patientId', 'orderedAt'],
    ['labId', 'orderedAt'],
    ['labId', 'billId'],
    ['labId', 'specimenId'],
  ],
  allowIndividualInstanceCaching: false,
  replicates: () => true,
};
