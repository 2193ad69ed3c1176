import type { DemoControl } from '../demo/lab.ts';
import { createDemoRouter } from '../demo/router.ts';
import { createActivityRouter } from './activity/index.ts';
import { createBillsRouter, createClaimsRouter, createClosesRouter, createInvoicesRouter } from './billing/index.ts';
import { createCatalogueRouter } from './catalogue/index.ts';
import { createMessagesRouter, type JobRunner, sendReports } from './communications/index.ts';
import { createDevicesRouter, type DeviceService } from './devices/index.ts';
import { createAuthRouter, createDirectoryRouter, createStaffRouter } from './directory/index.ts';
import type { DocumentRenderer } from './documents/index.ts';
import { createFilesRouter, type Uploads } from './files/index.ts';
import { router } from './kernel/index.ts';
import { createImportRouter, createPatientsRouter, type PatientImports } from './patients/index.ts';
import { createReportsRouter } from './reports/index.ts';
import { createResultsRouter } from './results/index.ts';
import { createSearchRouter, type Search } from './search/index.ts';
import { createSetupRouter, type SetupServices } from './setup/index.ts';
import { createSpecimensRouter } from './specimens/index.ts';
import { createSyncRouter, type Sync } from './sync/index.ts';
import { createLiveRouter, createSystemRouter, type SystemServices } from './system/index.ts';

/** The running parts that the API speaks for. */
export interface Services {
  readonly system: SystemServices;
  readonly setup: SetupServices;
  readonly devices: DeviceService;
  readonly documents: DocumentRenderer;
  readonly uploads: Uploads;
  readonly patientImports: PatientImports;
  readonly jobs: JobRunner;
  readonly search: Search;
  readonly sync: Sync;
  readonly demo: DemoControl | undefined;
}

/** The whole API, a router a domain. */
export function createRouter(services: Services) {
  const { documents } = services;
  return router({
    system: createSystemRouter(services.system),
    live: createLiveRouter(services.system.live),
    setup: createSetupRouter(services.setup),
    auth: createAuthRouter(),
    staff: createStaffRouter(),
    directory: createDirectoryRouter(),
    files: createFilesRouter(services.uploads),
    patients: createPatientsRouter(),
    patientImport: createImportRouter(services.patientImports),
    catalogue: createCatalogueRouter(),
    bills: createBillsRouter({ documents }),
    dayClose: createClosesRouter({ documents }),
    invoices: createInvoicesRouter({ documents }),
    claims: createClaimsRouter(),
    specimens: createSpecimensRouter({ documents }),
    devices: createDevicesRouter(services.devices),
    results: createResultsRouter(),
    reports: createReportsRouter({ documents, queueReportMail: sendReports }),
    messages: createMessagesRouter(services.jobs),
    activity: createActivityRouter(services.search),
    search: createSearchRouter(services.search),
    sync: createSyncRouter(services.sync),
    demo: createDemoRouter(services.demo),
  });
}

export type AppRouter = ReturnType<typeof createRouter>;
