/** The core of `devices-memory.ts`: a laboratory with an analyzer. Says its port; on `state`, when all is saved, its memory. */
import { openDemoDevices } from '../support/demo-devices.ts';
import { waitFor } from '../support/wait-for.ts';
import type { MemoryState } from './devices-memory.ts';

const [folder = ''] = process.argv.slice(2);
const lab = await openDemoDevices(folder);
const { engine } = lab.kernel.database;

process.on('message', () => void state().then((now) => process.send?.(now)));
process.once('disconnect', () => process.exit());
process.send?.(await lab.port('mindray-bs'));

async function state(): Promise<MemoryState> {
  await waitFor(() => lab.service.journal.waiting === 0, { timeout: 24 * 60 * 60 * 1000, every: 50 });
  await lab.kernel.followers.settled();
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const [row] = engine.all(`SELECT count(*) AS results FROM "${engine.tableOf('deviceResults')}"`);
  return { rss, heap: heapUsed, waiting: lab.service.journal.waiting, results: Number(row?.results) };
}
