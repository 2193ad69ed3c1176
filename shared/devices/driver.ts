import { z } from 'zod';
import { wholeNumber } from '../kernel/whole-number.ts';
import { outgoingDelimitersSchema } from './delimiters.ts';
import type { DeviceMessage, OrderQuery, ReadError } from './reading.ts';
import { charsetSchema } from './text.ts';

/** How frames are told apart on the wire. */
/** `table`: no frames at all, the message is a file of rows and columns. */
export const framingSchema = z.enum(['astm', 'mllp', 'vidas', 'table']);
export type Framing = z.infer<typeof framingSchema>;

/** What the instrument is built with; every value can be changed for one device. */
export interface ProtocolDefaults {
  readonly framing: Framing;
  /** Who listens, seen from the laboratory. */
  readonly connection: 'tcp-server' | 'tcp-client' | 'serial' | 'folder';
  readonly serial: {
    readonly baudRate: number;
    readonly dataBits: 5 | 6 | 7 | 8;
    readonly parity: 'none' | 'even' | 'odd';
    readonly stopBits: 1 | 2;
  };
  /** ASTM only: `tolerant` where the instrument does not count its frames as the standard says. */
  readonly frameNumbers?: 'strict' | 'tolerant';
  /** HL7 only: message types (`QRY^Q02`) whose acknowledgement is written by `answer`, not by the link. */
  readonly answeredByDriver?: readonly string[];
  /** HL7 only: the acknowledgement repeats these header fields of the message besides the usual ones. */
  readonly acknowledgeEchoes?: readonly number[];
}

/** A code the instrument is known to send; offered in the code map editor, never applied without a person. */
export interface KnownCode {
  readonly code: string;
  readonly name: string;
  readonly loinc?: string;
  /** In UCUM, for the instrument's usual setting. */
  readonly unit?: string;
}

/**
 * A place in a record or segment: `O-3.1`, `OBX-3.4`, `O-3(2).1`. Everything counts from 1. Without a repetition the first is
 * meant; without a component the whole field in ASTM, the first component in HL7.
 */
export const locatorSchema = z.strictObject({
  record: z.string().min(1).max(3),
  field: z.int().min(1).max(100),
  repetition: z.int().min(1).max(1000).optional(),
  component: z.int().min(1).max(50).optional(),
});
export type Locator = z.infer<typeof locatorSchema>;

/** A place as people write it: `O-3`, `OBX-3.4`, `O-3(2).1`. */
export function placeInWords({ record, field, repetition, component }: Locator): string {
  const repeat = repetition === undefined ? '' : `(${repetition})`;
  return `${record}-${field}${repeat}${component === undefined ? '' : `.${component}`}`;
}

/** Where a generic driver finds things; set on screen from a received message. The first place that holds text wins. */
export const fieldMapSchema = z.strictObject({
  sampleId: z.array(locatorSchema).min(1).optional(),
  code: z.array(locatorSchema).min(1).optional(),
  name: z.array(locatorSchema).min(1).optional(),
  rack: z.array(locatorSchema).min(1).optional(),
  position: z.array(locatorSchema).min(1).optional(),
  resultAt: z.array(locatorSchema).min(1).optional(),
  value: z.array(locatorSchema).min(1).optional(),
  unit: z.array(locatorSchema).min(1).optional(),
  flags: z.array(locatorSchema).min(1).optional(),
  /** What the instrument remarks on a result. */
  comment: z.array(locatorSchema).min(1).optional(),
  patientId: z.array(locatorSchema).min(1).optional(),
  /** The sample asked for, in a query for orders. */
  querySampleId: z.array(locatorSchema).min(1).optional(),
});
export type FieldMap = z.infer<typeof fieldMapSchema>;

/** A column of a table: its heading, or its number from 1. */
const columnSchema = z.string().trim().min(1).max(100);

/** Where a table (CSV, XLSX) has what. Columns not named are looked for under the headings that are usual. */
export const tableMapSchema = z.strictObject({
  /** `rows`: a result in each row; `columns`: a sample in each row, a test in each column that is nothing else. */
  layout: z.enum(['rows', 'columns']),
  /** Absent: found out from the file. */
  delimiter: z.enum([',', ';', '\t', '|']).optional(),
  /** The row with the headings, from 1; rows above it are passed over. */
  headingRow: wholeNumber(1, 1000),
  sampleId: columnSchema.optional(),
  code: columnSchema.optional(),
  value: columnSchema.optional(),
  unit: columnSchema.optional(),
  flag: columnSchema.optional(),
  resultAt: columnSchema.optional(),
  comment: columnSchema.optional(),
});
export type TableMap = z.infer<typeof tableMapSchema>;

/** Where a driver finds things. A device's own map goes before it. */
export type Places = { readonly [what in keyof FieldMap]-?: readonly Locator[] };

/** What can be set for one device without writing a driver. */
export const driverSettingsSchema = z.strictObject({
  charset: charsetSchema.optional(),
  /** `auto` reads a lone comma as the decimal sign unless it could as well group thousands. */
  decimal: z.enum(['auto', 'point', 'comma']).optional(),
  /** Order of day, month and year where the instrument writes dates with slashes. */
  dateOrder: z.enum(['mdy', 'dmy', 'ymd']).optional(),
  /** IANA time zone that the instrument's clock is set to, where it is not the laboratory's. */
  timeZone: z.string().min(1).max(60).optional(),
  /** Removed from the front of sample ids (an instrument's own prefix). */
  sampleIdPrefixes: z.array(z.string().min(1).max(30)).max(20).optional(),
  /** A sample id that begins with one of these is a control. One with `*` or `?` (any text, any character) has to fit whole. */
  controlPrefixes: z.array(z.string().min(1).max(30)).max(20).optional(),
  /** HL7: the message in which orders are sent unasked; OML^O33 where nothing is set. */
  orderMessage: z.enum(['OML^O33', 'ORM^O01']).optional(),
  /** In what is sent to it, where it does not take the standard's: of ASTM field, repeat, component, escape; of HL7 MSH-1 and MSH-2. */
  delimiters: outgoingDelimitersSchema.optional(),
  map: fieldMapSchema.optional(),
  table: tableMapSchema.optional(),
});
export type DriverSettings = z.infer<typeof driverSettingsSchema>;

export type ReadOutcome =
  | { readonly ok: true; readonly message: DeviceMessage }
  | { readonly ok: false; readonly error: ReadError };

/** What the laboratory wants measured on one sample, in the analyzer's codes. */
export interface AnalyzerOrder {
  readonly sampleId: string;
  readonly codes: readonly string[];
  readonly rack?: string;
  readonly position?: string;
  readonly priority: 'routine' | 'stat';
  /** `cancel` withdraws the codes. */
  readonly action: 'new' | 'add' | 'cancel';
  readonly patient?: {
    readonly id?: string;
    readonly family?: string;
    readonly given?: string;
    /** `YYYY-MM-DD`. */
    readonly birthDate?: string;
    readonly sex?: 'M' | 'F' | 'U';
  };
  /** `YYYYMMDDHHMMSS`, local. */
  readonly collectedAt?: string;
  readonly specimenType?: string;
}

export interface AnswerContext {
  /** `YYYYMMDDHHMMSS`, local time of the laboratory. */
  readonly now: string;
  /** Unique per answer; message control ids are made from it. */
  readonly controlId: string;
  /** Name of the laboratory's system, for the sender field. */
  readonly sender: string;
  readonly settings?: DriverSettings;
}

/** A message ready for a link's `send`. */
export interface OutgoingText {
  /** Message text without framing. */
  readonly text: Uint8Array;
  /** HL7: the analyzer will acknowledge it. ASTM acknowledges every frame, so there it says nothing. */
  readonly expectsReply: boolean;
  /** HL7 message control id (MSH-10), by which a reply is known. */
  readonly controlId?: string;
}

/** The driver's own specimen message with what it must give: run by tests and on the device screen. */
export interface DriverSample {
  readonly text: string;
  readonly results: readonly {
    readonly sampleId: string;
    readonly code: string;
    /** Value in one line: `8.13`, `<0.5`, `positive`, `(image)`. */
    readonly value: string;
    readonly unit?: string;
    readonly flags?: readonly string[];
  }[];
}

/** What a person needs to connect the instrument, for its page in docs/analyzers and for the connection wizard. */
export interface DriverGuide {
  /** The document or message the driver was written from. */
  readonly source: string;
  /** What no document at hand says, and how the driver takes it. Empty where there is nothing of the kind. */
  readonly guessed: readonly string[];
  readonly cabling: string;
  /** What is set on the instrument, in order. */
  readonly settings: readonly string[];
}

/** How one family of instruments says things. Pure: no clock, no I/O, never throws. */
export interface Driver {
  /** Stable; stored with the device. */
  readonly id: string;
  readonly name: string;
  readonly manufacturer: string;
  readonly models: readonly string[];
  readonly format: 'astm' | 'hl7' | 'vidas' | 'table';
  readonly protocol: ProtocolDefaults;
  /** In force where the device sets nothing else. */
  readonly settings: DriverSettings;
  readonly guide: DriverGuide;
  /** Where things are; several places of one thing are tried in order. Empty where records and segments have no part in it. */
  readonly places: Places;
  readonly codes: readonly KnownCode[];
  /** What is peculiar to the instrument, in words, for its documentation page. */
  readonly quirks: readonly string[];
  readonly sample: DriverSample;
  /** Reads one message text as the link gave it (framing removed). */
  read(text: Uint8Array, settings?: DriverSettings): ReadOutcome;
  /**
   * Messages that answer a query, or with `null` order unasked. `orders` holds what is still to be measured; empty means
   * "no order", which is an answer too. Absent where the instrument takes no orders; an empty list where nothing is to be sent.
   */
  answer?(query: OrderQuery | null, orders: readonly AnalyzerOrder[], context: AnswerContext): readonly OutgoingText[];
}
