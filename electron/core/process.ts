import { parseArgs } from 'node:util';
import type { Helper, StartHelper } from '../demo/start-helper.ts';
import { connectionContext } from './api/context.ts';
import { type MessagePortLike, serveOverPort } from './api/port-socket.ts';
import { LabError, type SecretCodec, StorageError } from './kernel/index.ts';
import { type Lab, openLab } from './lab.ts';

/**
 * The core in Electron's utilityProcess. Main is its only partner: windows' ports come in, secrets go through main's
 * safeStorage, helper programs of the demo lab are started by main.
 */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: FromMain; ports: MessagePortLike[] }) => void): void;
}

type FromMain =
  | { type: 'connect'; windowId: number }
  | { type: 'shutdown' }
  | { type: 'second-start'; argv: string[] }
  | { type: 'secret-reply'; id: number; value?: string; error?: string }
  | { type: 'helper-line'; id: number; line: string }
  | { type: 'helper-exited'; id: number; code: number };

const parent = (process as unknown as { parentPort: ParentPort }).parentPort;
const { values } = parseArgs({ options: { data: { type: 'string' }, demo: { type: 'boolean', default: false } } });

const secrets = new Map<number, { resolve: (value: string) => void; reject: (error: Error) => void }>();
const helpers = new Map<number, { line: (line: string) => void; exited: (code: number) => void }>();
const early: MessagePortLike[] = [];
let nextId = 1;
let lab: Lab | undefined;

const secretCodec: SecretCodec = {
  encrypt: (plain) => askForSecret('encrypt', plain),
  decrypt: (stored) => askForSecret('decrypt', stored),
};

parent.on('message', ({ data, ports }) => {
  switch (data.type) {
    case 'connect':
      for (const port of ports) connect(port);
      return;
    case 'shutdown':
      void shutDown();
      return;
    case 'secret-reply': {
      const waiting = secrets.get(data.id);
      secrets.delete(data.id);
      if (data.value !== undefined) waiting?.resolve(data.value);
      else waiting?.reject(new Error(data.error ?? 'The key store of the system did not answer'));
      return;
    }
    case 'helper-line':
      helpers.get(data.id)?.line(data.line);
      return;
    case 'helper-exited':
      helpers.get(data.id)?.exited(data.code);
      helpers.delete(data.id);
      return;
    case 'second-start':
      return;
    default:
      data satisfies never;
  }
});

try {
  if (!values.data) throw new Error('--data is missing');
  lab = await openLab(values.data, { mode: 'electron', demo: values.demo, secretCodec, startHelper });
  for (const port of early.splice(0)) connect(port);
  parent.postMessage({ type: 'ready' });
} catch (error) {
  parent.postMessage({ type: 'failed', title: 'The laboratory could not be opened', ...wordsOf(error) });
}

function connect(port: MessagePortLike): void {
  if (lab) serveOverPort(port, { router: lab.router, createContext: connectionContext(lab.kernel) });
  else early.push(port);
}

async function shutDown(): Promise<void> {
  await lab?.close();
  parent.postMessage({ type: 'closed' });
  process.exit(0);
}

function askForSecret(op: 'encrypt' | 'decrypt', value: string): Promise<string> {
  const id = nextId++;
  return new Promise((resolve, reject) => {
    secrets.set(id, { resolve, reject });
    parent.postMessage({ type: 'secret', id, op, value });
  });
}

/** A helper program of the demo lab, started and watched by main, since a utility process may not start Node itself. */
function startHelper(...[name, args, on]: Parameters<StartHelper>): Helper {
  const id = nextId++;
  helpers.set(id, on);
  parent.postMessage({ type: 'start-helper', id, name, args });
  return { stop: () => parent.postMessage({ type: 'stop-helper', id }) };
}

function wordsOf(error: unknown): { message: string; remedy: string } {
  if (error instanceof LabError && 'remedy' in error.detail)
    return { message: error.message, remedy: error.detail.remedy };
  if (error instanceof StorageError) return { message: error.message, remedy: error.remedy };
  return {
    message: error instanceof Error ? error.message : String(error),
    remedy: 'Start again; if it stays, look at the log.',
  };
}
