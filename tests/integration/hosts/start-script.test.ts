import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ROOT } from '../../../build/entries.ts';
import { buildPart, staleParts } from '../../../build/stamps.mjs';

/** Stands for the headless core: says what it was given, and ends in order when told. */
const HEADLESS = `
  process.on('SIGINT', () => process.exit(5));
  process.on('SIGTERM', () => process.exit(6));
  console.log('headless ' + process.argv.slice(2).join(' '));
  setInterval(() => {}, 1000);
`;

describe.skipIf(process.platform !== 'linux')('npm start', () => {
  let root: string;
  let children: ChildProcess[];

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'aliquot-npm-start-'));
    children = [];
    for (const script of globSync(join(ROOT, 'build', '*.mjs'))) cpSync(script, join(root, 'build', basename(script)));
    mkdirSync(join(root, 'dist', 'node'), { recursive: true });
    mkdirSync(join(root, 'electron'));
    writeFileSync(join(root, 'package.json'), '{"type":"module"}');
    writeFileSync(join(root, 'dist', 'node', 'headless.js'), HEADLESS);
    for (const part of staleParts(root)) await buildPart(root, part, async () => {});
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(root, { recursive: true, force: true });
  });

  /** An Electron that says it can run the core, and does this when started. */
  function electron(script: string): void {
    const file = join(root, 'electron', 'electron');
    writeFileSync(file, `#!/bin/sh\n[ "$1" = -e ] && { printf '45.0.0 true'; exit; }\n${script}\n`);
    chmodSync(file, 0o755);
  }

  function start(
    args: string[],
    env: NodeJS.ProcessEnv,
  ): { child: ChildProcess; out: () => string; code: Promise<number> } {
    const child = spawn(process.execPath, [join(root, 'build', 'start.mjs'), ...args], {
      env: { PATH: process.env.PATH, HOME: root, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
    }
    const code = new Promise<number>((resolve) => child.once('close', (value) => resolve(value ?? -1)));
    return { child, out: () => text, code };
  }

  const withElectron = (): NodeJS.ProcessEnv => ({
    DISPLAY: ':9',
    ELECTRON_OVERRIDE_DIST_PATH: join(root, 'electron'),
  });

  test('is headless without a display, says so, and passes on options and Ctrl+C', async () => {
    const run = start(['--demo', '--data', '/lab', '--port', '4711'], {});
    await expect.poll(run.out).toContain('headless --data /lab --demo --port 4711');
    expect(run.out()).toContain('Electron is not available here (there is no display): starting headless.');
    run.child.kill('SIGINT');
    expect(await run.code).toBe(5);
  });

  test('passes on the end that a service manager asks for', async () => {
    const run = start(['--headless', '--data', '/lab'], withElectron());
    await expect.poll(run.out).toContain('headless --data /lab --port 4710');
    expect(run.out()).not.toContain('Electron');
    run.child.kill('SIGTERM');
    expect(await run.code).toBe(6);
  });

  test('opens the window where there can be one', async () => {
    electron('echo "window $@"');
    const run = start(['--data', '/lab', '--demo'], withElectron());
    expect(await run.code).toBe(0);
    expect(run.out()).toContain(`${root} --data /lab --demo`);
    expect(run.out()).not.toContain('headless');
  });

  test('is headless when Electron does not come up', async () => {
    electron('exit 127');
    const run = start(['--data', '/lab'], withElectron());
    await expect.poll(run.out).toContain('headless --data /lab');
    expect(run.out()).toContain('ended at once, exit code 127');
  });

  test('does not start anything after it was asked to end', async () => {
    electron('trap "exit 143" TERM; echo up; while :; do sleep 0.05; done');
    const run = start(['--data', '/lab'], withElectron());
    await expect.poll(run.out).toContain('up');
    run.child.kill('SIGTERM');
    expect(await run.code).toBe(143);
    expect(run.out()).not.toContain('headless');
  });

  test('refuses what it does not know, with the options there are', async () => {
    const run = start(['--dmeo'], {});
    expect(await run.code).toBe(2);
    expect(run.out()).toContain("'--dmeo'");
    expect(run.out()).toContain('--headless');
  });
});
