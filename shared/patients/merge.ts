import { z } from 'zod';
import { idSchema } from '../kernel/document.ts';
import type { FieldError } from '../kernel/errors.ts';
import type { Patient } from './schema.ts';

/** Fields of which one value stays: the survivor's, unless the other is chosen or the survivor has none. */
export const chosenFields = [
  'fullName',
  'sex',
  'birth',
  'phone',
  'email',
  'address',
  'consent',
  'allowedTests',
] as const satisfies readonly (keyof Patient)[];
export type ChosenField = (typeof chosenFields)[number];

/** Lists that are united, the survivor's entries first, and how many entries they hold. */
const unitedLists = {
  otherPhones: 5,
  nationalIds: 10,
  insurances: 10,
  idProofs: 20,
  attachments: 50,
  family: 20,
  otherNumbers: 10,
} as const satisfies Partial<Record<keyof Patient, number>>;

/** Texts that are joined when both have one: neither a note nor a warning may get lost. */
const joinedTexts = { note: 2000, warning: 300 } as const satisfies Partial<Record<keyof Patient, number>>;

/** Which two patients, as they were read, and the fields that are taken from the one that goes. */
export const mergePatientsSchema = z.strictObject({
  survivorId: idSchema,
  survivorRev: z.string().max(100),
  mergedId: idSchema,
  mergedRev: z.string().max(100),
  take: z.array(z.enum(chosenFields)).max(chosenFields.length).default([]),
});
export type MergePatients = z.infer<typeof mergePatientsSchema>;

/** A patient's fields after a merge, and why it cannot be. */
export interface MergedFields {
  readonly fields: Partial<Patient>;
  readonly errors: FieldError[];
}

/** What the survivor becomes: only the fields that change, each with its new value. Pure; preview and merge share it. */
export function mergedFields(survivor: Patient, merged: Patient, take: readonly ChosenField[]): MergedFields {
  const errors: FieldError[] = [];
  const after: Record<string, unknown> = {};
  for (const field of chosenFields) {
    if (merged[field] === undefined) continue;
    if (survivor[field] === undefined || take.includes(field)) after[field] = merged[field];
  }
  const phone = (after.phone ?? survivor.phone) as string | undefined;
  for (const [name, most] of Object.entries(unitedLists)) {
    const field = name as keyof typeof unitedLists;
    const extra = field === 'otherPhones' ? [survivor.phone, merged.phone] : [];
    const both = [...(survivor[field] ?? []), ...(merged[field] ?? []), ...extra];
    const united = distinct(both, field).filter((entry) => entry !== undefined && !isSelf(entry, survivor, merged));
    const list = field === 'otherPhones' ? united.filter((entry) => entry !== phone) : united;
    if (list.length > most) errors.push(tooMany(field, list.length, most));
    if (list.length > 0 || survivor[field] !== undefined) after[field] = list;
  }
  for (const [name, most] of Object.entries(joinedTexts)) {
    const field = name as keyof typeof joinedTexts;
    const text = [...new Set([survivor[field], merged[field]])].filter(Boolean).join(field === 'note' ? '\n' : ' · ');
    if (text.length > most) errors.push(tooLong(field));
    if (text) after[field] = text;
  }
  const fields = Object.fromEntries(
    Object.entries(after).filter(
      ([field, value]) => JSON.stringify(value) !== JSON.stringify(survivor[field as keyof Patient]),
    ),
  );
  return { fields, errors };
}

/** One entry of each: files by content, policies by number, the rest by all they say. */
function distinct(list: readonly unknown[], field: keyof typeof unitedLists): unknown[] {
  const keyOf = (entry: unknown): string => {
    const parts = entry as Record<string, unknown>;
    if (field === 'idProofs' || field === 'attachments') return String(parts.sha256);
    if (field === 'insurances') return `${parts.insurerId} ${parts.policyNumber}`;
    return JSON.stringify(entry ?? null);
  };
  const byKey = new Map<string, unknown>();
  for (const entry of list) if (!byKey.has(keyOf(entry))) byKey.set(keyOf(entry), entry);
  return [...byKey.values()];
}

/** Two that were family of each other are one person now. */
function isSelf(entry: unknown, survivor: Patient, merged: Patient): boolean {
  if (typeof entry !== 'object' || entry === null || !('relation' in entry) || !('patientId' in entry)) return false;
  return entry.patientId === survivor.id || entry.patientId === merged.id;
}

function tooMany(field: string, count: number, most: number): FieldError {
  const message = `Together the two have ${count} entries here; ${most} is the most`;
  return { field, code: 'merge.tooMany', message, remedy: 'Remove some from one of the two first.' };
}

function tooLong(field: string): FieldError {
  const message = `The ${field}s of the two are too long together`;
  return { field, code: 'merge.tooLong', message, remedy: 'Shorten one of the two first.' };
}

/** What a field goes back to when a merge is undone. */
export interface FieldOfMerge {
  readonly field: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/**
 * The survivor's value without what a merge brought: entries that it added to a list go, a single value goes back to what it
 * was. What a person changed since stays: `kept` says so.
 */
export function withoutMerge(current: unknown, { before, after }: FieldOfMerge): { value: unknown; kept: boolean } {
  if (same(current, after)) return { value: before, kept: false };
  if (!Array.isArray(after) || !Array.isArray(current)) return { value: current, kept: true };
  const old = new Set((Array.isArray(before) ? before : []).map((entry) => JSON.stringify(entry)));
  const added = new Set(after.map((entry) => JSON.stringify(entry)).filter((entry) => !old.has(entry)));
  const value = current.filter((entry) => !added.has(JSON.stringify(entry)));
  return { value: value.length === 0 && before === undefined ? undefined : value, kept: false };
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
