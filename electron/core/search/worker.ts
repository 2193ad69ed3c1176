import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { Keeper } from './keeper.ts';
import type { FromThread, ThreadData, ThreadRequest, ToThread, WordHits } from './protocol.ts';

/** The search thread: a `Keeper` behind messages. Ends after `close`, or with the error that it could not go on with. */
function serve(port: MessagePort, data: ThreadData): void {
  const post = (message: FromThread) => port.postMessage(message);
  const kept = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const keeper = new Keeper(data, {
    state: (state) => post({ kind: 'state', state }),
    keep: (token) =>
      new Promise((resolve, reject) => {
        kept.set(token, { resolve, reject });
        post({ kind: 'written', token });
      }),
  });
  keeper.load();

  const perform = async (request: ThreadRequest): Promise<WordHits | undefined> => {
    switch (request.kind) {
      case 'follow':
        return void (await keeper.follow(request.sequence));
      case 'query':
        return keeper.query(request.query);
      case 'save':
        return void (await keeper.save());
      case 'close':
        return void (await keeper.close());
      default:
        return request satisfies never;
    }
  };

  const timer = setInterval(() => void keeper.save(), data.saving.afterMilliseconds);
  port.on('message', (message: ToThread) => {
    if (message.kind === 'kept') {
      const waiting = kept.get(message.token);
      kept.delete(message.token);
      if (message.error === undefined) waiting?.resolve();
      else waiting?.reject(new Error(message.error));
      return;
    }
    perform(message)
      .then((found) => post({ kind: 'answer', id: message.id, found }))
      .catch((error: unknown) => {
        post({ kind: 'answer', id: message.id, error: error instanceof Error ? error.message : String(error) });
      })
      .finally(() => {
        if (message.kind !== 'close') return;
        clearInterval(timer);
        port.close();
      });
  });
}

if (parentPort) serve(parentPort, workerData as ThreadData);
