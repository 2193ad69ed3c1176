import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { openDemoDevices } from '../../support/demo-devices.ts';
import { waitFor } from '../../support/wait-for.ts';
import { LossAnalyzer } from './loss-analyzers.ts';

/** How long the analyzers send; the long run is a command of its own (`npm run test:faults`). */
const SECONDS = Number(process.env.ALIQUOT_LOSS_SECONDS ?? 3);
const KILLS = SECONDS >= 60 ? 20 : 2;
const ANALYZERS = 20;

const folder = mkdtempSync(join(tmpdir(), 'aliquot-loss-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it(
  `has every acknowledged message of ${ANALYZERS} analyzers once, after ${KILLS} kills and many cut cables`,
  async () => {
    const analyzers = await setUp();
    let core = await start();
    const running = analyzers.map((analyzer) => analyzer.run());
    onTestFinished(() => {
      for (const analyzer of analyzers) analyzer.stop();
      core.kill('SIGKILL');
    });
    const total = () => analyzers.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
    for (let round = 0; round <= KILLS; round++) {
      const before = total();
      const end = performance.now() + (SECONDS * 1000) / (KILLS + 1);
      await whileItGoesOn(total, () => performance.now() > end && total() >= before + 2 * ANALYZERS);
      if (round === KILLS) for (const analyzer of analyzers) analyzer.stop();
      await kill(core);
      if (round < KILLS) core = await start();
    }
    await Promise.all(running);

    const lab = await openDemoDevices(folder);
    try {
      const { engine } = lab.kernel.database;
      const { journal } = lab.service;
      await whileItGoesOn(
        () => journal.waiting,
        () => journal.waiting === 0,
      );
      const counts = new Map<string, number>();
      const taken = engine.all(
        `SELECT json_extract(data, '$.bytes') AS bytes FROM "${engine.tableOf('journal')}"
         WHERE json_extract(data, '$.outcome.state') IN ('stored', 'parsed', 'failed')`,
      );
      for (const { bytes } of taken) {
        const sample = /A\d+-\d+(?=\||\r|$)/m.exec(String(bytes).split(/^(?:O\||OBR)/m)[1] ?? '')?.[0] ?? 'none';
        counts.set(sample, (counts.get(sample) ?? 0) + 1);
      }
      const missing = analyzers.flatMap(({ acknowledged }) => acknowledged.filter((sample) => !counts.has(sample)));
      const doubled = [...counts].filter(([, count]) => count > 1);
      const invented = [...counts.keys()].filter((sample) => !analyzers.some(({ begun }) => begun.has(sample)));
      expect({ missing, doubled, invented }).toEqual({ missing: [], doubled: [], invented: [] });
      for (const { acknowledged } of analyzers) expect(acknowledged.length).toBeGreaterThan(0);
      const twice = engine.all(
        `SELECT json_extract(data, '$.sampleId') AS sample, count(*) AS results
         FROM "${engine.tableOf('deviceResults')}" GROUP BY 1 HAVING results > 1`,
      );
      expect(twice).toEqual([]);
      if (SECONDS >= 60) console.log(`${total()} messages acknowledged, ${taken.length} in the journal`);
    } finally {
      await lab.dispose();
    }
  },
  300_000 + SECONDS * 15_000,
);

/** Waits for a condition as long as something moves, however slow the machine is; a minute of nothing is a fault. */
async function whileItGoesOn(progress: () => number, condition: () => boolean): Promise<void> {
  while (!condition()) {
    const before = progress();
    const deadline = performance.now() + 500;
    await waitFor(() => condition() || (progress() !== before && performance.now() > deadline), { timeout: 60_000 });
  }
}

/** Twenty analyzers on ports of their own, half ASTM, half HL7. */
async function setUp(): Promise<LossAnalyzer[]> {
  const ports = await freePorts(ANALYZERS);
  const lab = await openDemoDevices(folder);
  const analyzers = ports.map((port, index) => {
    const protocol = index % 2 === 0 ? 'astm' : 'mllp';
    lab.add({
      name: `A${index}`,
      driver: protocol === 'astm' ? 'generic-astm' : 'generic-hl7',
      protocol,
      connection: { kind: 'tcpServer', host: '127.0.0.1', port, allowedPeers: [] },
      link: { receiveSeconds: 2 },
    });
    return new LossAnalyzer(`A${index}`, protocol, port, Math.random);
  });
  await lab.dispose();
  return analyzers;
}

function start(): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'loss-child.ts'), [folder], {
    execPath: process.execPath,
    execArgv: [],
  });
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve(child));
    child.once('exit', (code) => reject(new Error(`the core ended by itself with ${code}`)));
  });
}

async function kill(child: ChildProcess): Promise<void> {
  child.removeAllListeners('exit');
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
