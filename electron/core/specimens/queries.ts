import type { Stored } from '../../../shared/kernel/document.ts';
import type { Page, PageInput } from '../../../shared/kernel/page.ts';
import { civilMoment } from '../../../shared/patients/age.ts';
import { isMinorWithoutGuardian } from '../../../shared/patients/guardian.ts';
import type { Patient, Sex } from '../../../shared/patients/schema.ts';
import type { Report } from '../../../shared/reports/schema.ts';
import { parseAccession } from '../../../shared/specimens/accession.ts';
import type { ListSpecimens } from '../../../shared/specimens/input.ts';
import type { Specimen, SpecimenState } from '../../../shared/specimens/schema.ts';
import {
  type Kept,
  type StabilityEnd,
  stabilityEnds,
  stabilityOf,
  type TestStability,
} from '../../../shared/specimens/stability.ts';
import { invalid, keysetPage, type ScopedReads } from '../kernel/index.ts';
import { patientRow } from '../patients/index.ts';
import { type ReportSummary, reportSummary } from '../reports/index.ts';
import { patientIdsByText } from './find-patients.ts';

/** A specimen as lists show it. */
export interface SpecimenRow {
  id: string;
  rev: string;
  accession: string;
  billId: string;
  patientId: string;
  patientName: string;
  patientNumber: string;
  sex: Sex;
  ageText: string;
  specimenType: string;
  typeName: string;
  container: string;
  testCodes: string[];
  state: SpecimenState;
  createdAt: string;
  collectedAt?: string;
  receivedAt?: string;
  /** What is to be minded with the patient. */
  warning?: string;
  /** A minor for whom nobody is named who consents. */
  minorAlone: boolean;
  /** Why the tube before this one, or this one, was rejected. */
  rejectedReason?: string;
  colour?: string;
  place?: string;
  cell?: string;
  manifest?: string;
  outsourceLabName?: string;
  sentOutAt?: string;
  /** The department that it is for alone. */
  department?: string;
  /** How it is kept where it is stored. */
  kept?: Kept;
  /** How long its tests keep once it is drawn, those that do not keep equally long apart. */
  stability: TestStability[];
  /** Until when its tests can be made, the first to end first; empty where it is not drawn, or nothing is to be made any more. */
  ends: StabilityEnd[];
}

/**
 * A page of specimens, the newest first, in one state or in any, with their patients in one read. With a text: those whose
 * accession begins with it, or else those of patients whose name, number or phone does. Three statements, with a text at most
 * nine, whatever the page.
 */
export function listSpecimens(
  reads: ScopedReads,
  input: ListSpecimens,
  now: Date,
  timeZone: string,
): Page<SpecimenRow> {
  const { state, place, text, ...page } = input;
  const narrowed = { ...(state ? { state: { $eq: state } } : {}), ...(place ? { place: { $eq: place } } : {}) };
  const { rows, nextCursor } = text
    ? byText(reads, text, state, page)
    : keysetPage(reads, 'specimens', narrowed, 'createdAt', page);
  return { rows: rowsOf(reads, rows, now, timeZone), nextCursor };
}

/** A page of what was ever sent to other laboratories, the last sent first, with manifest and state. Two statements. */
export function listSentOut(reads: ScopedReads, page: PageInput, now: Date, timeZone: string): Page<SpecimenRow> {
  const { rows, nextCursor } = keysetPage(reads, 'specimens', { sentOutAt: { $gt: '' } }, 'sentOutAt', page);
  return { rows: rowsOf(reads, rows, now, timeZone), nextCursor };
}

/** Specimens of the patients whom a text finds; more are not looked at. */
const mostByText = 1000;

function byText(
  reads: ScopedReads,
  text: string,
  state: SpecimenState | undefined,
  { cursor, limit }: PageInput,
): Page<Stored<Specimen>> {
  const inState = (specimen: Specimen) => !state || specimen.state === state;
  const byAccession = reads.byKeyPrefix('specimens', text, limit);
  if (byAccession.length > 0) return { rows: byAccession.filter(inState) };
  // Few enough to be put in order here. Asked for in order of time, or in one state, SQLite would rather walk through all
  // specimens by the index that has that order.
  const found = reads.find('specimens', {
    selector: { patientId: { $in: patientIdsByText(reads, text) } },
    sort: [{ patientId: 'asc' }, { createdAt: 'desc' }],
    limit: mostByText,
  });
  const newestFirst = found.filter(inState).toSorted((a, b) => (orderOf(a) < orderOf(b) ? 1 : -1));
  const from = newestFirst.findIndex((specimen) => specimen.id === cursor) + 1;
  const rows = newestFirst.slice(from, from + limit);
  return { rows, nextCursor: from + limit < newestFirst.length ? rows.at(-1)?.id : undefined };
}

function orderOf({ createdAt, id }: Specimen): string {
  return `${createdAt} ${id}`;
}

/** A tube that belongs to another: the one an aliquot was taken from, or its aliquots. */
type Kin = Pick<Stored<Specimen>, 'id' | 'accession' | 'state' | 'testCodes' | 'container'>;

/** What a scanned barcode leads to. A code that is no specimen's is an error at `code`. Seven statements. */
export function scanSpecimen(
  reads: ScopedReads,
  code: string,
): {
  specimen: Stored<Specimen>;
  ends: StabilityEnd[];
  /** Names of who took the steps of its custody, by id. */
  people: Record<string, string>;
  patient: Stored<Patient>;
  reports: ReportSummary[];
  parent?: Kin;
  aliquots: Kin[];
} {
  const [specimen] = reads.byKeys('specimens', [code]).get(code) ?? [];
  if (!specimen) {
    const read = parseAccession(code);
    if ('error' in read) throw invalid('code', `accession.${read.error}`, read.message, 'Scan the label again.');
    const message = `There is no specimen ${read.accession.text}`;
    throw invalid('code', 'specimen.unknown', message, 'It may have been rejected, or come from another laboratory.');
  }
  const reports = reads.getMany('reports', specimen.reportIds);
  const people = reads.cached('directory', [...new Set(specimen.custody.map(({ by }) => by))]);
  return {
    specimen,
    ends: endsOf(specimen, reports),
    people: Object.fromEntries(people.flatMap((one) => (one.kind === 'staff' ? [[one.id, one.fullName]] : []))),
    patient: reads.need('patients', specimen.patientId),
    reports: reports.map(reportSummary),
    parent: specimen.parentId === undefined ? undefined : reads.getMany('specimens', [specimen.parentId]).map(kin)[0],
    aliquots: reads
      .find('specimens', { selector: { parentId: { $eq: specimen.id } }, sort: [{ createdAt: 'asc' }], limit: 100 })
      .map(kin),
  };
}

function kin({ id, accession, state, testCodes, container }: Stored<Specimen>): Kin {
  return { id, accession, state, testCodes, container };
}

const inUse: ReadonlySet<SpecimenState> = new Set(['collected', 'received', 'stored', 'sentOut']);

/**
 * Until when the tests of a specimen that are still to be made can be made; empty for one that is not drawn, or gone: what was
 * measured does not get old.
 */
function endsOf(specimen: Specimen, reports: readonly Pick<Report, 'testCode' | 'state'>[]): StabilityEnd[] {
  if (!inUse.has(specimen.state)) return [];
  const waiting = reports.filter(({ state }) => state === 'ordered' || state === 'inProgress');
  const codes = waiting.map(({ testCode }) => testCode);
  return stabilityEnds(stabilityOf(specimen.stability ?? [], codes), specimen);
}

function rowsOf(
  reads: ScopedReads,
  specimens: readonly Stored<Specimen>[],
  now: Date,
  timeZone: string,
): SpecimenRow[] {
  const patients = reads.mapOf(
    'patients',
    specimens.map((specimen) => specimen.patientId),
  );
  const reports = reads.mapOf(
    'reports',
    specimens.filter(({ state }) => inUse.has(state)).flatMap(({ reportIds }) => reportIds),
  );
  const today = civilMoment(now, timeZone);
  return specimens.map((specimen) => {
    const patient = patients.get(specimen.patientId);
    const row = patient && patientRow(patient, now, timeZone);
    const {
      id,
      _rev: rev,
      accession,
      billId,
      patientId,
      specimenType,
      typeName,
      container,
      testCodes,
      state,
    } = specimen;
    return {
      ...{ id, rev, accession, billId, patientId, specimenType, typeName, container, testCodes, state },
      patientName: row?.fullName ?? '',
      patientNumber: row?.number ?? '',
      sex: row?.sex ?? 'unknown',
      ageText: row?.ageText ?? '',
      warning: patient?.warning,
      minorAlone: patient !== undefined && isMinorWithoutGuardian(patient, today),
      createdAt: specimen.createdAt,
      collectedAt: specimen.collectedAt,
      receivedAt: specimen.receivedAt,
      colour: specimen.colour,
      place: specimen.place,
      cell: specimen.cell,
      manifest: specimen.manifest,
      outsourceLabName: specimen.outsourceLabName,
      sentOutAt: specimen.sentOutAt,
      department: specimen.department,
      kept: specimen.kept,
      stability: specimen.stability ?? [],
      ends: endsOf(
        specimen,
        specimen.reportIds.flatMap((id) => reports.get(id) ?? []),
      ),
      rejectedReason: specimen.custody.findLast((step) => step.state === 'rejected')?.reason,
    };
  });
}
