/**
 * The Electron pipe. The preload script hands the page a MessagePort to the core: when the page asks for one, and again
 * after the core was restarted. `PortSocket` makes such a port look like a WebSocket, so that both hosts speak tRPC's own
 * WebSocket protocol.
 */

const portMessage = 'aliquot-port';
const requestMessage = 'aliquot-port-request';

/** A port that came while nobody was waiting for one; the next socket takes it. */
let spare: MessagePort | undefined;
let newest: PortSocket | undefined;

/** Begins to listen for ports. Called once, before the first socket. */
export function listenForPorts(): void {
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const [port] = event.ports;
    if (event.source !== window || typeOf(event.data) !== portMessage || !port) return;
    if (newest?.attach(port)) return;
    // The core was restarted: what is open leads to a process that is gone.
    spare?.close();
    spare = port;
    newest?.drop();
  });
}

function typeOf(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'type' in data ? data.type : undefined;
}

/** The part of the WebSocket interface that a tRPC client uses, over a MessagePort. Text frames only. */
export class PortSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;

  binaryType = 'arraybuffer';
  readyState: number = PortSocket.CONNECTING;
  readonly url: string;
  private port: MessagePort | undefined;

  constructor(url: string) {
    super();
    this.url = url;
    newest = this;
    const waiting = spare;
    spare = undefined;
    if (waiting) queueMicrotask(() => this.attach(waiting));
    else window.postMessage({ type: requestMessage }, location.origin);
  }

  /** Takes the port and opens; false when this socket does not wait for one. */
  attach(port: MessagePort): boolean {
    if (this.readyState !== PortSocket.CONNECTING) return false;
    this.port = port;
    this.readyState = PortSocket.OPEN;
    port.addEventListener('message', (event) => {
      this.dispatchEvent(new MessageEvent('message', { data: event.data }));
    });
    // Chromium tells since version 122 that the other end is gone; before, the client's pings find out.
    port.addEventListener('close', () => this.drop());
    port.start();
    this.dispatchEvent(new Event('open'));
    return true;
  }

  send(text: string): void {
    if (this.readyState !== PortSocket.OPEN)
      throw new DOMException('The pipe to the core is not open', 'InvalidStateError');
    this.port?.postMessage(text);
  }

  close(): void {
    this.drop();
  }

  /** Ends the socket as a WebSocket whose line was cut; the client then opens another. */
  drop(): void {
    if (this.readyState === PortSocket.CLOSED) return;
    this.readyState = PortSocket.CLOSED;
    this.port?.close();
    this.dispatchEvent(new CloseEvent('close', { code: 1006 }));
  }
}
