import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import type { DriverSettings } from '../../../shared/devices/index.ts';
import { type DemoDevices, openDemoDevices } from '../../support/demo-devices.ts';
import { waitFor } from '../../support/wait-for.ts';

let lab: DemoDevices;
let root: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'aliquot-folder-'));
  lab = await openDemoDevices();
});
afterAll(async () => {
  await lab.dispose();
  rmSync(root, { recursive: true });
});

/** A device that watches a folder of its own. */
function watched(name: string, settings: DriverSettings = {}) {
  const path = join(root, name);
  mkdirSync(path);
  const connection = { kind: 'folder', path, quietSeconds: 1 } as const;
  const id = lab.add({ driver: 'generic-table', protocol: 'table', connection, settings });
  const inside = (folder: string) => (existsSync(join(path, folder)) ? readdirSync(join(path, folder)).sort() : []);
  return { id, path, inside };
}

describe('a watched folder', () => {
  it('takes a CSV file when it is complete, not while it is written, and moves it when its rows are durable', async () => {
    const { id, path, inside } = watched('csv');
    const file = join(path, 'run 1.csv');
    writeFileSync(file, 'Sample ID;Test;Result;Unit\r\n');
    let appended = 0;
    const writing = setInterval(() => {
      appended++;
      appendFileSync(file, `F-${appended};GLU;${appended},5;mmol/L\r\n`);
      if (appended === 6) clearInterval(writing);
    }, 250);
    await waitFor(() => inside('done').length === 1, { timeout: 15_000 });
    expect(appended).toBe(6);
    await waitFor(() => lab.results(id).length === 6);
    expect(lab.results(id).map(({ sampleId, originalValue, reading }) => [sampleId, originalValue, reading])).toEqual(
      Array.from({ length: 6 }, (_, at) => [`F-${at + 1}`, `${at + 1},5`, { kind: 'numeric', number: `${at + 1}.5` }]),
    );
    const [result] = lab.results(id);
    const [message] = lab.journal(id);
    const { offset, length } = result?.recordRef ?? { offset: 0, length: 0 };
    expect(message?.bytes.slice(offset, offset + length)).toBe('F-1;GLU;1,5;mmol/L');
    expect(inside('.')).toEqual(['done']);
  });

  it('reads a spreadsheet with a sample in each row and a test in each column, and keeps the file itself', async () => {
    const { id, path, inside } = watched('xlsx', {
      table: { layout: 'columns', headingRow: 2, sampleId: 'Tube', resultAt: 'Measured' },
    });
    await writeXlsxFile([
      [{ value: 'Export of the day' }],
      [{ value: 'Tube' }, { value: 'TSH' }, { value: 'FT4' }, { value: 'Measured' }],
      [{ value: 'X-1' }, { value: 2.15 }, { value: '>100' }, { value: '24/06/2026 11:30' }],
      [{ value: 'X-2' }, { value: 0.4 }, null, { value: '24/06/2026 11:31' }],
    ]).toFile(join(path, 'day.xlsx'));
    await waitFor(() => inside('done').length === 1 && lab.results(id).length === 3, { timeout: 15_000 });
    expect(lab.results(id)).toMatchObject([
      { sampleId: 'X-1', deviceCode: 'TSH', originalValue: '2.15', resultAt: '2026-06-24T11:30:00' },
      { sampleId: 'X-1', deviceCode: 'FT4', reading: { kind: 'numeric', number: '100', comparator: '>' } },
      { sampleId: 'X-2', deviceCode: 'TSH', originalValue: '0.4' },
    ]);
    expect(lab.journal(id)[0]?.wire?.startsWith('PK')).toBe(true);
  });

  it('puts aside what cannot be read, and keeps it with the reason', async () => {
    const { id, path, inside } = watched('bad');
    writeFileSync(join(path, 'a.csv'), 'Nothing,Known\r\n1,2\r\n');
    writeFileSync(join(path, 'b.xlsx'), 'no spreadsheet');
    await waitFor(() => inside('failed').length === 2, { timeout: 15_000 });
    const outcomes = await waitFor(() => {
      const found = lab.journal(id).map(({ peer, outcome }) => ({ peer, outcome }));
      return found.some(({ outcome }) => outcome.state === 'failed') && found.length === 2 ? found : undefined;
    });
    expect(outcomes.find(({ peer }) => peer === 'a.csv')?.outcome).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('Nothing, Known'),
    });
    expect(outcomes.find(({ peer }) => peer === 'b.xlsx')?.outcome).toMatchObject({ state: 'incomplete' });
  });

  it('never reads a file twice: one that comes back unchanged is moved aside, one with other content is new', async () => {
    const { id, path, inside } = watched('twice');
    const rows = 'Sample ID,Test,Result\nT-1,GLU,5.1\n';
    writeFileSync(join(path, 'same.csv'), rows);
    await waitFor(() => inside('done').length === 1, { timeout: 15_000 });
    // As after a crash between the commit and the move.
    writeFileSync(join(path, 'same.csv'), rows);
    await waitFor(() => inside('done').length === 2, { timeout: 15_000 });
    writeFileSync(join(path, 'same.csv'), `${rows}T-2,GLU,5.2\n`);
    await waitFor(() => inside('done').length === 3, { timeout: 15_000 });
    await waitFor(() => lab.results(id).length === 3);
    expect(lab.journal(id)).toHaveLength(2);
    expect(lab.journal(id)[1]?.tolerated).toEqual(['A file of this name came before with other content.']);
  });
});
