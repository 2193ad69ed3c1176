import { activityText } from '../../../shared/activity/actions.ts';
import type { Activity } from '../../../shared/activity/schema.ts';
import type { Bill } from '../../../shared/billing/schema.ts';
import type { Profile, Test } from '../../../shared/catalogue/documents.ts';
import type { Staff } from '../../../shared/directory/schema.ts';
import { formatPhone } from '../../../shared/patients/contact.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import type { Report } from '../../../shared/reports/schema.ts';
import type { SearchRow } from '../../../shared/search/schema.ts';
import { displayAccession } from '../../../shared/specimens/accession.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import { ageText } from '../patients/index.ts';
import { isExact, phonesOf } from './by-code.ts';
import type { Typed } from './typed.ts';

/** What rows are written with: what was typed, the moment, and names of the patients they are about. */
export interface RowContext {
  readonly typed: Typed;
  readonly now: Date;
  readonly timeZone: string;
  readonly patients: ReadonlyMap<string, Pick<Patient, 'fullName'>>;
}

const sexLetter = { male: 'M', female: 'F', other: 'O', unknown: '' } as const;

export function patientRow(patient: Patient, { typed, now, timeZone }: RowContext): SearchRow {
  const { id, number, fullName, sex, birth, phone, nationalIds, mergedInto } = patient;
  const who = [ageText(birth, now, timeZone), sexLetter[sex]].filter(Boolean).join(' ');
  return {
    id,
    title: fullName,
    subtitle: joined(number, who, phone && formatPhone(phone)),
    patientId: id,
    ...(mergedInto === undefined ? {} : { badge: 'merged' }),
    ...exactly(isExact(typed, number, ...phonesOf(patient), ...nationalIds.map(({ value }) => value))),
  };
}

export function billRow({ id, number, patientId, registeredAt, status, lines }: Bill, context: RowContext): SearchRow {
  const tests = lines.map(({ testCode }) => testCode).join(', ');
  const subtitle = joined(nameOf(patientId, context), tests);
  const exact = exactly(isExact(context.typed, number));
  return { id, title: number, subtitle, badge: status, at: registeredAt, patientId, ...exact };
}

export function specimenRow({ id, accession, patientId, typeName, state }: Specimen, context: RowContext): SearchRow {
  const subtitle = joined(nameOf(patientId, context), typeName);
  return { id, title: accession, subtitle, badge: state, patientId, ...exactly(isExact(context.typed, accession)) };
}

export function reportRow(report: Report, context: RowContext): SearchRow {
  const { id, testName, patientId, accession, state, orderedAt } = report;
  const subtitle = joined(nameOf(patientId, context), accession && displayAccession(accession));
  const exact = exactly(accession !== undefined && isExact(context.typed, accession));
  return { id, title: testName, subtitle, badge: state, at: orderedAt, patientId, ...exact };
}

export function testRow(document: Test | Profile, { typed }: RowContext): SearchRow {
  const { id, name, code, kind } = document;
  const subtitle = joined(code, kind === 'test' ? document.department : document.tests.join(', '));
  const badge = kind === 'profile' ? { badge: 'profile' } : {};
  return { id, title: name, subtitle, ...badge, ...exactly(isExact(typed, code)) };
}

export function staffRow({ id, fullName, username, designation, active }: Staff, { typed }: RowContext): SearchRow {
  const badge = active ? {} : { badge: 'inactive' };
  return {
    id,
    title: fullName,
    subtitle: joined(username, designation),
    ...badge,
    ...exactly(isExact(typed, username)),
  };
}

export function activityRow({ id, action, values, actorName, at, patientId }: Activity): SearchRow {
  const whose = patientId === undefined ? {} : { patientId };
  return { id, title: activityText(action, values), subtitle: actorName, at, ...whose };
}

function nameOf(patientId: string, { patients }: RowContext): string | undefined {
  return patients.get(patientId)?.fullName;
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter(Boolean).join(' · ');
}

function exactly(exact: boolean): { exact?: true } {
  return exact ? { exact: true } : {};
}
