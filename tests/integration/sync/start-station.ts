import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { StationCommands } from './station.ts';

/** A station in its own process. */
export interface Station {
  call<N extends keyof StationCommands>(
    name: N,
    ...input: Parameters<StationCommands[N]>
  ): Promise<Awaited<ReturnType<StationCommands[N]>>>;
  /** Ends it as a power cut does. */
  kill(): Promise<void>;
}

/** Starts a station on a data folder; it goes on with what is in there. */
export async function startStation(folder: string, prefix: string, labId = 'lab-1'): Promise<Station> {
  const file = fileURLToPath(new URL('./station.ts', import.meta.url));
  const child: ChildProcess = fork(file, [folder, prefix, labId], { execArgv: [] });
  await once(child, 'message');
  let calls = 0;
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  child.on('message', (reply: { call: number; value?: unknown; error?: string }) => {
    const answer = waiting.get(reply.call);
    waiting.delete(reply.call);
    if (reply.error) answer?.reject(new Error(reply.error));
    else answer?.resolve(reply.value as never);
  });
  return {
    call(name, ...input) {
      const call = ++calls;
      return new Promise((resolve, reject) => {
        waiting.set(call, { resolve, reject });
        child.send({ call, name, input: input[0] });
      });
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
