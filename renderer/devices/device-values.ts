import type { Framing } from '../../shared/devices/driver.ts';
import { type TableTarget, tableTargets } from '../../shared/devices/map-targets.ts';
import { serialSettingsSchema } from '../../shared/setup/serial.ts';
import type { Inputs, Outputs } from '../app/api.ts';

export type Device = Outputs['devices']['list'][number];
export type DriverInfo = Outputs['devices']['drivers'][number];
type Save = Inputs['devices']['save'];
type Connection = Save['connection'];
export type Kind = Connection['kind'];
type Settings = Save['settings'];
type Table = NonNullable<Settings['table']>;

/** What the wizard holds: everything flat, so that an error of the API finds its field by the field's own name. */
export interface DeviceValues {
  name: string;
  driver: string;
  kind: Kind;
  host: string;
  port: number | string;
  allowedPeers: string[];
  path: string;
  baudRate: string;
  dataBits: string;
  parity: string;
  stopBits: string;
  rtscts: boolean;
  xon: boolean;
  xoff: boolean;
  serialNumber: string;
  quietSeconds: number | string;
  withDeviceId: string | null;
  peer: string;
  sender: string;
  charset: string | null;
  decimal: string | null;
  dateOrder: string | null;
  timeZone: string | null;
  orderMessage: string | null;
  delimiters: string;
  sampleIdPrefixes: string[];
  controlPrefixes: string[];
  receiveSeconds: number | string;
  replySeconds: number | string;
  keepAliveSeconds: number | string;
  layout: Table['layout'];
  delimiter: string | null;
  headingRow: number | string;
  columns: Record<TableColumn, string>;
}

export const tableColumns = tableTargets;
export type TableColumn = TableTarget;

/** The wizard's steps with the fields that stand in each, for errors that come back. */
export const stepFields: readonly (readonly string[])[] = [
  ['name', 'driver', 'protocol'],
  [
    ...['kind', 'host', 'port', 'path', 'baudRate', 'dataBits', 'parity', 'stopBits', 'quietSeconds', 'allowedPeers'],
    ...['withDeviceId', 'peer', 'sender', 'serialNumber'],
  ],
];

/** An empty form, or one that holds what the analyzer is set to. */
export function valuesOf(device: Device | undefined): DeviceValues {
  const connection = device?.connection;
  const serial = connection?.kind === 'serial' ? connection.settings : undefined;
  const shared = connection?.kind === 'shared' ? connection : undefined;
  const settings = device?.settings ?? {};
  const link = device?.link ?? {};
  const { table } = settings;
  return {
    name: device?.name ?? '',
    driver: device?.driver ?? '',
    kind: connection?.kind ?? 'tcpServer',
    host: connection && 'host' in connection ? connection.host : '0.0.0.0',
    port: connection && 'port' in connection ? connection.port : 5001,
    allowedPeers: connection?.kind === 'tcpServer' ? connection.allowedPeers : [],
    path: connection && 'path' in connection ? connection.path : '',
    baudRate: String(serial?.baudRate ?? 9600),
    dataBits: String(serial?.dataBits ?? 8),
    parity: serial?.parity ?? 'none',
    stopBits: String(serial?.stopBits ?? 1),
    rtscts: serial?.rtscts ?? false,
    xon: serial?.xon ?? false,
    xoff: serial?.xoff ?? false,
    serialNumber: serial?.serialNumber ?? '',
    quietSeconds: connection?.kind === 'folder' ? connection.quietSeconds : 3,
    withDeviceId: shared?.withDeviceId ?? null,
    peer: shared?.peer ?? '',
    sender: shared?.sender ?? '',
    charset: settings.charset ?? null,
    decimal: settings.decimal ?? null,
    dateOrder: settings.dateOrder ?? null,
    timeZone: settings.timeZone ?? null,
    orderMessage: settings.orderMessage ?? null,
    delimiters: settings.delimiters ?? '',
    sampleIdPrefixes: settings.sampleIdPrefixes ?? [],
    controlPrefixes: settings.controlPrefixes ?? [],
    receiveSeconds: link.receiveSeconds ?? '',
    replySeconds: link.replySeconds ?? '',
    keepAliveSeconds: link.keepAliveSeconds ?? '',
    layout: table?.layout ?? 'rows',
    delimiter: table?.delimiter ?? null,
    headingRow: table?.headingRow ?? 1,
    columns: {
      ...{ sampleId: table?.sampleId ?? '', code: table?.code ?? '', value: table?.value ?? '' },
      ...{ unit: table?.unit ?? '', flag: table?.flag ?? '', resultAt: table?.resultAt ?? '' },
      comment: table?.comment ?? '',
    },
  };
}

/** What a driver's instrument is usually set to; the person may change it. */
export function usualOf({ protocol }: DriverInfo): Partial<DeviceValues> {
  const kinds = { 'tcp-server': 'tcpServer', 'tcp-client': 'tcpClient', serial: 'serial', folder: 'folder' } as const;
  const { baudRate, dataBits, parity, stopBits } = protocol.serial;
  return {
    kind: kinds[protocol.connection],
    baudRate: String(baudRate),
    dataBits: String(dataBits),
    parity,
    stopBits: String(stopBits),
  };
}

/** The values as the API takes them; what the wizard has no field for stays as it is. */
export function inputOf(values: DeviceValues, device: Device | undefined, framing: Framing): Save {
  return {
    id: device?.id,
    rev: device?._rev,
    name: values.name.trim(),
    driver: values.driver,
    protocol: framing,
    connection: connectionOf(values),
    settings: settingsOf(values, device, framing),
    link: {
      ...device?.link,
      receiveSeconds: numberOf(values.receiveSeconds),
      replySeconds: numberOf(values.replySeconds),
      keepAliveSeconds: numberOf(values.keepAliveSeconds),
    },
    enabled: device?.enabled ?? true,
  };
}

function connectionOf(values: DeviceValues): Connection {
  const { kind, host, path, rtscts, xon, xoff } = values;
  const port = numberOf(values.port) ?? -1;
  switch (kind) {
    case 'tcpServer':
      return { kind, host: host.trim(), port, allowedPeers: values.allowedPeers };
    case 'tcpClient':
      return { kind, host: host.trim(), port };
    case 'serial': {
      const { dataBits, parity, stopBits } = serialSettingsSchema.shape;
      const settings = {
        baudRate: Number(values.baudRate),
        dataBits: dataBits.parse(Number(values.dataBits)),
        parity: parity.parse(values.parity),
        stopBits: stopBits.parse(Number(values.stopBits)),
      };
      const serialNumber = values.serialNumber || undefined;
      return { kind, path: path.trim(), settings: { ...settings, rtscts, xon, xoff, serialNumber } };
    }
    case 'folder':
      return { kind, path: path.trim(), quietSeconds: numberOf(values.quietSeconds) ?? 0 };
    case 'shared':
      return {
        kind,
        withDeviceId: values.withDeviceId ?? '',
        peer: values.peer.trim() || undefined,
        sender: values.sender.trim() || undefined,
      };
    default:
      return kind satisfies never;
  }
}

function settingsOf(values: DeviceValues, device: Device | undefined, framing: Framing): Settings {
  return {
    ...device?.settings,
    charset: (values.charset ?? undefined) as Settings['charset'],
    decimal: (values.decimal ?? undefined) as Settings['decimal'],
    dateOrder: (values.dateOrder ?? undefined) as Settings['dateOrder'],
    timeZone: values.timeZone ?? undefined,
    orderMessage: framing === 'mllp' ? ((values.orderMessage ?? undefined) as Settings['orderMessage']) : undefined,
    delimiters: framing === 'astm' || framing === 'mllp' ? values.delimiters.trim() || undefined : undefined,
    sampleIdPrefixes: values.sampleIdPrefixes.length > 0 ? values.sampleIdPrefixes : undefined,
    controlPrefixes: values.controlPrefixes.length > 0 ? values.controlPrefixes : undefined,
    table: framing === 'table' ? tableOf(values) : undefined,
  };
}

function tableOf({ layout, delimiter, headingRow, columns }: DeviceValues): Table {
  const named = tableColumns.flatMap((column) => {
    const heading = columns[column].trim();
    return heading ? [[column, heading] as const] : [];
  });
  return {
    layout,
    delimiter: (delimiter ?? undefined) as Table['delimiter'],
    headingRow: numberOf(headingRow) ?? 0,
    ...Object.fromEntries(named),
  };
}

const numberOf = (value: number | string): number | undefined => (value === '' ? undefined : Number(value));

/** The wizard's field of a field of the API: the last name in its path. */
export function fieldOf(path: string): string {
  const parts = path.split('.').filter((part) => !/^\d+$/.test(part));
  const last = parts.at(-1) ?? path;
  return parts.includes('table') && (tableColumns as readonly string[]).includes(last) ? `columns.${last}` : last;
}

/** The step on which the first of these fields stands. */
export function stepOf(fields: readonly string[]): number {
  const at = stepFields.findIndex((step) => fields.some((field) => step.includes(field)));
  return at < 0 ? stepFields.length : at;
}
