import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HELP, parseStartOptions } from '../../../build/start-options.mjs';
import { foldersFor, parseArguments } from '../../../electron/main/arguments.ts';

describe('the app’s command line', () => {
  test.each([
    [['electron', '--no-sandbox', '/app', '--data', '/lab', '--demo'], { data: '/lab', demo: true }],
    [['aliquot', '--data=/lab', '--inspect=0'], { data: '/lab', demo: false }],
    [['aliquot'], { data: undefined, demo: false }],
    [['aliquot', '--data'], { data: undefined, demo: false }],
    [['aliquot', '--data', '--demo'], { data: undefined, demo: true }],
    [['aliquot', '--data='], { data: undefined, demo: false }],
  ])('%j', (argv, expected) => {
    expect(parseArguments(argv)).toEqual(expected);
  });
});

describe('the folders of a start', () => {
  test('demo and laboratory keep apart', () => {
    const lab = foldersFor({ data: undefined, demo: false }, '/home', '/');
    const demo = foldersFor({ data: undefined, demo: true }, '/home', '/');
    expect(lab.data).not.toBe(demo.data);
    expect(lab.profile).not.toBe(demo.profile);
  });

  test('one data folder has one profile, however it is written', () => {
    const root = mkdtempSync(join(tmpdir(), 'aliquot-folders-'));
    mkdirSync(join(root, 'lab'));
    symlinkSync(join(root, 'lab'), join(root, 'link'));
    const profiles = ['lab', './lab/', 'link', join(root, 'lab')].map(
      (data) => foldersFor({ data, demo: false }, '/home', root).profile,
    );
    expect(new Set(profiles).size).toBe(1);
    expect(foldersFor({ data: 'other', demo: false }, '/home', root).profile).not.toBe(profiles[0]);
    rmSync(root, { recursive: true });
  });
});

describe('the start script’s options', () => {
  test('are read, with the folder made absolute', () => {
    expect(parseStartOptions(['--demo', '--headless', '--data', '/lab', '--port', '0'])).toEqual({
      help: false,
      demo: true,
      headless: true,
      data: '/lab',
      port: 0,
    });
  });

  test('have a folder each for laboratory and demo when none is named', () => {
    const data = (argv: string[]): string => {
      const options = parseStartOptions(argv);
      if ('error' in options) throw new Error(options.error);
      return options.data;
    };
    expect(data([])).toMatch(/\.aliquot$/);
    expect(data(['--demo'])).toMatch(/\.aliquot-demo$/);
  });

  test.each([
    [['--port', '65536'], '--port'],
    [['--port', '-1'], 'port'],
    [['--port', ''], '--port'],
    [['--port', '80x'], '--port'],
    [['--data'], '--data'],
    [['--data='], '--data'],
    [['--dmeo'], '--dmeo'],
    [['demo'], 'demo'],
  ])('%j is refused by name', (argv, named) => {
    expect(parseStartOptions(argv)).toEqual({ error: expect.stringContaining(named) });
  });

  test('are all in the help text', () => {
    for (const option of ['--demo', '--data', '--headless', '--port', '--help']) expect(HELP).toContain(option);
  });
});
