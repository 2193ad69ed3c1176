import { join } from 'node:path';
import { type MessagePortMain, utilityProcess } from 'electron';
import type { CoreChild } from './core-supervisor.ts';

/** The last part of stderr that is kept to tell a person why a process stopped, characters. */
const LAST_WORDS = 2_000;

/**
 * Starts the core in a utilityProcess.
 * @param nodeFolder absolute folder of the node bundles
 * @param data absolute data folder
 */
export function startCore(nodeFolder: string, data: string, demo: boolean): CoreChild<MessagePortMain> {
  const child = utilityProcess.fork(join(nodeFolder, 'process.js'), ['--data', data, ...(demo ? ['--demo'] : [])], {
    serviceName: 'Aliquot core',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let lastWords = '';
  child.stdout?.on('data', (chunk: Buffer) => process.stdout.write(chunk));
  child.stderr?.on('data', (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString('utf8')).slice(-LAST_WORDS);
    process.stderr.write(chunk);
  });
  return {
    post: (message, ports) => child.postMessage(message, ports),
    kill: () => child.kill(),
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => child.on('exit', (code) => listener(code, lastWords.trim())),
  };
}
