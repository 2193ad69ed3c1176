import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import { createDevicesRouter } from '../../../electron/core/devices/index.ts';
import { toApiError } from '../../../electron/core/kernel/index.ts';
import type { FieldMap } from '../../../shared/devices/index.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import { AnalyzerLine, astmFrames } from '../../support/analyzer-line.ts';
import { loggedInAs } from '../../support/api-context.ts';
import { type DemoDevices, openDemoDevices } from '../../support/demo-devices.ts';
import { waitFor } from '../../support/wait-for.ts';

let lab: DemoDevices;
let router: ReturnType<typeof createDevicesRouter>;
let root: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'aliquot-maps-'));
  lab = await openDemoDevices();
  router = createDevicesRouter(lab.service);
});
afterAll(async () => {
  await lab.dispose();
  rmSync(root, { recursive: true });
});

const callAs = (...permissions: ('device.read' | 'device.configure')[]) =>
  router.createCaller(loggedInAs({ kernel: lab.kernel, session: lab.kernel.systemSession('test') }, permissions));
const technician = () => callAs('device.read', 'device.configure');
const rev = (deviceId: string) => lab.kernel.reads().need('setup', deviceId)._rev;

/** A received specimen on which a test is ordered. */
function specimenFor(testCode: string): Specimen {
  const found = lab.kernel.reads().find('specimens', { selector: { state: { $eq: 'received' } } });
  const specimen = found.find((one) => one.testCodes.includes(testCode));
  if (!specimen) throw new Error(`No received specimen for ${testCode}`);
  return specimen;
}

function parameterId(code: string): string {
  const all = lab.kernel.reads().find('catalogue', { selector: { kind: { $eq: 'parameter' } } });
  const found = all.find((one) => one.code === code);
  if (!found) throw new Error(`No parameter ${code}`);
  return found.id;
}

async function onTcp(driver: 'generic-astm' | 'generic-hl7') {
  const id = lab.add({
    driver,
    protocol: driver === 'generic-astm' ? 'astm' : 'mllp',
    connection: { kind: 'tcpServer', host: '127.0.0.1', port: 0, allowedPeers: [] },
  });
  return { id, line: await AnalyzerLine.open(await waitFor(() => lab.service.state(id)?.port)) };
}

/** What a refused call found wrong, by field. */
async function errorsOf(call: Promise<unknown>): Promise<Record<string, string>> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => toApiError(thrown, lab.kernel),
  );
  if (error?.kind !== 'validation') return { kind: String(error?.kind) };
  return Object.fromEntries(error.errors.map(({ field, message }) => [field, message]));
}

/** Reads again what waits for a new map, and how that ended. */
async function readAgain(deviceId: string) {
  const day = new Date().toISOString().slice(0, 10);
  const before = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const after = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  expect(before < day && day < after).toBe(true);
  const { id } = await technician().startReplay({
    deviceId,
    from: before,
    to: after,
    onlyFailed: true,
    withHeld: true,
  });
  return waitFor(async () => {
    const state = await technician().replayState({ id });
    return state.ended ? state : undefined;
  });
}

const resultsOf = (deviceId: string) =>
  lab.results(deviceId).map(({ sampleId, deviceCode, originalValue, originalUnit, state, value, unit }) => {
    return { sampleId, deviceCode, originalValue, originalUnit, state, value, unit };
  });

describe('a field map made from an ASTM message', () => {
  const map: FieldMap = {
    sampleId: [{ record: 'P', field: 5, component: 2 }],
    code: [{ record: 'R', field: 3, component: 5 }],
    value: [{ record: 'R', field: 7, component: 1 }],
    unit: [{ record: 'R', field: 7, component: 2 }],
  };

  it('is refused without sample id, code and value, shown before it is saved, leaves the line open, and mends what came', async () => {
    const { accession } = specimenFor('CBC');
    const { id, line } = await onTcp('generic-astm');
    const api = technician();
    await line.sendAstm(
      astmFrames([
        'H|\\^&|||ODD',
        `P|1|||x^${accession}^y`,
        'O|1',
        'R|1|1^^^7^W|final|||8.13^10*3/uL',
        'R|2|1^^^7^H|final|||9.1^g/dL',
        'C|1|I|pale',
        'L|1|N',
      ]),
    );
    await waitFor(() => lab.results(id).length === 2);
    expect(resultsOf(id)).toMatchObject([
      { sampleId: '', deviceCode: '7', originalValue: 'final', state: 'held' },
      { sampleId: '', deviceCode: '7', state: 'held' },
    ]);
    const [message] = lab.journal(id);
    const source = { kind: 'message', journalId: message?.id ?? '' } as const;

    const before = await api.mapView({ deviceId: id, source });
    expect(before.problems.map(({ field }) => field)).toEqual(['sampleId']);
    expect(before.candidates).toMatchObject({
      ok: true,
      records: [
        { type: 'H' },
        { type: 'P' },
        {},
        {},
        {},
        { type: 'C', targets: expect.arrayContaining(['comment']) },
        {},
      ],
    });
    const empty = { ...map, sampleId: [{ record: 'O', field: 3 }] };
    expect(await errorsOf(api.saveMap({ deviceId: id, rev: rev(id), source, map: empty }))).toEqual({
      sampleId: 'O-3 holds no sample id in this message',
    });
    const ofQuery = { ...map, sampleId: [{ record: 'L', field: 3 }], unit: [{ record: 'Q', field: 3 }] };
    expect(Object.keys(await errorsOf(api.saveMap({ deviceId: id, rev: rev(id), source, map: ofQuery })))).toEqual([
      'sampleId',
      'unit',
    ]);

    const shown = await api.mapView({ deviceId: id, source, map });
    expect(shown.problems).toEqual([]);
    expect(shown.reading.results).toMatchObject([
      { sampleId: accession, code: 'W', value: '8.13', unit: '10*3/uL', flags: '' },
      { sampleId: accession, code: 'H', value: '9.1', unit: 'g/dL', comments: ['pale'] },
    ]);
    expect(resultsOf(id)[0]).toMatchObject({ sampleId: '' });

    await expect(callAs('device.read').saveMap({ deviceId: id, rev: rev(id), source, map })).rejects.toThrow();
    const { waiting } = await api.saveMap({ deviceId: id, rev: rev(id), source, map });
    expect(waiting).toMatchObject({ unread: 0, held: 1, since: message?.at });
    expect(await errorsOf(api.saveMap({ deviceId: id, rev: 'older', source, map }))).toEqual({ kind: 'conflict' });
    const [activity] = lab.kernel.reads().find('activity', { selector: {}, sort: [{ at: 'desc' }], limit: 1 });
    expect(activity).toMatchObject({
      action: 'device.mapChanged',
      values: {
        before: 'as the driver says',
        after: 'sampleId P-5.2, code R-3.5, value R-7.1, unit R-7.2',
      },
    });

    expect(await readAgain(id)).toMatchObject({ total: 1, results: 2, failed: 0 });
    const codes = await api.codeMap({ deviceId: id });
    expect(codes.unmapped.map(({ code, unit }) => [code, unit])).toEqual(
      expect.arrayContaining([
        ['W', '10*3/uL'],
        ['H', 'g/dL'],
      ]),
    );
    const { pending } = await api.teachCodes({
      deviceId: id,
      entries: [
        { deviceCode: 'W', parameterId: parameterId('WBC') },
        { deviceCode: 'H', parameterId: parameterId('HGB') },
      ],
    });
    expect(pending).toBe(2);
    // The line was never closed: the next message comes over it and is read by the map at once.
    await line.sendAstm(
      astmFrames(['H|\\^&|||ODD', `P|1|||x^${accession}^y`, 'O|1', 'R|1|1^^^7^W|final|||8.50^10*3/uL', 'L|1|N']),
    );
    await waitFor(() => lab.results(id).length === 3);
    expect(resultsOf(id)).toMatchObject([
      { sampleId: accession, value: '8.13', unit: '10³/µL', state: 'pending' },
      { sampleId: accession, value: '9.1', unit: 'g/dL', state: 'pending' },
      { sampleId: accession, value: '8.50', state: 'pending' },
    ]);
    line.close();
  });

  it('can be made from a message of a manual, pasted with its frames, before anything was received', async () => {
    const { id, line } = await onTcp('generic-astm');
    const text = [
      '<ENQ>',
      '<STX>1H|\\^&|||ODD<CR>',
      '<ETX>5F<CR>',
      '<LF><STX>2O|1|A-1||^^^GLU<CR>',
      '<ETX>5F<CR>',
      '<LF><STX>3M|1|GLU|5.6|mmol/L<CR>',
      'M|2|UREA|4.',
      '<ETB>3A<CR>',
      '<LF><STX>41|mmol/L<CR>',
      '<ETX>5F<CR>',
      '<LF><EOT>',
    ].join('\n');
    const source = { kind: 'text', text } as const;
    const api = technician();
    const bare = await api.mapView({ deviceId: id, source });
    expect(bare.problems).toMatchObject([{ field: 'map', code: 'noResults' }]);
    const map: FieldMap = {
      code: [{ record: 'M', field: 3 }],
      value: [{ record: 'M', field: 4 }],
      unit: [{ record: 'M', field: 5 }],
    };
    const { reading, problems } = await api.mapView({ deviceId: id, source, map });
    expect(problems).toEqual([]);
    expect(reading.results).toMatchObject([
      { sampleId: 'A-1', code: 'GLU', value: '5.6', unit: 'mmol/L' },
      { sampleId: 'A-1', code: 'UREA', value: '4.1', unit: 'mmol/L' },
    ]);
    expect((await api.saveMap({ deviceId: id, rev: rev(id), source, map })).waiting).toEqual({ unread: 0, held: 0 });
    line.close();
  });

  it('is not offered where a driver knows the instrument, nor from a message of another analyzer', async () => {
    const { id, line } = await onTcp('generic-astm');
    await line.sendAstm(astmFrames(['H|\\^&', 'O|1|S-1', 'R|1|^^^A|1', 'L|1|N']));
    await waitFor(() => lab.results(id).length === 1);
    const source = { kind: 'message', journalId: lab.journal(id)[0]?.id ?? '' } as const;
    expect(await errorsOf(technician().mapView({ deviceId: lab.deviceId('sysmex-xn'), source }))).toHaveProperty(
      'deviceId',
    );
    const other = await onTcp('generic-astm');
    expect(await errorsOf(technician().mapView({ deviceId: other.id, source }))).toHaveProperty('source');
    line.close();
    other.line.close();
  });
});

describe('a field map made from an HL7 message', () => {
  it('reads an instrument with its sample id in PV1, its value in OBX-14 and its unit in a segment of its own', async () => {
    const { accession } = specimenFor('CBC');
    const { id, line } = await onTcp('generic-hl7');
    await line.sendHl7(
      [
        'MSH|^~\\&|ODD|MAKER|||20260624120000||ORU^R01|7|P|2.3.1',
        `PV1|1|||rack^${accession}`,
        'OBR|1',
        'OBX|1|ST|K1^Leucocytes|||||||||||8.13',
        'ZUN|10*3/uL|clumps',
        'OBX|2|ST|K2^Haemoglobin|||||||||||9.1',
        'ZUN|g/dL',
        '',
      ].join('\r'),
    );
    await waitFor(() => lab.results(id).length === 2);
    expect(resultsOf(id)[0]).toMatchObject({ sampleId: '', state: 'held' });
    const source = { kind: 'message', journalId: lab.journal(id)[0]?.id ?? '' } as const;
    const api = technician();
    expect((await api.mapView({ deviceId: id, source })).problems.map(({ field }) => field)).toEqual([
      'sampleId',
      'value',
    ]);
    const map: FieldMap = {
      sampleId: [{ record: 'PV1', field: 4, component: 2 }],
      value: [{ record: 'OBX', field: 14 }],
      unit: [{ record: 'ZUN', field: 1 }],
      comment: [{ record: 'ZUN', field: 2 }],
    };
    const { reading } = await api.mapView({ deviceId: id, source, map });
    expect(reading.results).toMatchObject([
      { code: 'K1', unit: '10*3/uL', comments: ['clumps'] },
      { code: 'K2', unit: 'g/dL', comments: [] },
    ]);
    await api.saveMap({ deviceId: id, rev: rev(id), source, map });
    await api.teachCodes({
      deviceId: id,
      entries: [
        { deviceCode: 'K1', parameterId: parameterId('WBC') },
        { deviceCode: 'K2', parameterId: parameterId('HGB') },
      ],
    });
    expect(await readAgain(id)).toMatchObject({ total: 1, results: 2, failed: 0 });
    expect(resultsOf(id)).toMatchObject([
      { sampleId: accession, value: '8.13', unit: '10³/µL', state: 'pending' },
      { sampleId: accession, value: '9.1', unit: 'g/dL', state: 'pending' },
    ]);
    line.close();
  });
});

describe('a map of columns made from a received file', () => {
  it('reads a file that could not be read, and the next ones of the folder', async () => {
    const { accession } = specimenFor('CBC');
    const path = join(root, 'csv');
    mkdirSync(path);
    const id = lab.add({
      driver: 'generic-table',
      protocol: 'table',
      connection: { kind: 'folder', path, quietSeconds: 1 },
    });
    const rows = (value: string) => `Run of today;;;\r\nTubo;Prova;Esito;Misura\r\n${accession};W;${value};10*3/uL\r\n`;
    writeFileSync(join(path, 'one.csv'), rows('8,13'));
    const failed = await waitFor(() => lab.journal(id).find(({ outcome }) => outcome.state === 'failed'), {
      timeout: 15_000,
    });
    const source = { kind: 'message', journalId: failed.id } as const;
    const api = technician();
    const table = { layout: 'rows', headingRow: 2 } as const;
    const shown = await api.mapView({ deviceId: id, source, table });
    expect(shown.problems.map(({ field }) => field)).toEqual(['sampleId', 'code', 'value']);
    expect(shown.table).toMatchObject({
      ok: true,
      columns: [
        { column: 'Tubo', samples: [accession] },
        { column: 'Prova', samples: ['W'] },
        { column: 'Esito', samples: ['8,13'] },
        { column: 'Misura' },
      ],
    });
    const named = { ...table, sampleId: 'Tubo', code: 'Prova', value: 'Esito', unit: 'Misura' };
    const { waiting } = await api.saveMap({ deviceId: id, rev: rev(id), source, table: named });
    expect(waiting).toMatchObject({ unread: 1, held: 0 });
    await api.teachCodes({ deviceId: id, entries: [{ deviceCode: 'W', parameterId: parameterId('WBC') }] });
    expect(await readAgain(id)).toMatchObject({ total: 1, results: 1, failed: 0 });
    expect(resultsOf(id)).toMatchObject([{ sampleId: accession, value: '8.13', unit: '10³/µL', state: 'pending' }]);
    writeFileSync(join(path, 'two.csv'), rows('8,50'));
    await waitFor(() => lab.results(id).length === 2, { timeout: 15_000 });
    expect(resultsOf(id)[1]).toMatchObject({ originalValue: '8,50', state: 'pending' });
  });

  it('can be made from a spreadsheet that a person drops', async () => {
    const id = lab.add({
      driver: 'generic-table',
      protocol: 'table',
      connection: { kind: 'folder', path: root, quietSeconds: 60 },
    });
    const sheet = await writeXlsxFile([
      [{ value: 'Tube' }, { value: 'TSH' }, { value: 'FT4' }],
      [{ value: 'X-1' }, { value: 2.15 }, { value: 14 }],
    ]).toBuffer();
    const source = { kind: 'file', name: 'day.xlsx', content: sheet.toString('base64') } as const;
    const table = { layout: 'columns', headingRow: 1, sampleId: 'Tube' } as const;
    const { reading, problems } = await technician().mapView({ deviceId: id, source, table });
    expect(problems).toEqual([]);
    expect(reading.results.map(({ sampleId, code, value }) => [sampleId, code, value])).toEqual([
      ['X-1', 'TSH', '2.15'],
      ['X-1', 'FT4', '14'],
    ]);
    const broken = { kind: 'file', name: 'day.xlsx', content: Buffer.from('PK\x03\x04').toString('base64') } as const;
    expect(await errorsOf(technician().mapView({ deviceId: id, source: broken, table }))).toHaveProperty('source');
  });
});
