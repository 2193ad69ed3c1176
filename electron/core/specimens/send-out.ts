import type { OutsourceLab } from '../../../shared/directory/schema.ts';
import type { ListingInput } from '../../../shared/documents/schema.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { displayAccession } from '../../../shared/specimens/accession.ts';
import type { SendOut } from '../../../shared/specimens/input.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import {
  invalid,
  type Kernel,
  refuseIfInvalid,
  requirePermission,
  type ScopedReads,
  type Session,
  type Work,
} from '../kernel/index.ts';
import { letterheadOf, patientOnPaper, writingOf } from '../reports/index.ts';
import { centreOf } from '../setup/index.ts';
import { moveSpecimens, needSpecimens } from './move.ts';

/** What went out together. */
export interface Manifest {
  number: string;
  laboratory: string;
  sentAt: string;
  specimens: Stored<Specimen>[];
}

/**
 * Sends specimens to another laboratory with one manifest, numbered like everything people read; all or none, one commit.
 * Refuses, at `ids.<index>`, specimens with a test that the laboratory does not do for us.
 */
export function sendOut(kernel: Kernel, session: Session, input: SendOut): Manifest {
  requirePermission(session, 'specimen.send');
  return kernel.change(session, (work) => {
    const laboratory = needLaboratory(work, input.outsourceLabId);
    const specimens = needSpecimens(work, input.ids);
    refuseIfInvalid(notOffered(laboratory, specimens));
    const manifest = `${kernel.station().prefix}-M${String(work.nextNumber('manifest')).padStart(6, '0')}`;
    const reason = `To ${laboratory.name} with ${manifest}`.slice(0, 300);
    const sent = moveSpecimens(work, specimens, 'sentOut', reason, () => ({
      manifest,
      outsourceLabId: laboratory.id,
      outsourceLabName: laboratory.name,
    }));
    for (const { id, accession, patientId } of sent) {
      work.record('specimen.sentOut', {
        values: { accession, laboratory: laboratory.name, manifest },
        subject: { collection: 'specimens', id },
        patientId,
      });
    }
    return { number: manifest, laboratory: laboratory.name, sentAt: work.now, specimens: sent };
  });
}

/** Takes specimens that came back from another laboratory in again, all or none. */
export function takeBack(kernel: Kernel, session: Session, ids: readonly string[]): Stored<Specimen>[] {
  requirePermission(session, 'specimen.receive');
  return kernel.change(session, (work) => {
    const sent = needSpecimens(work, ids);
    refuseIfInvalid(
      sent.flatMap(({ state, accession }, index): FieldError[] =>
        state === 'sentOut'
          ? []
          : [{ field: `ids.${index}`, code: 'specimen.state', message: `Specimen ${accession} is not sent out` }],
      ),
    );
    const back = moveSpecimens(work, sent, 'received', 'Came back');
    for (const { id, accession, patientId, outsourceLabName = '', manifest = '' } of back) {
      work.record('specimen.cameBack', {
        values: { accession, laboratory: outsourceLabName, manifest },
        subject: { collection: 'specimens', id },
        patientId,
      });
    }
    return back;
  });
}

/** A manifest by its number, with its specimens in the order of their accession. One statement. */
function manifestOf(reads: ScopedReads, number: string): Manifest {
  const specimens = reads.find('specimens', { selector: { manifest: { $eq: number } }, limit: 200 });
  const [first] = specimens;
  if (!first) throw invalid('number', 'manifest.unknown', `There is no manifest ${number}`, 'Check its number.');
  return {
    number,
    laboratory: first.outsourceLabName ?? '',
    sentAt: first.sentOutAt ?? first.updatedAt,
    specimens: specimens.toSorted((a, b) => a.accession.localeCompare(b.accession)),
  };
}

/** The manifest as it goes along with the tubes. @param printedAt UTC */
export function manifestDocument(reads: ScopedReads, number: string, printedAt: string): ListingInput {
  const manifest = manifestOf(reads, number);
  const centre = centreOf(reads);
  const patients = reads.mapOf(
    'patients',
    manifest.specimens.map((specimen) => specimen.patientId),
  );
  return {
    kind: 'listing',
    ...writingOf(centre, printedAt),
    letterhead: letterheadOf(centre),
    title: `Manifest ${number}`,
    facts: [
      { label: 'To', value: manifest.laboratory },
      { label: 'Specimens', value: String(manifest.specimens.length) },
    ],
    at: manifest.sentAt,
    barcode: number.replace(/[^A-Z0-9-]/g, ''),
    columns: [
      { header: 'Accession', width: 90 },
      { header: 'Patient' },
      { header: 'Age / sex', width: 60 },
      { header: 'Specimen', width: 110 },
      { header: 'Tests', width: 110 },
    ],
    rows: manifest.specimens.map((specimen) => {
      const patient = patients.get(specimen.patientId);
      const at = specimen.collectedAt ?? specimen.createdAt;
      const paper = patient && patientOnPaper(patient, at, centre.timeZone);
      return [
        displayAccession(specimen.accession),
        paper ? `${paper.name} (${paper.number})` : '',
        paper ? [paper.age, paper.sex].filter(Boolean).join(' / ') : '',
        `${specimen.typeName}, ${specimen.container}`,
        specimen.testCodes.join(', '),
      ];
    }),
    signatures: ['Handed over by', 'Taken by', 'Received by'],
  };
}

/** The laboratories in use that specimens can be sent to. One statement. */
export function outsourceLabs(reads: ScopedReads): { id: string; name: string }[] {
  return reads
    .find('directory', { selector: { kind: { $eq: 'outsourceLab' } }, limit: 1000 })
    .flatMap((entry) =>
      entry.kind === 'outsourceLab' && entry.active !== false ? [{ id: entry.id, name: entry.name }] : [],
    )
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

function needLaboratory(work: Work, id: string): Stored<OutsourceLab> {
  const laboratory = work.get('directory', id);
  if (laboratory?.kind === 'outsourceLab' && laboratory.active !== false) {
    return laboratory as Stored<OutsourceLab>;
  }
  const message =
    laboratory?.kind === 'outsourceLab' ? `${laboratory.name} is switched off` : 'There is no such laboratory';
  throw invalid(
    'outsourceLabId',
    'outsourceLab.unknown',
    message,
    'Choose one of the outsource labs in the directory.',
  );
}

/** A laboratory whose list is empty does whatever it is sent. */
function notOffered(laboratory: OutsourceLab, specimens: readonly Specimen[]): FieldError[] {
  if (laboratory.tests.length === 0) return [];
  const offered = new Set(laboratory.tests.map(({ test }) => test));
  return specimens.flatMap(({ accession, testCodes }, index) => {
    const missing = testCodes.filter((code) => !offered.has(code));
    if (missing.length === 0) return [];
    const message = `${laboratory.name} does not do ${missing.join(', ')} of ${accession}`;
    const remedy = 'Make an aliquot with the tests it does, or add the test to the laboratory in the directory.';
    return [{ field: `ids.${index}`, code: 'outsourceLab.test', message, remedy }];
  });
}
