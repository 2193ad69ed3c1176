import { organisationAccount } from '../../../shared/billing/balances.ts';
import { hasDiscount } from '../../../shared/billing/order.ts';
import type { CreateBill, PaymentInput, QuoteOrder } from '../../../shared/billing/order-input.ts';
import type { BillTotals, Coverage } from '../../../shared/billing/schema.ts';
import { settle } from '../../../shared/billing/settle.ts';
import { isActive } from '../../../shared/catalogue/active.ts';
import type { Test } from '../../../shared/catalogue/documents.ts';
import type { Organisation } from '../../../shared/directory/schema.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import type { Permission } from '../../../shared/kernel/permissions.ts';
import { notAllowed } from '../../../shared/patients/allowed-tests.ts';
import { mayBePregnant } from '../../../shared/patients/pregnancy.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import { type Tube, tubesFor } from '../../../shared/specimens/tubes.ts';
import { type Catalogue, priceChainOf } from '../catalogue/index.ts';
import type { ScopedReads, Session } from '../kernel/index.ts';
import { centreOf, tubeRulesOf } from '../setup/index.ts';
import { creditApproval, discountApproval, type NeededApproval } from './approvals.ts';
import { discountLines, lineField, nameTests, type OrderedTest, type PricedTest, priceTests } from './order-lines.ts';
import { orderParties } from './order-parties.ts';
import { orderPaymentErrors } from './payment-rules.ts';

/** An order as the rules left it; complete only without errors. */
export interface CheckedOrder {
  readonly errors: FieldError[];
  /** What somebody else has to allow before it is saved. */
  readonly needed: NeededApproval[];
  readonly patient: Stored<Patient> | undefined;
  readonly lines: readonly OrderedTest[];
  readonly coverage: Coverage | undefined;
  readonly notCovered: ReadonlySet<string>;
  readonly onCredit: boolean;
  readonly totals: BillTotals | undefined;
  readonly tubes: Tube[];
  readonly catalogue: Catalogue;
}

type Order = QuoteOrder & Pick<CreateBill, 'payment' | 'payments'>;

/** Where and when an order is taken. */
export interface OrderPlace {
  /** A day in the lab's time zone. */
  readonly today: string;
  readonly branchId: string | undefined;
}

/**
 * Every rule of an order: patient, tests, prices, discounts, diagnoses, who sent it and who pays, the first payments. All run,
 * all errors come together, each at its field of the input. Some twenty statements at most, whatever the order.
 */
export function checkOrder(reads: ScopedReads, session: Session, order: Order, place: OrderPlace): CheckedOrder {
  const { today } = place;
  const centre = centreOf(reads);
  const patient = order.patientId === undefined ? undefined : reads.get('patients', order.patientId);
  const parties = orderParties(reads, order, patient, place.branchId, today);
  const { named, catalogue, errors: lineErrors } = nameTests(reads, order.lines, today);
  const priced = priceTests(named, priceChainOf(reads, parties.priceLists, today));
  const { errors: discountErrors, ordered } = discountLines(order.lines, priced, order.discount);
  const notCovered = new Set(parties.group?.excludedTests);
  const lines = lineErrors.length === 0 ? ordered : [];
  const totals =
    lines.length > 0
      ? settle({
          lines: lines.map((line) => ({ ...line, notCovered: isNotCovered(line, notCovered) })),
          taxPercent: centre.taxPercent,
          coverage: parties.coverage,
          onCredit: parties.onCredit,
          payments: [],
          cancelled: false,
        }).totals
      : undefined;
  const errors = [
    ...patientErrors(order.patientId, patient),
    ...pregnancyErrors(order, patient, today),
    ...lineErrors,
    ...priced.flatMap((one) => testErrors(one, order, catalogue, patient, parties.organisation, today)),
    ...repeatedDiagnoses(order),
    ...discountErrors,
    ...parties.errors,
    ...rightErrors(session, order),
    ...orderPaymentErrors(reads, paymentsOf(order), totals, patient?.id, centre),
  ];
  const needed = lines.length > 0 ? [discountApproval(session, lines, centre)] : [];
  const { organisation } = parties;
  if (organisation && totals?.organisation !== undefined) {
    const outstanding = reads.balance('billing', organisationAccount(organisation.id, centre.currency));
    needed.push(creditApproval(organisation, outstanding, totals.organisation, centre));
  }
  return {
    errors,
    needed: needed.filter((one) => one !== undefined),
    ...{ patient, lines, totals, catalogue, notCovered },
    coverage: parties.coverage,
    onCredit: parties.onCredit,
    tubes: tubesFor(
      lines.map((line) => line.test),
      catalogue.specimenTypes,
      tubeRulesOf(reads),
    ),
  };
}

/** The first payments of an order, whichever way they were given. */
export function paymentsOf({ payment, payments }: Pick<CreateBill, 'payment' | 'payments'>): PaymentInput[] {
  return payment ? [payment, ...(payments ?? [])] : (payments ?? []);
}

/** Whether the insurance excludes a line, by its test or its profile. */
export function isNotCovered(
  { test, profile }: Pick<OrderedTest, 'test' | 'profile'>,
  excluded: ReadonlySet<string>,
): boolean {
  return excluded.has(test.code) || (profile !== undefined && excluded.has(profile.code));
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

function pregnancyErrors({ pregnancy }: Order, patient: Patient | undefined, today: string): FieldError[] {
  if (!pregnancy || !patient || mayBePregnant(patient, today)) return [];
  const message = `${patient.fullName} cannot be pregnant by sex or age`;
  return [{ field: 'pregnancy', code: 'pregnancy.patient', message, remedy: 'Clear it, or correct the patient.' }];
}

/** What is wrong with a test as such, for this patient and this sender. */
export function testErrors(
  { test, profile, price, input }: PricedTest,
  { lines }: Pick<Order, 'lines'>,
  catalogue: Catalogue,
  patient: Patient | undefined,
  organisation: Organisation | undefined,
  today: string,
): FieldError[] {
  const field = lineField(input, lines[input]);
  const errors: FieldError[] = [];
  const add = (code: string, message: string, remedy: string) => errors.push({ field, code, message, remedy });
  if (!isActive(test, today)) add('test.inactive', `${test.name} is not offered today`, 'Choose another test.');
  if (!price)
    add('test.noPrice', `${test.name} has no price`, 'Set its price in Catalogue, Prices in a grid, then order it.');
  if (!isComplete(test, catalogue)) {
    add(
      'test.incomplete',
      `${test.name} is not complete in the catalogue`,
      'Complete its parameters and specimen type.',
    );
  }
  if (notAllowed(patient?.allowedTests, [test.id]).length > 0) {
    add('test.notAllowed', `${test.name} is not among the tests this patient may be given`, 'Leave it out.');
  }
  // A profile that is allowed may be given whole.
  const codes = profile ? [test.code, profile.code] : [test.code];
  if (organisation && notAllowed(organisation.allowedTests, codes).length === codes.length) {
    add('test.notAllowed', `${test.name} is not among the tests that ${organisation.name} may order`, 'Leave it out.');
  }
  return errors;
}

function isComplete(test: Test, catalogue: Catalogue): boolean {
  const known = test.parameters.every((row) => catalogue.parameters.has(row.parameter));
  return known && catalogue.specimenTypes.has(test.specimenType);
}

/** An error at every diagnosis after the first of its code. */
function repeatedDiagnoses({ diagnoses }: Order): FieldError[] {
  const codes = diagnoses.map((diagnosis) => diagnosis.code);
  return codes.flatMap((code, index) => {
    if (codes.indexOf(code) === index) return [];
    const message = 'This diagnosis stands twice';
    return [{ field: `diagnoses.${index}.code`, code: 'diagnosis.twice', message, remedy: 'Remove one of the two.' }];
  });
}

/** Parts of an order that need a right of their own. */
export function rightErrors(
  session: Session,
  order: Pick<Order, 'lines' | 'discount' | 'payment' | 'payments'>,
): FieldError[] {
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
  if (paymentsOf(order).length > 0) need('bill.pay', 'payment', 'Your role may not take payments');
  return errors;
}
