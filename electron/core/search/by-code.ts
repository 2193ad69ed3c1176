import type { Bill } from '../../../shared/billing/schema.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import { beginsWords } from '../../../shared/search/words.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import { type CollectionName, type Documents, lookupKey, type ScopedReads } from '../kernel/index.ts';
import { phoneEndKey, type Typed } from './typed.ts';

/**
 * What numbers, codes, phones and accessions find: by the lookup keys that are written in the same transaction as the
 * document, so that a barcode is found in the moment its order is saved, whatever the word index is doing. The number of
 * statements does not depend on what is found.
 */

const nameFilterLimit = 200;

/** Patients whose number, phone or national id begins so; with words beside the code, those of them with such a name. */
export function patientsByCode(reads: ScopedReads, typed: Typed, limit: number): Stored<Patient>[] {
  const found = new Map(byCode(reads, 'patients', typed, limit).map((patient) => [patient.id, patient]));
  const take = (patients: readonly Stored<Patient>[]) => {
    for (const patient of patients) found.set(patient.id, patient);
  };
  for (const beginning of typed.phones) {
    if (beginning !== typed.key) take(reads.byKeyPrefix('patients', beginning, limit));
  }
  const { phoneEnd } = typed;
  if (phoneEnd !== undefined) {
    const candidates = reads.byKeys('patients', [phoneEndKey(phoneEnd)]).values();
    take([...candidates].flat().filter((patient) => phonesOf(patient).some((phone) => phone.endsWith(phoneEnd))));
  }
  const [code] = typed.codes;
  if (found.size === 0 && code !== undefined && typed.words.length > 0) {
    const candidates = reads.byKeyPrefix('patients', code, nameFilterLimit);
    take(candidates.filter(({ fullName }) => beginsWords(fullName, typed.words)));
  }
  return [...found.values()];
}

/** Bills whose number begins so. */
export function billsByCode(reads: ScopedReads, typed: Typed, limit: number): Stored<Bill>[] {
  return byCode(reads, 'billing', typed, limit).filter((document) => document.kind === 'bill');
}

/** Specimens whose accession begins so. */
export function specimensByCode(reads: ScopedReads, typed: Typed, limit: number): Stored<Specimen>[] {
  return byCode(reads, 'specimens', typed, limit);
}

/** Tests and profiles whose code begins so: codes of tests are letters, and people know them by heart. */
export function testsByCode(reads: ScopedReads, typed: Typed, limit: number) {
  if (typed.key.length < 2) return [];
  return reads.byKeyPrefix('catalogue', typed.key, limit).filter(({ kind }) => kind === 'test' || kind === 'profile');
}

/** Colleagues whose username begins so. */
export function staffByCode(reads: ScopedReads, typed: Typed, limit: number) {
  return byCode(reads, 'directory', typed, limit).filter(({ kind }) => kind === 'staff');
}

/** Whether one of the keys is the whole of what was typed. */
export function isExact(typed: Typed, ...keys: readonly string[]): boolean {
  return typed.key !== '' && keys.some((key) => lookupKey(key) === typed.key || typed.phones.includes(lookupKey(key)));
}

/** A patient's phones, digits only, with the country code. */
export function phonesOf({ phone, otherPhones }: Pick<Patient, 'phone' | 'otherPhones'>): string[] {
  return [phone ?? '', ...otherPhones].map((number) => number.replace(/\D/g, '')).filter(Boolean);
}

function byCode<N extends CollectionName>(reads: ScopedReads, collection: N, typed: Typed, limit: number) {
  if (typed.key === '') return [];
  if (typed.begins) return reads.byKeyPrefix(collection, typed.key, limit);
  const found: Stored<Documents[N]>[] = [...reads.byKeys(collection, [typed.key]).values()].flat();
  return found.slice(0, limit);
}
