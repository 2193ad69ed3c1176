import { z } from 'zod';
import type { Parameter } from '../../../shared/catalogue/documents.ts';
import { drivers, findDriver, readingView } from '../../../shared/devices/index.ts';
import type { AnalyzerMessage } from '../../../shared/devices/journal.ts';
import { parameterSuggester, type SuggestedCode } from '../../../shared/devices/suggest-parameters.ts';
import { idSchema, type Stored } from '../../../shared/kernel/document.ts';
import { type Page, pageInputSchema } from '../../../shared/kernel/page.ts';
import type { Device } from '../../../shared/setup/schema.ts';
import { type Kernel, keysetPage, type ScopedReads } from '../kernel/index.ts';
import { stationDevices } from '../setup/index.ts';
import type { DeviceState } from './connections/device-state.ts';
import { sendersOf } from './connections/shared-lines.ts';
import type { DeviceService } from './device-service.ts';
import { codeMapOf } from './reading/code-maps.ts';

/** An analyzer with what it is doing now. */
export interface DeviceRow extends Stored<Device> {
  /** As people call it: maker and model. */
  driverName: string;
  live: DeviceState;
  /** Results that wait for a person, because nothing matched. */
  held: number;
}

/** This station's analyzers with their live state. Two statements. */
export function listDevices(kernel: Kernel, service: DeviceService): DeviceRow[] {
  const held = heldByDevice(kernel);
  return stationDevices(kernel).map((device) => ({
    ...device,
    driverName: findDriver(device.driver)?.name ?? device.driver,
    live: service.stateOfNow(device),
    held: held.get(device.id) ?? 0,
  }));
}

/** How many results each analyzer has in the holding list; by SQL over the index on state, since only numbers are shown. */
export function heldByDevice(kernel: Kernel): Map<string, number> {
  const { engine } = kernel.database;
  const rows = engine.all(
    `SELECT json_extract(data, '$.deviceId') AS deviceId, count(*) AS held FROM "${engine.tableOf('deviceResults')}"
     WHERE deleted = 0 AND labId = ? AND kind = 'patient' AND state = 'held' GROUP BY 1`,
    kernel.needIdentity().labId,
  );
  return new Map(rows.map((row) => [String(row.deviceId), Number(row.held)]));
}

/** What a driver is, for the form that adds an analyzer. */
export function driverList() {
  return drivers.map(({ id, name, manufacturer, models, format, protocol, settings, codes, quirks, guide }) => ({
    id,
    name,
    manufacturer,
    models,
    format,
    protocol,
    settings,
    codes,
    quirks,
    guide,
  }));
}

/** Which of an analyzer's messages a list shows. */
export const trafficInputSchema = pageInputSchema.extend({
  deviceId: idSchema,
  outcome: z.enum(['stored', 'parsed', 'failed', 'duplicate', 'superseded', 'incomplete', 'sent']).optional(),
  /** Messages with results of this sample, as the analyzer sent its id. */
  sampleId: z.string().trim().max(100).optional(),
});
export type TrafficInput = z.infer<typeof trafficInputSchema>;

/** Messages of one sample shown: nobody measures one more often. */
const mostOfSample = 200;

/** A page of an analyzer's raw messages, newest first. One statement; with a sample two, and one page. */
export function traffic(
  reads: ScopedReads,
  { deviceId, outcome, sampleId, ...page }: TrafficInput,
): Page<Stored<AnalyzerMessage>> {
  const ofState = outcome === undefined ? {} : { 'outcome.state': { $eq: outcome } };
  if (!sampleId) return keysetPage(reads, 'journal', { deviceId: { $eq: deviceId }, ...ofState }, 'at', page);
  const results = reads.find('deviceResults', {
    selector: { sampleId: { $eq: sampleId }, deviceId: { $eq: deviceId } },
    sort: [{ receivedAt: 'desc' }],
    limit: 1000,
  });
  const ids = [...new Set(results.map(({ journalId }) => journalId))].slice(0, mostOfSample);
  const rows = [...reads.mapOf('journal', ids).values()] as Stored<AnalyzerMessage>[];
  return {
    rows: rows
      .filter((row) => outcome === undefined || row.outcome.state === outcome)
      .toSorted((a, b) => (a.at < b.at ? 1 : -1)),
  };
}

/** The newest message that an analyzer sent since a moment, with what its driver makes of it; for trying a connection out. */
export function newestReading(reads: ScopedReads, device: Stored<Device>, since: string) {
  const [message] = reads.find('journal', {
    selector: { deviceId: { $eq: device.id }, at: { $gte: since }, direction: { $eq: 'in' } },
    sort: [{ at: 'desc' }],
    limit: 1,
  });
  if (!message) return undefined;
  const outcome = findDriver(device.driver)?.read(Buffer.from(message.bytes, 'latin1'), device.settings);
  const known = new Set(codeMapOf(reads, device.id)?.entries.map(({ deviceCode }) => deviceCode));
  const patients = (outcome?.ok ? outcome.message.results : []).filter(({ kind }) => kind === 'patient');
  return {
    ...readingView(outcome),
    journalId: message.id,
    at: message.at,
    bytes: message.bytes.slice(0, 20_000),
    unmapped: [...new Set(patients.map(({ code }) => code))].filter((code) => !known.has(code)),
  };
}

/** Messages looked at for who else sends on a shared line. */
const mostLookedAt = 20;

/** The line that a device uses, and who else was heard on it where it shares another one's. */
export interface LineView {
  readonly kind: Device['connection']['kind'];
  readonly port: number | undefined;
  /** Other addresses with an open line. */
  readonly otherPeers: readonly string[];
  /** What messages that were no message of this device call their senders. */
  readonly otherSenders: readonly string[];
}

/** Two statements at most. @param since from when on messages are looked at */
export function lineView(reads: ScopedReads, service: DeviceService, device: Stored<Device>, since: string): LineView {
  const { connection } = device;
  const { port } = service.stateOfNow(device);
  if (connection.kind !== 'shared') return { kind: connection.kind, port, otherPeers: [], otherSenders: [] };
  const owner = reads.get('setup', connection.withDeviceId);
  const messages = reads.find('journal', {
    selector: { deviceId: { $eq: connection.withDeviceId }, at: { $gte: since }, direction: { $eq: 'in' } },
    sort: [{ at: 'desc' }],
    limit: mostLookedAt,
  });
  const senders = messages.flatMap((message) =>
    message.kind === 'analyzer' ? sendersOf(message.protocol, Buffer.from(message.bytes, 'latin1')) : [],
  );
  return {
    kind: owner?.kind === 'device' ? owner.connection.kind : 'shared',
    port: service.state(connection.withDeviceId)?.port,
    otherPeers: service.otherPeers(device),
    otherSenders: [...new Set(senders.filter((name) => name.trim() !== ''))],
  };
}

/** A device's code map: its entries, codes it sent that nobody mapped yet, and codes its driver knows of. Statements: constant. */
export function codeMapView(reads: ScopedReads, deviceId: string) {
  const map = codeMapOf(reads, deviceId);
  const held = reads.find('deviceResults', {
    selector: { state: { $eq: 'held' }, deviceId: { $eq: deviceId }, kind: { $eq: 'patient' } },
    sort: [{ receivedAt: 'desc' }],
    limit: 500,
  });
  const parameters = parametersOf(reads);
  const byId = new Map(parameters.map((parameter) => [parameter.id, parameter]));
  const device = reads.need('setup', deviceId);
  const known = (device.kind === 'device' ? findDriver(device.driver)?.codes : undefined) ?? [];
  const knownByCode = new Map(known.map((one) => [one.code, one]));
  const suggest = parameterSuggester(parameters);
  const suggestion = (code: SuggestedCode) => {
    const found = suggest(code);
    const parameter = found && byId.get(found.parameterId);
    return parameter && { ...found, code: parameter.code, name: parameter.name, unit: parameter.unit };
  };
  const mapped = new Set((map?.entries ?? []).map(({ deviceCode }) => deviceCode));
  // Whatever they are held for: a code of an unknown sample is not asked for until somebody assigns it.
  const seen = Map.groupBy(
    held.filter(({ deviceCode }) => !mapped.has(deviceCode)),
    (result) => result.deviceCode,
  );
  return {
    entries: (map?.entries ?? []).map((entry) => {
      const parameter = entry.parameterId === undefined ? undefined : byId.get(entry.parameterId);
      return {
        ...entry,
        name: knownByCode.get(entry.deviceCode)?.name,
        parameterCode: parameter?.code,
        parameterName: parameter?.name,
        parameterUnit: parameter?.unit,
      };
    }),
    unmapped: [...seen].map(([code, results]) => {
      const [last] = results;
      const about = knownByCode.get(code);
      const name = last?.deviceCodeName ?? about?.name;
      const unit = last?.originalUnit;
      return {
        ...{ code, name, unit, lastValue: last?.originalValue ?? '', count: results.length },
        suggestion: suggestion({ code, name, loinc: about?.loinc, unit: unit ?? about?.unit }),
      };
    }),
    known: known
      .filter(({ code }) => !mapped.has(code) && !seen.has(code))
      .map(({ code, name, unit, loinc }) => ({
        code,
        name,
        unit,
        suggestion: suggestion({ code, name, unit, loinc }),
      })),
  };
}

/** All parameters that are in use; few thousand at most. */
function parametersOf(reads: ScopedReads): Stored<Parameter>[] {
  return reads.find('catalogue', { selector: { kind: { $eq: 'parameter' } } }) as Stored<Parameter>[];
}
