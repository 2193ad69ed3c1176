import { createWSClient, type TRPCWebSocketClient } from '@trpc/client';
import { listenForPorts, PortSocket } from './port-socket.ts';

const longestPauseMs = 5_000;

/**
 * The pipe to the core, chosen here and nowhere else: a MessagePort inside Electron, a WebSocket to the host that served
 * the page otherwise. It reconnects by itself for ever; subscriptions resume.
 * @param sessionToken read at every (re)connection
 */
export function openPipe(sessionToken: () => string | undefined): TRPCWebSocketClient {
  const electron = location.protocol === 'app:';
  if (electron) listenForPorts();
  return createWSClient({
    url: electron ? 'port:core' : socketUrl(),
    // PortSocket has the part of the interface that the client uses; the rest of a WebSocket makes no sense for a port.
    WebSocket: electron ? (PortSocket as unknown as typeof WebSocket) : WebSocket,
    connectionParams: () => {
      const token = sessionToken();
      return token === undefined ? {} : { sessionToken: token };
    },
    retryDelayMs: (attempt) => (attempt === 0 ? 0 : Math.min(200 * 2 ** attempt, longestPauseMs)),
    keepAlive: { enabled: true, intervalMs: 10_000, pongTimeoutMs: 10_000 },
  });
}

function socketUrl(): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`;
}
