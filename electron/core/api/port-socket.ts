import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { getWSConnectionHandler } from '@trpc/server/adapters/ws';
import type { WebSocket } from 'ws';

/** A MessagePort as Electron hands it to a utility process, and Node's own: what both have. */
export interface MessagePortLike {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

const open = 1;
const closed = 3;

/**
 * A window's MessagePort in the shape of the WebSocket that tRPC's own handler works with, so that both pipes speak the
 * same protocol through the same library code.
 */
class PortSocket extends EventEmitter {
  readyState = open;
  private readonly port: MessagePortLike;

  constructor(port: MessagePortLike) {
    super();
    this.port = port;
    port.on('message', ({ data }) => {
      if (typeof data === 'string') this.emit('message', Buffer.from(data));
    });
    port.on('close', () => this.ended());
    port.start();
  }

  send(data: string): void {
    if (this.readyState === open) this.port.postMessage(data);
  }

  close(): void {
    this.port.close();
    this.ended();
  }

  terminate(): void {
    this.close();
  }

  private ended(): void {
    if (this.readyState === closed) return;
    this.readyState = closed;
    this.emit('close');
  }
}

type HandlerOptions = Parameters<typeof getWSConnectionHandler>[0];

/** Serves the API to one window over its MessagePort. */
export function serveOverPort(port: MessagePortLike, options: Omit<HandlerOptions, 'wss'>): void {
  const handle = getWSConnectionHandler(options as HandlerOptions);
  const request = { url: '/?connectionParams=1', headers: {} } as IncomingMessage;
  handle(new PortSocket(port) as unknown as WebSocket, request);
}
