import { drivers } from '../../../shared/devices/index.ts';
import type { AnalyzerMessage } from '../../../shared/devices/journal.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { Page, PageInput } from '../../../shared/kernel/page.ts';
import type { Device } from '../../../shared/setup/schema.ts';
import { type Kernel, keysetPage, type ScopedReads } from '../kernel/index.ts';
import { stationDevices } from '../setup/index.ts';
import { codeMapOf } from './code-maps.ts';
import type { DeviceService, DeviceState } from './device-service.ts';

/** An analyzer with what it is doing now. */
export interface DeviceRow extends Stored<Device> {
  live: DeviceState | undefined;
  /** Results that wait for a person, because nothing matched. */
  held: number;
}

/** This station's analyzers with their live state. Two statements. */
export function listDevices(kernel: Kernel, service: DeviceService): DeviceRow[] {
  const held = heldByDevice(kernel);
  return stationDevices(kernel).map((device) => ({
    ...device,
    live: service.state(device.id),
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
  return drivers.map(({ id, name, manufacturer, models, protocol, settings, codes, quirks }) => ({
    id,
    name,
    manufacturer,
    models,
    protocol,
    settings,
    codes,
    quirks,
  }));
}

/** A page of an analyzer's raw messages, newest first. */
export function traffic(reads: ScopedReads, deviceId: string, page: PageInput): Page<Stored<AnalyzerMessage>> {
  return keysetPage(reads, 'journal', { deviceId: { $eq: deviceId } }, 'at', page);
}

/** A device's code map with the codes it sent that nobody mapped yet. */
export function codeMapView(reads: ScopedReads, deviceId: string) {
  const map = codeMapOf(reads, deviceId);
  const held = reads.find('deviceResults', {
    selector: { state: { $eq: 'held' }, deviceId: { $eq: deviceId }, holdReason: { $eq: 'unmappedCode' } },
    sort: [{ receivedAt: 'desc' }],
    limit: 500,
  });
  const unmapped = [...Map.groupBy(held, (result) => result.deviceCode)].map(([code, results]) => ({
    code,
    name: results[0]?.deviceCodeName,
    lastValue: results[0]?.originalValue ?? '',
    unit: results[0]?.originalUnit,
    count: results.length,
  }));
  const parameters = new Map(
    reads
      .cached(
        'catalogue',
        (map?.entries ?? []).flatMap((entry) => entry.parameterId ?? []),
      )
      .map((parameter) => [parameter.id, parameter]),
  );
  return {
    entries: (map?.entries ?? []).map((entry) => {
      const parameter = entry.parameterId === undefined ? undefined : parameters.get(entry.parameterId);
      return {
        ...entry,
        parameterCode: parameter?.code,
        parameterName: parameter?.kind === 'parameter' ? parameter.name : undefined,
      };
    }),
    unmapped,
  };
}
