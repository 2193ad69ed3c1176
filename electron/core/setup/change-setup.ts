import type { Stored } from '../../../shared/kernel/document.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { readContact } from '../../../shared/patients/contact.ts';
import type { ChangeCentre, ChangePreferences, ChangeStation, SaveBranch } from '../../../shared/setup/change.ts';
import type { Branch, Centre, Preferences, SetupDocument, Station } from '../../../shared/setup/schema.ts';
import { conflict, type Kernel, notFound, refuseIfInvalid, type Session, type Work } from '../kernel/index.ts';
import { setupOf } from './queries.ts';

/**
 * Use cases of the set-up screen. Each is one commit with an activity entry; the commit of any set-up document clears the
 * whole instance cache (reference: "Settings change").
 */

/** Changes the laboratory. Phone and e-mail follow the rules of contacts, in the country that it will have. */
export function changeCentre(kernel: Kernel, session: Session, { rev, change }: ChangeCentre): Stored<Centre> {
  return kernel.change(session, (work) => {
    const current = atRevision(need(work, work.labId, 'centre'), rev);
    const { phone = current.phone, email = current.email } = change;
    const consent = { sms: false, whatsapp: false, email: false };
    const contact = readContact({ phone, email, otherPhones: [], consent }, change.country ?? current.country);
    if ('errors' in contact) refuseIfInvalid(contact.errors);
    const { reportFooter = current.reportFooter, webAddress = current.webAddress } = change;
    const centre = work.update('setup', current, {
      ...change,
      phone: undefined,
      email: undefined,
      ...('contact' in contact ? { phone: contact.contact.phone, email: contact.contact.email } : {}),
      reportFooter: reportFooter?.trim() || undefined,
      webAddress: webAddress || undefined,
    });
    record(work, 'Laboratory', centre.name, centre.id);
    return centre;
  });
}

/** Changes this workstation. Its prefix begins numbers that people have on paper, so it stays once one was given. */
export function changeStation(kernel: Kernel, session: Session, input: ChangeStation): Stored<Station> {
  return kernel.change(session, (work) => {
    const current = atRevision(need(work, session.stationId, 'station'), input.rev);
    const { name, prefix, branchId } = input;
    const errors: FieldError[] = [];
    if (prefix !== current.prefix && kernel.numberTaken()) {
      errors.push({
        field: 'prefix',
        code: 'prefix.used',
        message: `Numbers that begin with ${current.prefix} have been given already`,
        remedy: 'Keep the prefix.',
      });
    }
    if (branchId !== undefined && work.get('setup', branchId)?.kind !== 'branch') {
      errors.push({
        field: 'branchId',
        code: 'unknown',
        message: 'This branch does not exist',
        remedy: 'Choose again.',
      });
    }
    refuseIfInvalid(errors);
    const station = work.update('setup', current, { name, prefix, branchId });
    record(work, 'Station', station.name, station.id);
    return station;
  });
}

/** Adds or changes a branch; its code is unique. */
export function saveBranch(kernel: Kernel, session: Session, { id, rev, code, name }: SaveBranch): Stored<Branch> {
  return kernel.change(session, (work) => {
    const current = id === undefined ? undefined : atRevision(need(work, id, 'branch'), rev);
    const taken = setupOf(work, 'branch').some((branch) => branch.code === code && branch.id !== id);
    refuseIfInvalid(
      taken ? [{ field: 'code', code: 'taken', message: `The code ${code} is taken`, remedy: 'Choose another.' }] : [],
    );
    if (current) {
      const branch = work.update('setup', current, { code, name });
      record(work, 'Branch', name, branch.id);
      return branch;
    }
    const branch = work.insert<'setup', Branch>('setup', { kind: 'branch', code, name });
    work.record('setup.created', {
      values: { kind: 'Branch', name },
      subject: { collection: 'setup', id: branch.id },
    });
    return branch;
  });
}

/** Changes how long sessions last and when accounts lock. Counts from the next request on. */
export function changePreferences(
  kernel: Kernel,
  session: Session,
  { rev, ...change }: ChangePreferences,
): Stored<Preferences> {
  return kernel.change(session, (work) => {
    const [current] = setupOf(work, 'preferences');
    const preferences = current
      ? work.update('setup', atRevision(current, rev), change)
      : work.insert<'setup', Preferences>('setup', { kind: 'preferences', ...change });
    record(work, 'Preferences', `${change.sessionMinutes} min, ${change.lockAfterFailures} failures`, preferences.id);
    return preferences;
  });
}

function record(work: Work, kind: string, name: string, id: string): void {
  work.record('setup.updated', { values: { kind, name }, subject: { collection: 'setup', id } });
}

function need<K extends SetupDocument['kind']>(
  work: Work,
  id: string,
  kind: K,
): Stored<Extract<SetupDocument, { kind: K }>> {
  const document = work.need('setup', id);
  if (document.kind !== kind) throw notFound('setup', id);
  return document as Stored<Extract<SetupDocument, { kind: K }>>;
}

function atRevision<D extends SetupDocument>(document: Stored<D>, rev: string | undefined): Stored<D> {
  if (document._rev !== rev) throw conflict('setup', document.id);
  return document;
}
