import { z } from 'zod';
import {
  type Candidates,
  type CandidateTable,
  candidatesOf,
  type Driver,
  type DriverSettings,
  encodeText,
  fieldMapSchema,
  findDriver,
  isGeneric,
  mapInWords,
  mapProblems,
  type Places,
  pastedMessage,
  placesOf,
  type ReadingView,
  readingView,
  tableCandidates,
  tableMapSchema,
} from '../../../../shared/devices/index.ts';
import { idSchema, type Stored } from '../../../../shared/kernel/document.ts';
import type { FieldError } from '../../../../shared/kernel/errors.ts';
import type { Device } from '../../../../shared/setup/schema.ts';
import { needMessage } from '../../archive/index.ts';
import {
  conflict,
  invalid,
  type Kernel,
  LabError,
  refuseIfInvalid,
  type ScopedReads,
  type Session,
} from '../../kernel/index.ts';
import { sheetAsCsv } from '../connections/take-file.ts';
import { waitingMessages } from './waiting-messages.ts';

/** What a map is made from: a received message, a text that a person pasted, or a file. */
const sourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('message'), journalId: idSchema }),
  z.strictObject({ kind: z.literal('text'), text: z.string().min(1).max(1_000_000) }),
  z.strictObject({
    kind: z.literal('file'),
    name: z.string().min(1).max(200),
    content: z.base64().max(3_000_000),
  }),
]);
type Source = z.infer<typeof sourceSchema>;

/** A map as the screen holds it: places for records, columns for tables. */
const draftShape = {
  deviceId: idSchema,
  source: sourceSchema,
  map: fieldMapSchema.optional(),
  table: tableMapSchema.optional(),
};
export const mapViewSchema = z.strictObject(draftShape);
export const saveMapSchema = z.strictObject({ ...draftShape, rev: z.string().max(100) });
export type SaveMap = z.infer<typeof saveMapSchema>;

/** A message taken apart, and what it says with a map that is not saved yet. */
export interface MapView {
  readonly format: Driver['format'];
  /** The places in force: the map's, and for the rest those the driver itself looks at. */
  readonly usual: Places;
  readonly candidates: Candidates;
  readonly table: CandidateTable | undefined;
  readonly reading: ReadingView;
  /** What keeps the map from being saved. */
  readonly problems: FieldError[];
}

interface Prepared {
  readonly device: Stored<Device>;
  readonly driver: Driver;
  readonly settings: DriverSettings;
  readonly text: Uint8Array;
}

/** A received message with its records and fields, and the reading with the given map. Changes nothing. */
export async function mapView(
  reads: ScopedReads,
  folder: string,
  input: z.infer<typeof mapViewSchema>,
): Promise<MapView> {
  const { driver, settings, text } = await prepare(reads, folder, input);
  const outcome = driver.read(text, settings);
  return {
    format: driver.format,
    usual: placesOf(driver.places, settings.map),
    candidates: candidatesOf(driver, text, settings),
    table: driver.format === 'table' ? tableCandidates(text, driver.settings, settings) : undefined,
    reading: readingView(outcome),
    problems: mapProblems(driver, text, settings, outcome),
  };
}

/**
 * Saves where things stand in the messages of one device; only its own messages are read otherwise from then on, and its line is not
 * touched. Refused when the message that the map was made from lacks a sample id, a code or a value by it.
 * @returns the device, and what waits to be read again
 */
export async function saveMap(kernel: Kernel, session: Session, { rev, ...input }: SaveMap) {
  const { device, driver, settings, text } = await prepare(kernel.reads(session.labId), kernel.folder, input);
  refuseIfInvalid(mapProblems(driver, text, settings, driver.read(text, settings)));
  const saved = kernel.change(session, (work) => {
    const current = work.need('setup', device.id);
    if (current.kind !== 'device' || current._rev !== rev) throw conflict('setup', device.id);
    const after = work.update<'setup', Device>('setup', current as Stored<Device>, { settings });
    const values = {
      name: current.name,
      before: mapInWords(current.settings).slice(0, 500),
      after: mapInWords(settings).slice(0, 500),
    };
    work.record('device.mapChanged', { values, subject: { collection: 'setup', id: device.id } });
    return after;
  });
  return { device: saved, waiting: await waitingMessages(kernel, device.id) };
}

async function prepare(
  reads: ScopedReads,
  folder: string,
  { deviceId, source, map, table }: z.infer<typeof mapViewSchema>,
): Promise<Prepared> {
  const device = reads.need('setup', deviceId);
  if (device.kind !== 'device') throw conflict('setup', deviceId);
  const driver = findDriver(device.driver);
  if (!driver || !isGeneric(driver.id)) {
    const remedy = 'Give the analyzer a generic driver when its own does not read its messages.';
    throw invalid('deviceId', 'driver', `${driver?.name ?? device.driver} knows where things are`, remedy);
  }
  const own = device.settings;
  const settings: DriverSettings =
    driver.format === 'table'
      ? { ...own, table: table ?? own.table ?? driver.settings.table }
      : { ...own, map: map && Object.keys(map).length > 0 ? map : undefined };
  const text = await textOf(reads, folder, source, device as Stored<Device>, driver);
  return { device: device as Stored<Device>, driver, settings, text };
}

async function textOf(
  reads: ScopedReads,
  folder: string,
  source: Source,
  device: Stored<Device>,
  driver: Driver,
): Promise<Uint8Array> {
  switch (source.kind) {
    case 'message': {
      const { message } = needMessage(reads, folder, source.journalId);
      if (message.deviceId === device.id && message.direction === 'in') return Buffer.from(message.bytes, 'latin1');
      const remedy = 'Choose a message that it sent.';
      throw invalid('source', 'device', `${device.name} did not send this message`, remedy);
    }
    case 'text': {
      const charset = device.settings.charset ?? driver.settings.charset ?? 'latin1';
      return encodeText(pastedMessage(source.text, driver.format), charset);
    }
    case 'file': {
      const content = Buffer.from(source.content, 'base64');
      if (driver.format !== 'table') {
        return Buffer.from(pastedMessage(content.toString('latin1'), driver.format), 'latin1');
      }
      return isSheet(content) ? await csvOf(content) : content;
    }
    default:
      return source satisfies never;
  }
}

/** Office Open XML is a ZIP archive. */
function isSheet(content: Uint8Array): boolean {
  return content[0] === 0x50 && content[1] === 0x4b && content[2] === 0x03 && content[3] === 0x04;
}

async function csvOf(content: Uint8Array): Promise<Uint8Array> {
  try {
    return await sheetAsCsv(content);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const remedy = 'Save it as XLSX or CSV.';
    throw new LabError({
      kind: 'validation',
      message: 'Some fields need attention',
      errors: [
        { field: 'source', code: 'format', message: `This is no spreadsheet that can be read: ${reason}`, remedy },
      ],
    });
  }
}
