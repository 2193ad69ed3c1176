import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBill } from '../../../electron/core/billing/index.ts';
import { registerPatient } from '../../../electron/core/patients/index.ts';
import { collectSpecimens } from '../../../electron/core/specimens/index.ts';
import { openTestLab, type TestLab } from '../../support/open-test-lab.ts';

let test: TestLab;
const rows = 200;

beforeAll(async () => {
  test = await openTestLab();
  const { kernel } = test.lab;
  const session = kernel.systemSession('test');
  const tests = kernel
    .reads()
    .find('catalogue', { selector: { kind: { $eq: 'test' }, code: { $in: ['CBC', 'LIPID'] } } });
  const lines = tests.map(({ id }) => ({ testId: id }));
  // One commit: the test is about reading.
  kernel.change(session, (work) => {
    for (let n = 0; n < rows; n++) {
      const consent = { sms: false, whatsapp: false, email: false };
      const name = `Row ${String(n).padStart(3, '0')}`;
      const patient = registerPatient(kernel, session, {
        fullName: name,
        sex: 'female',
        age: { value: 30 + (n % 40), unit: 'years' },
        otherPhones: [],
        consent,
        nationalIds: [],
        insurances: [],
      });
      const { specimens, reports } = createBill(kernel, session, { patientId: patient.id, lines, diagnoses: [] });
      collectSpecimens(
        kernel,
        session,
        specimens.map(({ id }) => id),
      );
      work.insert('directory', { kind: 'doctor', code: name, fullName: name });
      work.insert('directory', {
        kind: 'staff',
        username: name,
        fullName: name,
        roleIds: [],
        passwordHash: '',
        active: true,
      });
      work.insert('catalogue', {
        kind: 'parameter',
        code: `ROW-${n}`,
        name,
        valueType: 'text',
      });
      work.enqueue({ channel: 'webhook', title: name, payload: {} });
      work.insert('billing', dayCloseOf(n));
      work.insert('billing', invoiceOf(n));
      work.insert('billing', claimOf(n));
      work.insert('deviceResults', deviceResult(n, 'held'));
      work.insert('deviceResults', {
        ...deviceResult(n, 'pending'),
        specimenId: specimens[0]?.id,
        patientId: patient.id,
        reportId: reports[0]?.id,
      });
    }
  });
});
afterAll(() => test.dispose());

const made = {
  registeredAt: '2026-01-05T08:00:00.000Z',
  registeredOn: '2026-01-05',
  agedFrom: '2026-01-05',
  currency: 'INR',
};

function invoiceOf(index: number) {
  return {
    ...{ kind: 'invoice' as const, number: `A-I${index}`, organisationId: `o${index}`, ...made },
    period: { from: '2026-01-01', to: '2026-01-05' },
    items: [{ id: 'b', number: 'A-B1', on: '2026-01-05', patientName: 'P', tests: 'CBC', amount: 1 }],
    ...{ payments: [], totals: { net: 1, paid: 0, due: 1 }, status: 'open' as const },
  };
}

function claimOf(index: number) {
  const bill = { billId: 'b', billNumber: 'A-B1', servedOn: '2026-01-05', patientId: 'p', policyNumber: 'G' };
  return {
    ...{ kind: 'claim' as const, number: `A-K${index}`, batch: 'A-K0', insurerId: `i${index}`, groupId: 'g', ...made },
    bills: [{ ...bill, diagnoses: [], lines: [], claimed: 1 }],
    ...{ entries: [], totals: { claimed: 1, settled: 0, writtenOff: 0, open: 1 }, status: 'draft' as const },
  };
}

function dayCloseOf(index: number) {
  const registeredAt = new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString();
  return {
    ...{ kind: 'dayClose' as const, number: `A-D${index}`, staffId: 'staff', staffName: 'Staff', registeredAt },
    ...{ registeredOn: '2026-01-01', currency: 'AED', sums: [], denominations: [], difference: 0 },
  };
}

function deviceResult(index: number, state: 'held' | 'pending') {
  const at = new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString();
  return {
    journalId: 'journal',
    deviceId: 'device',
    deviceName: 'Device',
    index,
    kind: 'patient' as const,
    sampleId: `S${index}`,
    deviceCode: 'WBC',
    originalValue: '5.0',
    reading: { kind: 'numeric' as const, number: '5.0' },
    recordRef: { index: 0, type: 'R', field: 4, offset: 0, length: 0 },
    analyzerFlags: [],
    comments: [],
    receivedAt: at,
    flag: '' as const,
    state,
    holdReason: state === 'held' ? ('unknownSample' as const) : undefined,
  };
}

type Caller = Awaited<ReturnType<TestLab['as']>>;
const month = { from: '2020-01-01', to: '2100-01-01' };

/** Every procedure that answers a list, asked for a number of rows. */
const lists: Record<string, (caller: Caller, limit: number) => Promise<{ rows: unknown[] }>> = {
  'catalogue.list': (caller, limit) => caller.catalogue.list({ kind: 'parameter', limit }),
  'patients.list': (caller, limit) => caller.patients.list({ limit }),
  'bills.list': (caller, limit) => caller.bills.list({ ...month, limit }),
  'dayClose.list': (caller, limit) => caller.dayClose.list({ limit }),
  'invoices.list': (caller, limit) => caller.invoices.list({ limit }),
  'claims.list': (caller, limit) => caller.claims.list({ limit }),
  'specimens.list': (caller, limit) => caller.specimens.list({ limit }),
  'reports.worklist': (caller, limit) => caller.reports.worklist({ limit }),
  'results.queue': (caller, limit) => caller.results.queue({ limit }),
  'results.holding': (caller, limit) => caller.results.holding({ limit }),
  'activity.list': (caller, limit) => caller.activity.list({ limit }),
  'messages.list': (caller, limit) => caller.messages.list({ limit }),
  'staff.list': (caller, limit) => caller.staff.list({ limit }),
  'directory.list': (caller, limit) => caller.directory.list({ kind: 'doctor', limit }),
};

describe('the cost of a list', () => {
  it.each(Object.entries(lists))('%s runs as many statements for 200 rows as for 10', async (_, list) => {
    const cost = async (limit: number) => {
      await list(await test.as('admin'), limit);
      const context = await test.context('admin');
      const answer = await list(test.lab.router.createCaller(context), limit);
      return { rows: answer.rows.length, statements: context.counter.statements };
    };
    const few = await cost(10);
    const many = await cost(rows);
    expect(few.rows).toBe(10);
    expect(many.rows).toBe(rows);
    expect(many.statements).toBe(few.statements);
  });

  it('knows every list procedure', () => {
    const paths = Object.keys(test.lab.router._def.procedures);
    const paged = paths.filter((path) => /\.(list|worklist|queue|holding)$/.test(path) && path !== 'devices.list');
    expect(Object.keys(lists).sort()).toEqual(paged.sort());
  });
});
