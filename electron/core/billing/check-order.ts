import { discountErrors, hasDiscount, lineDiscounts, type PricedLine } from '../../../shared/billing/order.ts';
import type { CreateBill, QuoteOrder } from '../../../shared/billing/order-input.ts';
import type { BillTotals } from '../../../shared/billing/schema.ts';
import { settle } from '../../../shared/billing/settle.ts';
import { isActive } from '../../../shared/catalogue/active.ts';
import type { Test } from '../../../shared/catalogue/documents.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import type { Permission } from '../../../shared/kernel/permissions.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import { type Tube, tubesFor } from '../../../shared/specimens/tubes.ts';
import { type Catalogue, catalogueOf } from '../catalogue/index.ts';
import type { ScopedReads, Session } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';

/** A line of a checked order. */
export interface OrderedTest {
  readonly test: Readonly<Stored<Test>>;
  readonly price: number;
  readonly discount: number;
}

/** An order as the rules left it; complete only without errors. */
export interface CheckedOrder {
  readonly errors: FieldError[];
  readonly patient: Stored<Patient> | undefined;
  readonly lines: OrderedTest[];
  readonly totals: BillTotals | undefined;
  readonly tubes: Tube[];
  readonly catalogue: Catalogue;
}

type Order = QuoteOrder & Pick<CreateBill, 'payment'>;

/**
 * Every rule of an order: patient, tests, prices, discounts, diagnoses, who sent it, the first payment. All run, all errors
 * come together, each at its field of the input. Ten statements at most, whatever the order.
 * @param today a day in the lab's time zone
 */
export function checkOrder(reads: ScopedReads, session: Session, order: Order, today: string): CheckedOrder {
  const patient = order.patientId === undefined ? undefined : reads.get('patients', order.patientId);
  const catalogue = catalogueOf(reads, { testIds: order.lines.map((line) => line.testId), on: today });
  const tests = order.lines.map((line) => catalogue.testsById.get(line.testId));
  const priced = order.lines.map(({ discount }, index): PricedLine | undefined => {
    const price = catalogue.prices.get(tests[index]?.code ?? '');
    return price === undefined ? undefined : { price, discount };
  });
  const wrongDiscounts = discountErrors(priced, order.discount);
  const lines = wrongDiscounts.length === 0 ? pricedLines(tests, priced, order) : [];
  const totals = lines.length > 0 ? totalsOf(reads, lines) : undefined;
  const errors = [
    ...patientErrors(order.patientId, patient),
    ...tests.flatMap((test, index) => testErrors(test, `lines.${index}.testId`, catalogue, patient, today)),
    ...repeatedErrors(
      order.lines.map((line) => line.testId),
      (index) => `lines.${index}.testId`,
      'test.twice',
      'This test is ordered twice',
    ),
    ...repeatedErrors(
      order.diagnoses.map((diagnosis) => diagnosis.code),
      (index) => `diagnoses.${index}.code`,
      'diagnosis.twice',
      'This diagnosis stands twice',
    ),
    ...wrongDiscounts,
    ...directoryErrors(reads, order),
    ...rightErrors(session, order),
    ...paymentErrors(order.payment, totals),
  ];
  const ordered = lines.map((line) => line.test);
  return { errors, patient, lines, totals, tubes: tubesFor(ordered, catalogue.specimenTypes), catalogue };
}

/** The lines with their discounts; none while one of them has no price. */
function pricedLines(
  tests: readonly (Readonly<Stored<Test>> | undefined)[],
  priced: readonly (PricedLine | undefined)[],
  order: Order,
): OrderedTest[] {
  const known = priced.filter((line) => line !== undefined);
  if (known.length < priced.length) return [];
  const discounts = lineDiscounts(known, order.discount);
  return tests.flatMap((test, index) =>
    test ? [{ test, price: known[index]?.price ?? 0, discount: discounts[index] ?? 0 }] : [],
  );
}

function totalsOf(reads: ScopedReads, lines: readonly OrderedTest[]): BillTotals {
  return settle({ lines, taxPercent: centreOf(reads).taxPercent, payments: [], cancelled: false }).totals;
}

function patientErrors(patientId: string | undefined, patient: Patient | undefined): FieldError[] {
  const field = 'patientId';
  if (patientId !== undefined && !patient) {
    return [
      { field, code: 'patient.missing', message: 'There is no such patient', remedy: 'Choose one from the list.' },
    ];
  }
  if (!patient?.mergedInto) return [];
  const message = `${patient.fullName} (${patient.number}) was merged into another patient`;
  return [{ field, code: 'patient.merged', message, remedy: 'Order for that patient.' }];
}

function testErrors(
  test: Test | undefined,
  field: string,
  catalogue: Catalogue,
  patient: Patient | undefined,
  today: string,
): FieldError[] {
  if (!test)
    return [{ field, code: 'test.missing', message: 'There is no such test', remedy: 'Choose one from the list.' }];
  const errors: FieldError[] = [];
  const add = (code: string, message: string, remedy: string) => errors.push({ field, code, message, remedy });
  if (!isActive(test, today)) add('test.inactive', `${test.name} is not offered today`, 'Choose another test.');
  if (!catalogue.prices.has(test.code)) {
    add('test.noPrice', `${test.name} has no price`, 'Put it on the price list, then order it.');
  }
  const known = test.parameters.every((row) => catalogue.parameters.has(row.parameter));
  if (!known || !catalogue.specimenTypes.has(test.specimenType)) {
    add(
      'test.incomplete',
      `${test.name} is not complete in the catalogue`,
      'Complete its parameters and specimen type.',
    );
  }
  if (patient?.allowedTests && !patient.allowedTests.includes(test.id)) {
    add('test.notAllowed', `${test.name} is not among the tests this patient may be given`, 'Leave it out.');
  }
  return errors;
}

/** An error at every repetition after the first. */
function repeatedErrors(
  values: readonly string[],
  field: (index: number) => string,
  code: string,
  message: string,
): FieldError[] {
  return values.flatMap((value, index) =>
    values.indexOf(value) < index ? [{ field: field(index), code, message, remedy: 'Remove one of the two.' }] : [],
  );
}

function directoryErrors(reads: ScopedReads, { referrerId, organisationId }: Order): FieldError[] {
  const entries = reads.mapOf('directory', [referrerId, organisationId]);
  const errors: FieldError[] = [];
  const remedy = 'Choose one from the list.';
  if (referrerId !== undefined && entries.get(referrerId)?.kind !== 'doctor') {
    errors.push({ field: 'referrerId', code: 'referrer.missing', message: 'There is no such doctor', remedy });
  }
  if (organisationId !== undefined && entries.get(organisationId)?.kind !== 'organisation') {
    const message = 'There is no such organisation';
    errors.push({ field: 'organisationId', code: 'organisation.missing', message, remedy });
  }
  return errors;
}

/** Parts of an order that need a right of their own. */
function rightErrors(session: Session, order: Order): FieldError[] {
  const errors: FieldError[] = [];
  const need = (permission: Permission, field: string, message: string) => {
    if (session.permissions.has(permission)) return;
    errors.push({ field, code: 'right', message, remedy: 'Leave it out, or ask somebody whose role allows it.' });
  };
  if (hasDiscount([], order.discount)) need('bill.discount', 'discount', 'Your role may not give discounts');
  order.lines.forEach((line, index) => {
    if (hasDiscount([line], undefined)) {
      need('bill.discount', `lines.${index}.discount`, 'Your role may not give discounts');
    }
  });
  if (order.payment) need('bill.pay', 'payment', 'Your role may not take payments');
  return errors;
}

function paymentErrors(payment: CreateBill['payment'], totals: BillTotals | undefined): FieldError[] {
  if (!payment || !totals || payment.amount <= totals.due) return [];
  return [
    {
      field: 'payment.amount',
      code: 'payment.aboveDue',
      message: 'The payment is more than what is due',
      remedy: 'Take what is due and give change.',
    },
  ];
}
