import {
  type Driver,
  drivers,
  encodeText,
  type KnownCode,
  type Places,
  placeInWords,
  valueInLine,
} from '../shared/devices/index.ts';

/** Says first what the page is, so that nobody mends it by hand. */
const generated = 'Generated from the driver by `npm run analyzer-docs`; do not edit.';

const framings = {
  astm: 'ASTM E1381 (LIS1-A) frames, E1394 (LIS2-A2) records',
  mllp: 'HL7 2.x over MLLP',
  table: 'none: a file is a message',
  vidas: 'bioMérieux’s own frames (ENQ, STX … GS checksum ETX) with tagged fields',
} as const;

const connections = {
  'tcp-server': 'TCP server: the instrument calls the laboratory',
  'tcp-client': 'TCP client: the laboratory calls the instrument',
  serial: 'serial port',
  folder: 'watched folder',
} as const;

const things: Readonly<Record<keyof Places, string>> = {
  sampleId: 'Sample id',
  code: 'Code of the test',
  name: 'Name of the test',
  value: 'Value',
  unit: 'Unit',
  flags: 'Flags',
  resultAt: 'Time of the result',
  rack: 'Rack',
  position: 'Position',
  comment: 'Comment on the result',
  patientId: 'Patient id',
  querySampleId: 'Sample id of a query',
};

/** The pages of docs/analyzers: file name → Markdown. */
export function analyzerPages(): ReadonlyMap<string, string> {
  return new Map([['README.md', index()], ...drivers.map((driver) => [`${driver.id}.md`, page(driver)] as const)]);
}

function index(): string {
  const rows = drivers.map((driver) => [
    `[${driver.name}](${driver.id}.md)`,
    driver.models.join(', ') || 'any',
    driver.format.toUpperCase(),
    driver.answer ? 'results and orders' : 'results',
    driver.guide.guessed.length === 0 ? 'no' : 'yes, see its page',
  ]);
  return [
    '# Analyzers',
    '',
    generated,
    '',
    'An analyzer is a connection (TCP server, TCP client or serial port), a protocol and a driver; any of the three can be',
    'changed alone. An instrument nobody wrote a driver for works with a generic one: have it send a result and choose in the',
    'received message where the sample id and the code are.',
    '',
    table(['driver', 'instruments', 'speaks', 'exchanges', 'holds guesses'], rows),
    '',
    'Without an instrument: `npm run simulate -- --list`, then `npm run simulate -- --driver sysmex-xn --port <port of the device>`.',
    '',
  ].join('\n');
}

function page(driver: Driver): string {
  const { guide, quirks, codes } = driver;
  return [
    `# ${driver.name}`,
    '',
    generated,
    '',
    driver.models.length > 0
      ? `For ${driver.models.join(', ')}. Driver \`${driver.id}\`.`
      : `For any instrument that keeps to the standard. Driver \`${driver.id}\`.`,
    '',
    `Source: ${guide.source}`,
    '',
    ...(guide.guessed.length === 0
      ? []
      : [
          'Not from a document at hand, but as follows until an instrument says otherwise:',
          '',
          list(guide.guessed),
          '',
        ]),
    '## Cabling',
    '',
    guide.cabling,
    '',
    '## Settings on the instrument',
    '',
    guide.settings.map((step, at) => `${at + 1}. ${step}`).join('\n'),
    '',
    '## Protocol',
    '',
    protocolTable(driver),
    '',
    '## Field map',
    '',
    fieldMap(driver),
    '',
    '## What is peculiar',
    '',
    list(quirks),
    '',
    ...(codes.length === 0 ? [] : ['## Known codes', '', codeTable(codes), '']),
    '## Sample',
    '',
    '```text',
    sampleText(driver),
    '```',
    '',
    'gives',
    '',
    sampleTable(driver),
    '',
  ].join('\n');
}

function protocolTable({ protocol, settings, format, answer }: Driver): string {
  const { framing, connection, serial, frameNumbers, answeredByDriver = [] } = protocol;
  const rows = [
    ['frames', framings[framing]],
    ['connection', connections[connection]],
    ...(connection === 'folder'
      ? []
      : [
          [
            'serial port',
            `${serial.baudRate} baud, ${serial.dataBits} data bits, parity ${serial.parity}, ${serial.stopBits} stop bit`,
          ],
        ]),
    ['character set', settings.charset ?? 'latin1'],
    ['decimal sign', settings.decimal ?? 'auto'],
    ['orders', answer ? ordersIn(format, answeredByDriver) : 'none: the instrument sends results and takes no orders'],
  ];
  if (frameNumbers === 'tolerant')
    rows.push(['frame numbers', 'not counted: the instrument numbers frames in its own way']);
  if (settings.controlPrefixes) {
    const prefixes = settings.controlPrefixes.map((prefix) => `\`${prefix}\``).join(', ');
    rows.push(['controls', `sample ids that begin with ${prefixes}`]);
  }
  if (settings.dateOrder) rows.push(['dates', settings.dateOrder]);
  return table(['what', 'as delivered'], rows);
}

function ordersIn(format: Driver['format'], answered: readonly string[]): string {
  return format === 'hl7' ? `asked for by ${answered.join(', ')}` : 'asked for by Q records, or sent unasked';
}

function fieldMap({ places, format }: Driver): string {
  if (format === 'vidas') return 'Fields are known by their tags; see below.';
  if (format === 'table') return 'Columns are known by their headings; see below.';
  const rows = (Object.keys(things) as (keyof Places)[]).flatMap((what) => {
    const found = places[what];
    return found.length === 0 ? [] : [[things[what], found.map(placeInWords).join(', then ')]];
  });
  return table(['what', 'where'], rows);
}

function codeTable(codes: readonly KnownCode[]): string {
  return table(
    ['code', 'name', 'LOINC', 'unit'],
    codes.map(({ code, name, loinc = '', unit = '' }) => [`\`${code}\``, name, loinc, unit]),
  );
}

/** One record a line, control characters named. */
function sampleText({ sample, format }: Driver): string {
  if (format === 'vidas') return sample.text.replaceAll('\x1e', '<RS>');
  return sample.text
    .split(/\r\n?/)
    .filter((record) => record !== '')
    .join('\n');
}

/** What the driver really makes of its sample, not what it says it must. */
function sampleTable(driver: Driver): string {
  const outcome = driver.read(encodeText(driver.sample.text, driver.settings.charset ?? 'latin1'));
  if (!outcome.ok) throw new Error(`${driver.id}: ${outcome.error.message}`);
  const rows = outcome.message.results.map((one) => [
    one.sampleId,
    `\`${one.code}\``,
    valueInLine(one.value),
    one.unit ?? '',
    one.flags.join(' '),
    one.resultAt?.local ?? '',
    `${one.recordRef.type}, record ${one.recordRef.index + 1}`,
  ]);
  return table(['sample id', 'code', 'value', 'unit', 'flags', 'time', 'from'], rows);
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [heads, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')));
  const widths = heads.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, at) => (row[at] ?? '').padEnd(width)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
