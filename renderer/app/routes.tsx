import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { z } from 'zod';
import { billOrderSchema } from '../../shared/billing/list-input.ts';
import { billStatusSchema, claimStatusSchema } from '../../shared/billing/schema.ts';
import { kindSchema } from '../../shared/catalogue/input.ts';
import { jobShape } from '../../shared/communications/job.ts';
import { entryKindSchema } from '../../shared/directory/entries.ts';
import { sexSchema } from '../../shared/patients/schema.ts';
import { timelineKinds } from '../../shared/patients/timeline.ts';
import { reportStateSchema } from '../../shared/reports/schema.ts';
import { analyzerSearchSchema, archiveSearchSchema } from '../devices/tabs.ts';
import { NotFound, ScreenFailed } from './shell/screen-problems.tsx';
import { Shell } from './shell/shell.tsx';

/**
 * All addresses. What narrows a screen (filters, tabs) is a typed search parameter, so that an address can be kept and the
 * way back works; a parameter that does not fit is dropped, never an error.
 */
const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const text = z.string().max(200).optional().catch(undefined);
const day = z.iso.date().optional().catch(undefined);

const today = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('../today/today-screen.tsx'), 'TodayScreen'),
});

const patients = createRoute({
  getParentRoute: () => root,
  path: '/patients',
  validateSearch: z.object({
    text,
    from: day,
    to: day,
    sex: sexSchema.optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('../patients/patients-screen.tsx'), 'PatientsScreen'),
});

const registerPatient = createRoute({
  getParentRoute: () => root,
  path: '/patients/new',
  validateSearch: z.object({ name: text }),
  component: lazyRouteComponent(() => import('../patients/register-screen.tsx'), 'RegisterScreen'),
});

const patient = createRoute({
  getParentRoute: () => root,
  path: '/patients/$patientId',
  validateSearch: z.object({ kinds: z.array(z.enum(timelineKinds)).min(1).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../patients/patient-screen.tsx'), 'PatientScreen'),
});

const editPatient = createRoute({
  getParentRoute: () => root,
  path: '/patients/$patientId/edit',
  component: lazyRouteComponent(() => import('../patients/edit-screen.tsx'), 'EditPatientScreen'),
});

const mergePatient = createRoute({
  getParentRoute: () => root,
  path: '/patients/$patientId/merge',
  validateSearch: z.object({ with: text }),
  component: lazyRouteComponent(() => import('../patients/merge-screen.tsx'), 'MergeScreen'),
});

const importPatients = createRoute({
  getParentRoute: () => root,
  path: '/patients/import',
  validateSearch: z.object({ id: text }),
  component: lazyRouteComponent(() => import('../patients/import-screen.tsx'), 'ImportScreen'),
});

const newOrder = createRoute({
  getParentRoute: () => root,
  path: '/orders/new',
  validateSearch: z.object({ patientId: text }),
  component: lazyRouteComponent(() => import('../billing/orders/new-order-screen.tsx'), 'NewOrderScreen'),
});

const bills = createRoute({
  getParentRoute: () => root,
  path: '/bills',
  validateSearch: z.object({
    from: day,
    to: day,
    status: z.enum(['open', 'partPaid', 'paid', 'cancelled']).optional().catch(undefined),
    organisationId: text,
    insurerId: text,
    branchId: text,
    referrerId: text,
    userId: text,
    dueOnly: z.boolean().optional().catch(undefined),
    order: billOrderSchema.optional().catch(undefined),
    text,
  }),
  component: lazyRouteComponent(() => import('../billing/bills-screen.tsx'), 'BillsScreen'),
});

const bill = createRoute({
  getParentRoute: () => root,
  path: '/bills/$billId',
  component: lazyRouteComponent(() => import('../billing/bill-screen.tsx'), 'BillScreen'),
});

const dayClose = createRoute({
  getParentRoute: () => root,
  path: '/day-close',
  component: lazyRouteComponent(() => import('../billing/day-close-screen.tsx'), 'DayCloseScreen'),
});

const summaries = createRoute({
  getParentRoute: () => root,
  path: '/summaries',
  validateSearch: z.object({
    from: day,
    to: day,
    by: z.enum(['day', 'outstanding', 'discount', 'referrer']).optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('../billing/summaries-screen.tsx'), 'SummariesScreen'),
});

const invoices = createRoute({
  getParentRoute: () => root,
  path: '/invoices',
  validateSearch: z.object({ organisationId: text, status: billStatusSchema.optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../billing/invoices/invoices-screen.tsx'), 'InvoicesScreen'),
});

const invoice = createRoute({
  getParentRoute: () => root,
  path: '/invoices/$invoiceId',
  component: lazyRouteComponent(() => import('../billing/invoices/invoice-screen.tsx'), 'InvoiceScreen'),
});

const claims = createRoute({
  getParentRoute: () => root,
  path: '/claims',
  validateSearch: z.object({
    tab: z.enum(['eligible', 'claims', 'ageing']).optional().catch(undefined),
    text,
    insurerId: text,
    status: claimStatusSchema.optional().catch(undefined),
    from: day,
    to: day,
  }),
  component: lazyRouteComponent(() => import('../billing/claims/claims-screen.tsx'), 'ClaimsScreen'),
});

const claim = createRoute({
  getParentRoute: () => root,
  path: '/claims/$claimId',
  component: lazyRouteComponent(() => import('../billing/claims/claim-screen.tsx'), 'ClaimScreen'),
});

const collection = createRoute({
  getParentRoute: () => root,
  path: '/specimens',
  validateSearch: z.object({ mode: z.enum(['collect', 'receive']).optional().catch(undefined), text }),
  component: lazyRouteComponent(() => import('../specimens/collection-screen.tsx'), 'CollectionScreen'),
});

const specimen = createRoute({
  getParentRoute: () => root,
  path: '/specimens/$accession',
  component: lazyRouteComponent(() => import('../specimens/specimen-screen.tsx'), 'SpecimenScreen'),
});

const storage = createRoute({
  getParentRoute: () => root,
  path: '/storage',
  validateSearch: z.object({ place: text }),
  component: lazyRouteComponent(() => import('../specimens/storage-screen.tsx'), 'StorageScreen'),
});

const sendOuts = createRoute({
  getParentRoute: () => root,
  path: '/send-outs',
  component: lazyRouteComponent(() => import('../specimens/send-outs-screen.tsx'), 'SendOutsScreen'),
});

const validation = createRoute({
  getParentRoute: () => root,
  path: '/validation',
  validateSearch: z.object({ device: text, normal: z.boolean().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../results/validation-screen.tsx'), 'ValidationScreen'),
});

const holding = createRoute({
  getParentRoute: () => root,
  path: '/holding',
  validateSearch: z.object({ kind: z.enum(['control', 'calibration']).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../results/holding-screen.tsx'), 'HoldingScreen'),
});

const analyzers = createRoute({
  getParentRoute: () => root,
  path: '/analyzers',
  component: lazyRouteComponent(() => import('../devices/analyzers-screen.tsx'), 'AnalyzersScreen'),
});

const messageArchive = createRoute({
  getParentRoute: () => root,
  path: '/analyzers/archive',
  validateSearch: archiveSearchSchema,
  component: lazyRouteComponent(() => import('../devices/archive-screen.tsx'), 'ArchiveScreen'),
});

const analyzer = createRoute({
  getParentRoute: () => root,
  path: '/analyzers/$deviceId',
  validateSearch: analyzerSearchSchema,
  component: lazyRouteComponent(() => import('../devices/analyzer-screen.tsx'), 'AnalyzerScreen'),
});

const reports = createRoute({
  getParentRoute: () => root,
  path: '/reports',
  validateSearch: z.object({ state: reportStateSchema.optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../reports/reports-screen.tsx'), 'ReportsScreen'),
});

const report = createRoute({
  getParentRoute: () => root,
  path: '/reports/$reportId',
  component: lazyRouteComponent(() => import('../reports/report-screen.tsx'), 'ReportScreen'),
});

const messages = createRoute({
  getParentRoute: () => root,
  path: '/messages',
  validateSearch: z.object({ state: jobShape.shape.state.optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../communications/messages-screen.tsx'), 'MessagesScreen'),
});

const inbox = createRoute({
  getParentRoute: () => root,
  path: '/inbox',
  component: lazyRouteComponent(() => import('../communications/inbox-screen.tsx'), 'InboxScreen'),
});

const activity = createRoute({
  getParentRoute: () => root,
  path: '/activity',
  validateSearch: z.object({ from: day, to: day, actorId: text, action: text, text }),
  component: lazyRouteComponent(() => import('../activity/activity-screen.tsx'), 'ActivityScreen'),
});

const inUse = z.enum(['all', 'off']).optional().catch(undefined);

const directory = createRoute({
  getParentRoute: () => root,
  path: '/directory',
  validateSearch: z.object({ kind: entryKindSchema.optional().catch(undefined), text, state: inUse }),
  component: lazyRouteComponent(() => import('../directory/directory-screen.tsx'), 'DirectoryScreen'),
});

const newEntry = createRoute({
  getParentRoute: () => root,
  path: '/directory/new',
  validateSearch: z.object({ kind: entryKindSchema.optional().catch(undefined), name: text }),
  component: lazyRouteComponent(() => import('../directory/entry-screen.tsx'), 'NewEntryScreen'),
});

const entry = createRoute({
  getParentRoute: () => root,
  path: '/directory/$entryId',
  component: lazyRouteComponent(() => import('../directory/entry-screen.tsx'), 'EntryScreen'),
});

const staff = createRoute({
  getParentRoute: () => root,
  path: '/staff',
  validateSearch: z.object({ tab: z.enum(['people', 'roles']).optional().catch(undefined), text, state: inUse }),
  component: lazyRouteComponent(() => import('../directory/staff-screen.tsx'), 'StaffScreen'),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('../setup/setup-screen.tsx'), 'SetupScreen'),
});

const headOffice = createRoute({
  getParentRoute: () => root,
  path: '/head-office',
  component: lazyRouteComponent(() => import('../sync/head-office-screen.tsx'), 'HeadOfficeScreen'),
});

const catalogue = createRoute({
  getParentRoute: () => root,
  path: '/catalogue',
  validateSearch: z.object({
    kind: kindSchema.optional().catch(undefined),
    text,
    department: text,
    state: z.enum(['on', 'off']).optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('../catalogue/catalogue-screen.tsx'), 'CatalogueScreen'),
});

const newCatalogueEntry = createRoute({
  getParentRoute: () => root,
  path: '/catalogue/new',
  validateSearch: z.object({ kind: kindSchema.optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../catalogue/new-entry-screen.tsx'), 'NewEntryScreen'),
});

const catalogueGrid = createRoute({
  getParentRoute: () => root,
  path: '/catalogue/grid',
  validateSearch: z.object({
    what: z.enum(['tests', 'prices']).optional().catch(undefined),
    department: text,
  }),
  component: lazyRouteComponent(() => import('../catalogue/grid-screen.tsx'), 'GridScreen'),
});

const catalogueFiles = createRoute({
  getParentRoute: () => root,
  path: '/catalogue/files',
  component: lazyRouteComponent(() => import('../catalogue/files-screen.tsx'), 'FilesScreen'),
});

const catalogueEntry = createRoute({
  getParentRoute: () => root,
  path: '/catalogue/$entryId',
  component: lazyRouteComponent(() => import('../catalogue/entry-screen.tsx'), 'EntryScreen'),
});

const routeTree = root.addChildren([
  validation,
  holding,
  analyzers,
  messageArchive,
  analyzer,
  reports,
  report,
  messages,
  inbox,
  activity,
  directory,
  newEntry,
  entry,
  staff,
  setup,
  headOffice,
  catalogue,
  newCatalogueEntry,
  catalogueGrid,
  catalogueFiles,
  catalogueEntry,
  today,
  patients,
  registerPatient,
  patient,
  editPatient,
  mergePatient,
  importPatients,
  newOrder,
  bills,
  bill,
  dayClose,
  summaries,
  invoices,
  invoice,
  claims,
  claim,
  collection,
  specimen,
  storage,
  sendOuts,
]);

/** The router. Addresses stand behind the `#`, so that app:// and http serve the same page. */
export const router = createRouter({
  routeTree,
  history: createHashHistory(),
  defaultErrorComponent: ScreenFailed,
  defaultPendingMs: 300,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
