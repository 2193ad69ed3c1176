import type { CollectionName } from '../../../electron/core/kernel/index.ts';
import { lateDocuments } from '../../../electron/core/patients/index.ts';
import { mergePatients } from '../../../electron/core/patients/merge.ts';
import { timelineOf } from '../../../electron/core/patients/timeline.ts';
import { createSync } from '../../../electron/core/sync/index.ts';
import { openTestKernel } from '../../support/test-kernel.ts';
import { type MoneyParties, type MoneyStep, moneyState, moneyStep } from './money-steps.ts';

/**
 * A second station in a process of its own (RxDB's open core allows one database of twelve collections in a process).
 * Arguments: data folder, prefix of the station, laboratory. Commands come as IPC messages `{ call, name, input }`.
 */
const [folder = '', prefix = 'B', labId = 'lab-1'] = process.argv.slice(2);
const lab = await openTestKernel({ folder, prefix, identity: { labId, stationId: `station-${prefix}` } });
const { kernel, session } = lab;
const sync = createSync(kernel, { probeMs: 50 });
kernel.followers.add(lateDocuments(kernel));
await sync.start();

type Fields = Record<string, unknown>;
type Named = { collection: CollectionName; id: string };

/** What the parent may ask for; see `startStation`. */
const commands = {
  configure: (input: { url: string; username?: string; password?: string }) =>
    sync.configure(session, { enabled: true, ...input }),
  stop: () => sync.close(),
  start: () => sync.start(),
  status: () => sync.status(),
  get: ({ collection, id }: Named) => kernel.reads().get(collection, id) ?? null,
  insert: ({ collection, document }: { collection: CollectionName; document: Fields }) =>
    kernel.change(session, (work) => work.insert(collection, document as never)),
  update: ({ collection, id, change }: Named & { change: Fields }) =>
    kernel.change(session, (work) => work.update(collection, work.need(collection, id), change as never)),
  count: ({ collection }: { collection: CollectionName }) => kernel.reads().count(collection, { selector: {} }),
  merge: ({ survivorId, mergedId }: { survivorId: string; mergedId: string }) => {
    const revOf = (id: string) => kernel.reads().need('patients', id)._rev;
    const input = { survivorId, mergedId, survivorRev: revOf(survivorId), mergedRev: revOf(mergedId), take: [] };
    return mergePatients(kernel, session, input);
  },
  timeline: ({ id }: { id: string }) => timelineOf(kernel.reads(), { id, limit: 50 }).rows,
  money: ({ steps, parties }: { steps: MoneyStep[]; parties: MoneyParties }) =>
    steps.filter((step) => moneyStep(kernel, session, step, parties)).length,
  billing: () => kernel.reads().find('billing', { selector: {} }),
  moneyState: (parties: MoneyParties) => moneyState(kernel, parties),
  activity: () => kernel.reads().find('activity', { selector: {} }),
};
export type StationCommands = typeof commands;

process.on('message', async (message: { call: number; name: keyof StationCommands; input: never }) => {
  try {
    const value = await commands[message.name](message.input);
    process.send?.({ call: message.call, value });
  } catch (error) {
    process.send?.({ call: message.call, error: error instanceof Error ? error.message : String(error) });
  }
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
