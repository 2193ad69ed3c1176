import type { DirectoryEntry, EntryInput, EntryKind } from '../../shared/directory/entries.ts';
import { formatPhone } from '../../shared/patients/contact.ts';
import type { Format } from '../app/format.ts';
import { words } from '../words/index.ts';

/** The form of every kind, as it is typed; each kind shows its own fields. */
export interface EntryValues {
  code: string;
  name: string;
  active: boolean;
  contactPerson: string;
  phone: string;
  email: string;
  address: string;
  speciality: string;
  registrationNumber: string;
  billing: 'cash' | 'credit';
  creditLimit: string;
  paymentDays: number | string;
  priceList: string;
  allowedTests: string[];
  providerNumber: string;
  claimDays: number | string;
  insurerId: string;
  coveragePercent: number | string;
  copay: string;
  coverageLimit: string;
  excludedTests: string[];
  tests: { test: string; rate: string; hours: number | string }[];
}

const empty: EntryValues = {
  ...{ code: '', name: '', active: true, contactPerson: '', phone: '', email: '', address: '' },
  ...{ speciality: '', registrationNumber: '', billing: 'cash', creditLimit: '', paymentDays: '', priceList: '' },
  ...{ allowedTests: [], providerNumber: '', claimDays: '', insurerId: '', coveragePercent: 100, copay: '' },
  ...{ coverageLimit: '', excludedTests: [], tests: [] },
};

/** What the form begins with. */
export function valuesOf(entry: DirectoryEntry | undefined, format: Format, name = ''): EntryValues {
  if (!entry) return { ...empty, name };
  const money = (amount: number | undefined) => (amount === undefined ? '' : format.amount(amount));
  const common = { ...empty, code: entry.code, active: entry.active !== false };
  if (entry.kind === 'insuranceGroup') {
    const { insurerId, coveragePercent, priceList = '', excludedTests = [] } = entry;
    const sums = { copay: money(entry.copay), coverageLimit: money(entry.coverageLimit) };
    return { ...common, name: entry.name, insurerId, coveragePercent, priceList, excludedTests, ...sums };
  }
  const { contactPerson = '', email = '', address = '' } = entry;
  const phone = entry.phone ? formatPhone(entry.phone) : '';
  const reached = { ...common, contactPerson, phone, email, address };
  switch (entry.kind) {
    case 'doctor': {
      const { fullName, speciality = '', registrationNumber = '' } = entry;
      return { ...reached, name: fullName, speciality, registrationNumber };
    }
    case 'organisation': {
      const { billing = 'cash', paymentDays = '', priceList = '', allowedTests = [] } = entry;
      const creditLimit = money(entry.creditLimit);
      return { ...reached, name: entry.name, billing, creditLimit, paymentDays, priceList, allowedTests };
    }
    case 'insurer': {
      const { providerNumber = '', priceList = '', claimDays = '' } = entry;
      return { ...reached, name: entry.name, providerNumber, priceList, claimDays };
    }
    case 'outsourceLab': {
      const tests = entry.tests.map(({ test, rate, turnaroundMinutes }) => ({
        test,
        rate: money(rate),
        hours: turnaroundMinutes === undefined ? '' : turnaroundMinutes / 60,
      }));
      return { ...reached, name: entry.name, tests };
    }
    default:
      return entry satisfies never;
  }
}

/** What only the form can see: amounts that are none, and what must be filled in. */
export function problemsOf(kind: EntryKind, values: EntryValues, format: Format): Record<string, string> {
  const problems: Record<string, string> = {};
  const amount = (field: string, text: string, needed = false) => {
    const read = text.trim() === '' ? undefined : format.readMoney(text);
    if (read === null || (read ?? 0) < 0) problems[field] = words.directory.notAnAmount;
    else if (needed && read === undefined) problems[field] = words.ui.required;
  };
  if (values.name.trim() === '') problems.name = words.ui.required;
  if (kind === 'organisation') amount('creditLimit', values.creditLimit);
  if (kind === 'insuranceGroup') {
    if (values.insurerId === '') problems.insurerId = words.ui.required;
    if (values.coveragePercent === '') problems.coveragePercent = words.ui.required;
    amount('copay', values.copay);
    amount('coverageLimit', values.coverageLimit);
  }
  if (kind === 'outsourceLab') {
    for (const [index, { test, rate }] of values.tests.entries()) {
      if (test === '') problems[`tests.${index}.test`] = words.ui.required;
      amount(`tests.${index}.rate`, rate, true);
    }
  }
  return problems;
}

/** The form as the core takes it, once `problemsOf` found nothing. */
export function inputOf(kind: EntryKind, values: EntryValues, format: Format): EntryInput {
  const text = (typed: string) => typed.trim() || undefined;
  const number = (typed: number | string) => (typed === '' ? undefined : Number(typed));
  const money = (typed: string) => (typed.trim() === '' ? undefined : (format.readMoney(typed) ?? undefined));
  const { code, name, active } = values;
  const common = { code, name, active };
  const contacts = {
    contactPerson: text(values.contactPerson),
    phone: text(values.phone),
    email: text(values.email),
    address: text(values.address),
  };
  const priceList = text(values.priceList);
  switch (kind) {
    case 'doctor': {
      const { speciality, registrationNumber } = values;
      const own = { speciality: text(speciality), registrationNumber: text(registrationNumber) };
      return { kind, code, active, fullName: name, ...contacts, ...own };
    }
    case 'organisation': {
      const { billing, allowedTests } = values;
      const terms = { creditLimit: money(values.creditLimit), paymentDays: number(values.paymentDays) };
      return { kind, ...common, ...contacts, billing, ...terms, priceList, allowedTests };
    }
    case 'insurer': {
      const own = { providerNumber: text(values.providerNumber), claimDays: number(values.claimDays) };
      return { kind, ...common, ...contacts, ...own, priceList };
    }
    case 'insuranceGroup': {
      const { insurerId, excludedTests } = values;
      const sums = { copay: money(values.copay), coverageLimit: money(values.coverageLimit) };
      const coveragePercent = number(values.coveragePercent) ?? 0;
      return { kind, ...common, insurerId, coveragePercent, ...sums, priceList, excludedTests };
    }
    case 'outsourceLab': {
      const tests = values.tests.map(({ test, rate, hours }) => ({
        test,
        rate: money(rate) ?? 0,
        turnaroundMinutes: hours === '' ? undefined : Math.round(Number(hours) * 60),
      }));
      return { kind, ...common, ...contacts, tests };
    }
    default:
      return kind satisfies never;
  }
}

/** Where the form shows an error of the core's field. */
export function fieldOf(field: string): string {
  const own = field.replace(/^entry\./, '');
  return own === 'fullName' ? 'name' : own.replace(/\.turnaroundMinutes$/, '.hours');
}
