import {
  type Driver,
  drivers,
  encodeText,
  isGeneric,
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
    ...mapping(driver),
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

/** Places that only generic drivers keep to throughout; the others read them in their own ways. */
const genericOnly: readonly (keyof Places)[] = ['comment', 'patientId', 'querySampleId'];

const mapSteps = {
  astm: 'The message stands there as its records with their fields. Enter (or a click) on a field asks what it is: sample id, test code, value, unit, flags, time, comment, patient id, …; a digit answers. A query (Q) has the sample id that is asked for; L and S say why nothing can be chosen in them.',
  hl7: 'The message stands there as its segments with their fields. Enter (or a click) on a field asks what it is: sample id, test code, value, unit, flags, time, comment, patient id, …; a digit answers. Segments of a query (QPD, QRD) have the sample id that is asked for; those of the envelope say why nothing can be chosen in them.',
  table:
    'The file stands there as its columns with their headings and first values. Choose the row with the headings and the layout where they are not as usual; Enter (or a click) on a column asks what it is: sample id, test code, value, unit, flags, time, comment; a digit answers.',
} as const;

/** How a person says what is what, for drivers that are told so on the screen. */
function mapping({ id, format }: Driver): string[] {
  if (!isGeneric(id) || format === 'vidas') return [];
  const more =
    format === 'astm'
      ? [
          '',
          'Comments (C) and an instrument’s own records (M, or another letter) belong to the result they follow. Where an order has no R record and the value is said to stand in M, each M is a result.',
        ]
      : [];
  const steps = [
    'Add the analyzer and have it send one result (or, before it is cabled, paste a message of its manual on the screen).',
    'Open it with “Say what is what”: in the test of the connection, at a message that could not be read, in the holding list, or under Field map on the analyzer’s own screen.',
    mapSteps[format],
    'Beside it stands what the message says with the map so far: every result, and what was tolerated. A single choice can be undone; the driver’s own place is in force again then.',
    'Save (F8). A map by which the message has no sample id, code or value is refused. Only this analyzer is read otherwise, and its connection stays open.',
    'Read again (F9) what could not be read and what has held results. Codes nobody mapped then stand under Code map.',
  ];
  return ['## Saying what is what', '', steps.map((step, at) => `${at + 1}. ${step}`).join('\n'), ...more, ''];
}

function fieldMap({ id, places, format }: Driver): string {
  if (format === 'vidas') return 'Fields are known by their tags; see below.';
  if (format === 'table') return 'Columns are known by their headings; see below.';
  const rows = (Object.keys(things) as (keyof Places)[]).flatMap((what) => {
    const found = isGeneric(id) || !genericOnly.includes(what) ? places[what] : [];
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
