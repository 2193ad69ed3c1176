import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ROOT } from '../../../build/entries.ts';
import { shippedPackages } from '../../../build/external-packages.ts';
import { findElectron } from '../../../build/find-electron.mjs';
import { findNode } from '../../../build/find-node.mjs';
import { buildPart, staleParts } from '../../../build/stamps.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aliquot-start-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
}

describe('what must be built', () => {
  test('is everything at first, then only what changed', async () => {
    write('electron/main/main.ts', '1');
    write('electron/core/lab.ts', '1');
    write('shared/x.ts', '1');
    expect(staleParts(folder)).toEqual(['electron', 'node', 'renderer']);
    for (const part of staleParts(folder)) await buildPart(folder, part, async () => {});
    expect(staleParts(folder)).toEqual([]);
    write('electron/core/lab.ts', '2');
    expect(staleParts(folder)).toEqual(['node']);
    write('electron/core/lab.ts', '1');
    expect(staleParts(folder)).toEqual([]);
    write('shared/y.ts', '');
    expect(staleParts(folder)).toEqual(['node', 'renderer']);
    write('package-lock.json', '{}');
    expect(staleParts(folder)).toEqual(['electron', 'node', 'renderer']);
  });

  test('is still everything when a build failed, or sources changed under it', async () => {
    write('renderer/a.tsx', '1');
    await expect(buildPart(folder, 'renderer', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(staleParts(folder)).toContain('renderer');
    await buildPart(folder, 'renderer', async () => write('renderer/a.tsx', '2'));
    expect(staleParts(folder)).toContain('renderer');
  });
});

describe.skipIf(process.platform === 'win32')('the Electron to start', () => {
  const find = (env: NodeJS.ProcessEnv): ReturnType<typeof findElectron> =>
    findElectron(folder, process.execPath, { PATH: process.env.PATH, ...env }, () => {});

  test.skipIf(process.platform !== 'linux')('is none without a display', async () => {
    expect(await find({})).toEqual({ reason: 'there is no display' });
  });

  test('is none without its package', async () => {
    expect(await find({ DISPLAY: ':9' })).toEqual({ reason: expect.stringContaining('not installed') });
  });

  test('is the one that was downloaded before', async () => {
    write('node_modules/electron/install.js', '');
    write('node_modules/electron/path.txt', 'electron');
    write('node_modules/electron/dist/electron', '');
    expect(await find({ DISPLAY: ':9' })).toEqual({ path: join(folder, 'node_modules/electron/dist/electron') });
  });

  test('is none when the place it comes from cannot be reached, said in bounded time', async () => {
    write('node_modules/electron/install.js', 'throw new Error()');
    write('node_modules/electron/package.json', '{"version":"45.0.0"}');
    const found = await find({ DISPLAY: ':9', ELECTRON_MIRROR: 'http://127.0.0.1:9/' });
    expect(found).toEqual({ reason: expect.stringContaining('127.0.0.1:9 cannot be reached') });
  });

  test('is none when its download fails', async () => {
    write('node_modules/electron/install.js', 'process.exit(1)');
    write('node_modules/electron/package.json', '{"version":"45.0.0"}');
    const found = await find({ DISPLAY: ':9', HTTPS_PROXY: 'http://127.0.0.1:9/' });
    expect(found).toEqual({ reason: 'its download failed' });
  });

  test.skipIf(process.platform !== 'linux')('may be given, when it can run the core', async () => {
    const given = (script: string): Promise<unknown> => {
      write('given/electron', `#!/bin/sh\n${script}\n`);
      chmodSync(join(folder, 'given/electron'), 0o755);
      return find({ DISPLAY: ':9', ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'given') });
    };
    expect(await given('echo 45.0.0 true')).toEqual({ path: join(folder, 'given/electron') });
    expect(await given('echo 25.1.1 false')).toEqual({ reason: 'Electron 25.1.1 is too old: it has no node:sqlite' });
    expect(await given('exit 127')).toEqual({ reason: expect.stringContaining('does not start') });
    const empty = await find({ DISPLAY: ':9', ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'none') });
    expect(empty).toEqual({ reason: expect.stringContaining('holds none') });
  });
});

test('the Node to start has node:sqlite', () => {
  expect(findNode(ROOT)).toEqual({ path: expect.stringContaining('node') });
});

test('a package ships what its bundles leave out, with all that it needs', () => {
  write('package.json', JSON.stringify({ dependencies: { a: '1', b: '1' } }));
  write('node_modules/a/package.json', JSON.stringify({ dependencies: { c: '1', missing: '1' } }));
  write('node_modules/b/package.json', '{}');
  write('node_modules/c/package.json', JSON.stringify({ dependencies: { a: '1' } }));
  write('node_modules/tool/package.json', '{}');
  expect(shippedPackages(folder, ['a', 'tool'])).toEqual(['a', 'c']);
});
