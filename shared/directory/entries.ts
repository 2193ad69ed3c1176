import { z } from 'zod';
import { idSchema } from '../kernel/document.ts';
import { pageInputSchema } from '../kernel/page.ts';
import {
  type Doctor,
  doctorShape,
  type InsuranceGroup,
  type Insurer,
  insuranceGroupShape,
  insurerShape,
  type Organisation,
  type OutsourceLab,
  organisationShape,
  outsourceLabShape,
} from './schema.ts';

/** Whom the laboratory works with: everything of the directory that is neither a colleague nor a role. */
export const entryKinds = ['organisation', 'doctor', 'insurer', 'insuranceGroup', 'outsourceLab'] as const;
export const entryKindSchema = z.enum(entryKinds);
export type EntryKind = z.infer<typeof entryKindSchema>;
export type DirectoryEntry = Doctor | Organisation | Insurer | InsuranceGroup | OutsourceLab;

/** A code as people type it; empty lets the core give the next one. Letters become capitals. */
const codeInput = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^([A-Z0-9][A-Z0-9._-]{0,39})?$/, 'Letters, digits, ".", "_" and "-"');

/** Phones are read by the rules of contacts, so more is let in than is stored. */
const typed = { code: codeInput, phone: z.string().max(60).optional(), email: z.string().max(320).optional() };
const name = z.string().trim().min(1, 'Enter the name').max(200);

const shapes = {
  doctor: doctorShape.extend({ ...typed, fullName: name }),
  organisation: organisationShape.extend({ ...typed, name }),
  insurer: insurerShape.extend({ ...typed, name }),
  insuranceGroup: insuranceGroupShape.extend({ code: codeInput, name }),
  outsourceLab: outsourceLabShape.extend({ ...typed, name }),
} as const;

/** What a form or a file gives for an entry: all of its fields; one that is left out is removed. */
export const entryInputSchema = z.discriminatedUnion('kind', [
  shapes.doctor,
  shapes.organisation,
  shapes.insurer,
  shapes.insuranceGroup,
  shapes.outsourceLab,
]);
export type EntryInput = z.infer<typeof entryInputSchema>;

/** The fields that an entry of a kind can have. */
export function fieldsOf(kind: EntryKind): string[] {
  return Object.keys(shapes[kind].shape);
}

/** Without an id a new entry; with one the entry as it was read at `rev`. */
export const saveEntrySchema = z.strictObject({
  id: idSchema.optional(),
  rev: z.string().max(100).optional(),
  entry: entryInputSchema,
});
export type SaveEntry = z.infer<typeof saveEntrySchema>;

/** A page of one kind in the order of codes. With a text: those whose name or code begins so, the first `limit`. */
export const listEntriesSchema = pageInputSchema.extend({
  kind: entryKindSchema,
  text: z.string().max(200).optional(),
  active: z.boolean().optional(),
});
export type ListEntries = z.infer<typeof listEntriesSchema>;

/** What a picker asks for. */
export const findEntriesSchema = z.strictObject({
  kind: entryKindSchema,
  text: z.string().max(200),
  limit: z.number().int().min(1).max(50).default(10),
  /** Entries that were switched off too, after those in use. */
  inactive: z.boolean().default(false),
});
export type FindEntries = z.infer<typeof findEntriesSchema>;

/** The name that people know an entry by. */
export function entryName(entry: { fullName: string } | { name: string }): string {
  return 'fullName' in entry ? entry.fullName : entry.name;
}
