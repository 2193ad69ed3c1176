import { z } from 'zod';
import { codeSchema } from '../catalogue/schema.ts';
import { driverSettingsSchema } from '../devices/driver.ts';
import { documentOf, idSchema } from '../kernel/document.ts';
import { wholeNumber } from '../kernel/whole-number.ts';
import { serialSettingsSchema } from './serial.ts';

/** The laboratory: one a `labId` (reference: Centre). */
export const centreShape = z.strictObject({
  kind: z.literal('centre'),
  name: z.string().min(1).max(200),
  address: z.string().max(500),
  phone: z.string().max(40).optional(),
  email: z.string().max(254).optional(),
  /** ISO 3166 alpha-2: default country of phone numbers and national ids. */
  country: z.string().length(2),
  currency: z.string().length(3),
  /** IANA name; days and printed times are in it. */
  timeZone: z.string().max(60),
  locale: z.string().max(35),
  taxPercent: z.number().min(0).max(100),
  reportFooter: z.string().max(500).optional(),
  /** Its address on the web; its own numbers are named below it where they leave it, as in FHIR identifiers. */
  webAddress: z
    .url({ protocol: /^https?$/ })
    .max(200)
    .optional(),
});

export const branchShape = z.strictObject({
  kind: z.literal('branch'),
  code: z.string().max(20),
  name: z.string().min(1).max(200),
  /** Code of the price list its patients are billed by; absent: the standard list. */
  priceList: codeSchema.optional(),
});

/** This workstation; never replicated. The prefix begins every number people read. */
export const stationShape = z.strictObject({
  kind: z.literal('station'),
  name: z.string().min(1).max(100),
  prefix: z.string().regex(/^[A-Z0-9]{1,4}$/, 'one to four capital letters or digits'),
  branchId: idSchema.optional(),
});

export const deviceConnectionSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('tcpServer'),
    host: z.string().min(1).max(100),
    port: wholeNumber(0, 65535),
    /** Only these addresses or networks (`192.168.5.0/24`) may connect; empty means any. */
    allowedPeers: z.array(z.string().max(100)).max(20),
  }),
  z.strictObject({
    kind: z.literal('tcpClient'),
    host: z.string().min(1).max(255),
    port: wholeNumber(1, 65535),
  }),
  z.strictObject({ kind: z.literal('serial'), path: z.string().min(1).max(300), settings: serialSettingsSchema }),
  /** An instrument (or its software) that leaves files. */
  z.strictObject({
    kind: z.literal('folder'),
    path: z.string().min(1).max(1000),
    /** A file that did not change for so long is complete. */
    quietSeconds: wholeNumber(1, 600),
  }),
  /**
   * One of several analyzers behind the connection of another one (a serial-to-LAN box, a common port), told apart by its
   * address or by what it calls itself in its messages (a component of H-5; MSH-3 or MSH-4).
   */
  z.strictObject({
    kind: z.literal('shared'),
    withDeviceId: idSchema,
    peer: z.string().min(1).max(100).optional(),
    sender: z.string().min(1).max(100).optional(),
  }),
]);
export type DeviceConnection = z.infer<typeof deviceConnectionSchema>;

/** Where this instrument keeps other times or ways than its protocol and driver say. */
export const linkSettingsSchema = z.strictObject({
  /** ASTM, VIDAS: silence after which a session counts as broken off. */
  receiveSeconds: wholeNumber(1, 600).optional(),
  /** Silence after which what was sent counts as not answered. */
  replySeconds: wholeNumber(1, 600).optional(),
  frameNumbers: z.enum(['strict', 'tolerant']).optional(),
  /** Off for instruments that never send the terminator record (L). */
  requireTerminator: z.boolean().optional(),
  resendOnTimeout: z.boolean().optional(),
  /** A frame for each record sent, or as much as fits. */
  frameLayout: z.enum(['record', 'message']).optional(),
  longestMessageKib: wholeNumber(1, 65_536).optional(),
  /** TCP: silence after which the operating system asks whether the other end is still there. */
  keepAliveSeconds: wholeNumber(5, 3600).optional(),
});
export type LinkSettings = z.infer<typeof linkSettingsSchema>;

/** An analyzer cabled to this station; never replicated as a connection, its results are. */
export const deviceShape = z.strictObject({
  kind: z.literal('device'),
  name: z.string().min(1).max(100),
  driver: z.string().min(1).max(60),
  protocol: z.enum(['astm', 'mllp', 'vidas', 'table']),
  connection: deviceConnectionSchema,
  /** Character set, date order, field map and the like, where this instrument differs from its driver. */
  settings: driverSettingsSchema,
  link: linkSettingsSchema.optional(),
  enabled: z.boolean(),
});

/** How one analyzer's test code becomes a parameter of the catalogue. */
export const codeMapShape = z.strictObject({
  kind: z.literal('codeMap'),
  deviceId: idSchema,
  entries: z
    .array(
      z.strictObject({
        deviceCode: z.string().min(1).max(100),
        /** Absent: the code is known and left out on purpose (instrument messages, plots). */
        parameterId: idSchema.optional(),
        /** Result × factor is in the parameter's unit. Decimal text, so that nothing is lost. */
        factor: z.string().regex(/^\d+(\.\d+)?$/),
        /** The unit the factor is for; a result in another unit is held, not converted. Absent: any. */
        deviceUnit: z.string().max(60).optional(),
      }),
    )
    .max(1000),
});

/** Where mail leaves; the password is in the secret store, never here. This station's own. */
export const mailServerShape = z.strictObject({
  kind: z.literal('mailServer'),
  host: z.string().min(1).max(255),
  port: z.number().int().min(1).max(65535),
  security: z.enum(['none', 'starttls', 'tls']),
  username: z.string().max(254).optional(),
  from: z.string().min(3).max(254),
});

/** Where head office is; the password is in the secret store. This station's own. */
export const headOfficeShape = z.strictObject({
  kind: z.literal('headOffice'),
  url: z.url({ protocol: /^https?$/ }),
  username: z.string().max(100).optional(),
  enabled: z.boolean(),
});

export const preferencesShape = z.strictObject({
  kind: z.literal('preferences'),
  sessionMinutes: z
    .number()
    .int()
    .min(1)
    .max(24 * 60),
  lockAfterFailures: z.number().int().min(3).max(20),
  lockMinutes: z
    .number()
    .int()
    .min(1)
    .max(24 * 60),
  /** Days after which messages of analyzers move from the journal to the archive; absent: 90. */
  journalDays: z.number().int().min(30).max(3650).optional(),
  /** Every department gets tubes of its own; absent: one tube serves all departments that can share. */
  tubesByDepartment: z.boolean().optional(),
  /** Departments that share no tube with others although the rest does; absent: all share. */
  ownTubeDepartments: z.array(z.string().trim().min(1).max(100)).max(50).optional(),
});

export const centreSchema = documentOf(centreShape);
export const branchSchema = documentOf(branchShape);
export const stationSchema = documentOf(stationShape);
export const deviceSchema = documentOf(deviceShape);
export const codeMapSchema = documentOf(codeMapShape);
export const mailServerSchema = documentOf(mailServerShape);
export const headOfficeSchema = documentOf(headOfficeShape);
export const preferencesSchema = documentOf(preferencesShape);
export type Centre = z.infer<typeof centreSchema>;
export type Branch = z.infer<typeof branchSchema>;
export type Station = z.infer<typeof stationSchema>;
export type Device = z.infer<typeof deviceSchema>;
export type CodeMap = z.infer<typeof codeMapSchema>;
export type MailServer = z.infer<typeof mailServerSchema>;
export type HeadOffice = z.infer<typeof headOfficeSchema>;
export type Preferences = z.infer<typeof preferencesSchema>;

export const setupSchema = z.discriminatedUnion('kind', [
  centreSchema,
  branchSchema,
  stationSchema,
  deviceSchema,
  codeMapSchema,
  mailServerSchema,
  headOfficeSchema,
  preferencesSchema,
]);
export type SetupDocument = z.infer<typeof setupSchema>;

/** Kinds that stay on the station that made them (data model: "by kind: a station's own stay"). */
export const stationOnlyKinds: readonly SetupDocument['kind'][] = ['station', 'device', 'mailServer', 'headOffice'];
