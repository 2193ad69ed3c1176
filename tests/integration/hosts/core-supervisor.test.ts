import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseFromCore } from '../../../electron/main/core-messages.ts';
import { type CoreChild, CoreSupervisor } from '../../../electron/main/core-supervisor.ts';
import { type RestartPolicy, restartPolicy } from '../../../electron/main/restart-policy.ts';

/** A core process: does what the message it is told says; ends as `mode` says. */
const CORE = `
  const [mode] = process.argv.slice(2);
  if (mode === 'crash') { console.error('out of luck'); process.exit(3); }
  process.on('message', ({ type }) => {
    if (type === 'second-start') process.exit(4);
    if (type === 'shutdown' && mode === 'polite') process.send({ type: 'closed' });
    if (type === 'shutdown' && mode === 'leaves') process.exit(0);
  });
  process.on('SIGTERM', () => {});
  if (mode === 'fails') process.send({ type: 'failed', title: 'T', message: 'M', remedy: 'R', junk: 1 });
  else process.send({ type: 'ready' });
  process.send({ type: 'nonsense' });
`;

describe('supervision of the core', () => {
  let folder: string;
  let script: string;
  let children: ChildProcess[];
  let events: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'aliquot-supervisor-'));
    script = join(folder, 'core.cjs');
    writeFileSync(script, CORE);
    children = [];
    events = [];
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  function run(mode: () => string): CoreChild<never> {
    const child = fork(script, [mode()], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    children.push(child);
    let lastWords = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      lastWords += chunk.toString();
    });
    return {
      post: (message) => void child.send(message),
      kill: () => void child.kill('SIGKILL'),
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) => void child.on('close', (code) => listener(code ?? -1, lastWords.trim())),
    };
  }

  function supervise(mode: () => string, policy: RestartPolicy, shutdownMs = 5_000): CoreSupervisor<never> {
    return new CoreSupervisor<never>({
      start: () => run(mode),
      policy,
      shutdownMs,
      now: () => performance.now(),
      onReady: () => events.push('ready'),
      onLost: () => events.push('lost'),
      onFailure: () => events.push('failure'),
      onMessage: (request) => events.push(request.type),
    });
  }

  /** Restarts at once, a given number of times. */
  function eager(times: number): RestartPolicy {
    let left = times;
    return {
      crashed: () => (left-- > 0 ? 0 : 'give-up'),
      reset: () => {
        left = times;
      },
    };
  }

  test('restarts a crashed core and says so', async () => {
    const supervisor = supervise(() => 'polite', eager(3));
    supervisor.start();
    await expect.poll(() => events).toEqual(['ready']);
    supervisor.post({ type: 'second-start', argv: [] });
    await expect.poll(() => events).toEqual(['ready', 'lost', 'ready']);
    expect(supervisor.state).toBe('ready');
    await supervisor.stop();
  });

  test('gives up with the reason, and starts afresh when asked', async () => {
    let mode = 'crash';
    const supervisor = supervise(() => mode, eager(2));
    supervisor.start();
    await expect.poll(() => events, { timeout: 10_000 }).toEqual(['lost', 'lost', 'lost', 'failure']);
    expect(children).toHaveLength(3);
    expect(supervisor.failure?.message).toContain('exit code 3');
    expect(supervisor.failure?.message).toContain('out of luck');
    mode = 'polite';
    supervisor.start();
    await expect.poll(() => supervisor.state).toBe('ready');
    expect(supervisor.failure).toBeUndefined();
    await supervisor.stop();
  });

  test('does not restart a core that says it cannot open, until asked; and then not beside it', async () => {
    let mode = 'fails';
    const supervisor = supervise(() => mode, eager(3));
    supervisor.start();
    await expect.poll(() => events).toEqual(['failure']);
    expect(supervisor.failure).toEqual({ title: 'T', message: 'M', remedy: 'R' });
    mode = 'polite';
    const [refusing] = children;
    supervisor.start();
    await expect.poll(() => supervisor.state).toBe('ready');
    expect(refusing?.signalCode).toBe('SIGKILL');
    expect(children).toHaveLength(2);
    await supervisor.stop();
  });

  test.each(['polite', 'leaves'])('waits for a core that is %s at the end', async (mode) => {
    const supervisor = supervise(() => mode, eager(3));
    supervisor.start();
    await expect.poll(() => supervisor.state).toBe('ready');
    await Promise.all([supervisor.stop(), supervisor.stop()]);
    expect(supervisor.state).toBe('stopped');
    expect(children.map(({ exitCode, signalCode }) => exitCode ?? signalCode)).not.toContain(null);
    expect(events).toEqual(['ready']);
  });

  test('ends a core that does not answer', async () => {
    const supervisor = supervise(() => 'deaf', eager(3), 50);
    supervisor.start();
    await expect.poll(() => supervisor.state).toBe('ready');
    await supervisor.stop();
    expect(children[0]?.signalCode).toBe('SIGKILL');
    expect(children).toHaveLength(1);
  });

  test('stops a restart that has not happened yet', async () => {
    const supervisor = supervise(() => 'crash', { crashed: () => 60_000, reset: () => {} });
    supervisor.start();
    await expect.poll(() => supervisor.state).toBe('waiting');
    await supervisor.stop();
    expect(supervisor.state).toBe('stopped');
    expect(children).toHaveLength(1);
  });
});

describe('the restart policy', () => {
  test('waits longer each time and gives up at the fifth crash within two minutes', () => {
    const policy = restartPolicy();
    const answers = [0, 1_000, 2_000, 3_000, 119_999].map((now) => policy.crashed(now));
    expect(answers.at(-1)).toBe('give-up');
    const delays = answers.slice(0, -1).map(Number);
    expect(delays).toEqual(delays.toSorted((a, b) => a - b));
    expect(delays[0]).toBeGreaterThan(0);
  });

  test('forgets what is longer ago', () => {
    const policy = restartPolicy();
    for (const now of [0, 1_000, 2_000, 3_000]) policy.crashed(now);
    expect(policy.crashed(123_000)).toBe(restartPolicy().crashed(0));
    policy.reset();
    expect(policy.crashed(123_001)).toBe(restartPolicy().crashed(0));
  });

  test('never restarts more than four times in any two minutes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 40 }), (gaps) => {
        const policy = restartPolicy();
        let now = 0;
        const restarts: number[] = [];
        for (const gap of gaps) {
          now += gap;
          if (policy.crashed(now) !== 'give-up') restarts.push(now);
        }
        for (const at of restarts) {
          expect(restarts.filter((other) => other >= at && other < at + 120_000).length).toBeLessThanOrEqual(4);
        }
      }),
    );
  });
});

test('messages that are not the core’s are nothing', () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true }), (data) => {
      expect(parseFromCore(data)).toBeUndefined();
    }),
  );
  expect(parseFromCore({ type: 'secret', id: 1, op: 'shred', value: 'x' })).toBeUndefined();
  expect(parseFromCore({ type: 'start-helper', id: 1, name: 'simulator', args: [1] })).toBeUndefined();
  expect(parseFromCore({ type: 'stop-helper', id: 'all' })).toBeUndefined();
  expect(parseFromCore({ type: 'ready', labOpen: true })).toEqual({ type: 'ready' });
});
