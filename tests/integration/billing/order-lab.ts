import {
  createBillsRouter,
  createClaimsRouter,
  createClosesRouter,
  createInvoicesRouter,
} from '../../../electron/core/billing/index.ts';
import { createCatalogueRouter } from '../../../electron/core/catalogue/index.ts';
import { sendReports } from '../../../electron/core/communications/index.ts';
import {
  type Kernel,
  LabError,
  router,
  type Session,
  type StatementCounter,
} from '../../../electron/core/kernel/index.ts';
import { createReportsRouter } from '../../../electron/core/reports/index.ts';
import { createSpecimensRouter } from '../../../electron/core/specimens/index.ts';
import { demoCatalogue } from '../../../electron/demo/data/index.ts';
import type { CatalogueDocument } from '../../../shared/catalogue/documents.ts';
import { type DocumentInput, documentInputSchema } from '../../../shared/documents/schema.ts';
import type { ApiError } from '../../../shared/kernel/api-error.ts';
import type { NewDocument, Stored } from '../../../shared/kernel/document.ts';
import { newId } from '../../../shared/kernel/id.ts';
import { type Permission, permissionNames } from '../../../shared/kernel/permissions.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import { openTestKernel, TestClock, type TestKernel } from '../../support/test-kernel.ts';

/** Takes the place of the renderer: checks what would be printed against its schema and keeps it. */
class PaperTray {
  readonly printed: DocumentInput[] = [];

  render(input: DocumentInput): Promise<Uint8Array> {
    this.printed.push(documentInputSchema.parse(input));
    return Promise.resolve(new TextEncoder().encode('%PDF-'));
  }
}

const createOrderRouter = (documents: PaperTray) =>
  router({
    catalogue: createCatalogueRouter(),
    bills: createBillsRouter({ documents }),
    dayClose: createClosesRouter({ documents }),
    invoices: createInvoicesRouter({ documents }),
    claims: createClaimsRouter(),
    specimens: createSpecimensRouter({ documents }),
    reports: createReportsRouter({ documents, queueReportMail: sendReports }),
  });

export type OrderApi = ReturnType<ReturnType<typeof createOrderRouter>['createCaller']>;

/** A real kernel on a real file, with the demo catalogue, a patient and a doctor: all that an order needs. */
export interface OrderLab {
  readonly kernel: Kernel;
  readonly session: Session;
  readonly clock: TestClock;
  readonly tray: PaperTray;
  readonly counter: StatementCounter;
  readonly patient: Stored<Patient>;
  readonly doctorId: string;
  readonly organisationId: string;
  /** Id of a test by its code. */
  test(code: string): string;
  /** Id of a parameter by its code. */
  parameter(code: string): string;
  /** The API as somebody with these rights sees it; with every right by default. */
  api(permissions?: readonly Permission[], more?: { discountLimitPercent?: number; staffId?: string }): OrderApi;
  /** Statements of a call, with an empty instance cache. */
  statementsOf(call: () => Promise<unknown>): Promise<number>;
  addPatient(change?: Partial<NewDocument<Patient>>): Stored<Patient>;
  dispose(): Promise<void>;
}

const woman: NewDocument<Patient> = {
  number: 'A-P000001',
  fullName: 'Maria Silva',
  sex: 'female',
  birth: { date: '1990-05-17', precision: 'exact' },
  phone: '+919876543210',
  otherPhones: [],
  email: 'maria@mail.example',
  consent: { sms: false, whatsapp: false, email: true },
  nationalIds: [],
  insurances: [],
  idProofs: [],
};

/** Opens the laboratory of these tests: currency INR, time zone Asia/Kolkata, tax as given. */
export async function openOrderLab({ taxPercent = 0 } = {}): Promise<OrderLab> {
  const clock = new TestClock();
  const opened = await openTestKernel({ clock });
  const { kernel, session } = opened;
  const tray = new PaperTray();
  const counter: StatementCounter = { statements: 0, rows: 0 };
  const orderRouter = createOrderRouter(tray);
  const seeded = seed(opened, taxPercent);
  const ids = new Map(seeded.catalogue.map((entry) => [`${entry.kind}/${entry.code}`, entry.id]));
  const idOf = (kind: CatalogueDocument['kind'], code: string) => {
    const id = ids.get(`${kind}/${code}`);
    if (id === undefined) throw new Error(`The demo catalogue has no ${kind} ${code}`);
    return id;
  };
  return {
    ...{ kernel, session, clock, tray, counter, ...seeded },
    test: (code) => idOf('test', code),
    parameter: (code) => idOf('parameter', code),
    api(permissions = permissionNames, { discountLimitPercent = 100, staffId } = {}) {
      const sessionToken = logIn(kernel, session, permissions, discountLimitPercent, staffId);
      return orderRouter.createCaller({ kernel, connection: { sessionToken }, counter });
    },
    async statementsOf(call) {
      kernel.database.cache.clear();
      counter.statements = 0;
      await call();
      return counter.statements;
    },
    addPatient: (change) => addPatient(kernel, session, change),
    dispose: () => opened.dispose(),
  };
}

function seed({ kernel, session }: TestKernel, taxPercent: number) {
  const patient = addPatient(kernel, session);
  return kernel.change(session, (work) => {
    const centre = work.need('setup', work.labId);
    if (centre.kind === 'centre') work.update('setup', centre, { taxPercent });
    const entries = demoCatalogue.map((entry) => (entry.kind === 'priceList' ? { ...entry, currency: 'INR' } : entry));
    const doctor = work.insert('directory', { kind: 'doctor', code: 'DR-RAO', fullName: 'Dr. Anil Rao' });
    const organisation = work.insert('directory', { kind: 'organisation', code: 'ACME', name: 'Acme Works' });
    return {
      patient,
      catalogue: work.insertMany('catalogue', entries),
      doctorId: doctor.id,
      organisationId: organisation.id,
    };
  });
}

function addPatient(kernel: Kernel, session: Session, change: Partial<NewDocument<Patient>> = {}): Stored<Patient> {
  return kernel.change(session, (work) => work.insert('patients', { ...woman, ...change }));
}

/** A member of staff with a role of these rights, logged in. */
function logIn(
  kernel: Kernel,
  session: Session,
  permissions: readonly Permission[],
  discountLimitPercent: number,
  staffId: string = newId(),
): string {
  kernel.change(session, (work) => {
    const role = work.insert('directory', {
      kind: 'role',
      name: 'Of a test',
      permissions: [...permissions],
      strictFields: [],
      discountLimitPercent,
    });
    work.insert('directory', {
      id: staffId,
      kind: 'staff',
      username: staffId,
      fullName: 'Dr. Niamh Byrne',
      designation: 'Pathologist',
      roleIds: [role.id],
      passwordHash: 'none',
      active: true,
    });
  });
  return kernel.sessions.open(staffId, session.labId);
}

/** The typed error a call is refused with, whether thrown by a use case or by the API. */
export async function refusalOf(call: () => unknown): Promise<ApiError> {
  try {
    await call();
  } catch (error) {
    const cause = error instanceof Error && error.cause ? error.cause : error;
    if (cause instanceof LabError) return cause.detail;
    throw error;
  }
  throw new Error('The call was not refused');
}

/** Fields and codes of a validation refusal, sorted by field. */
export async function fieldsOf(call: () => unknown): Promise<string[]> {
  const refusal = await refusalOf(call);
  if (refusal.kind !== 'validation') throw new Error(`Refused as ${refusal.kind}: ${refusal.message}`);
  return refusal.errors.map(({ field, code }) => `${field}: ${code}`).toSorted();
}

/** Everything but a signed-in session's own bookkeeping that a refused call could have left behind. */
export function fingerprint(kernel: Kernel): unknown {
  const { engine } = kernel.database;
  const counters = engine.all('SELECT name, value FROM counters ORDER BY name');
  return { sequence: engine.lastSequence(), counters };
}
