import { newToken } from './helper.ts';
import type { Helper, HelperName, StartHelper } from './start-helper.ts';

/** Where a helper that is ready serves, and where it is told things. */
export interface HelperPorts {
  readonly port: number;
  readonly control: number;
}

export interface KeptHelperParts {
  readonly name: HelperName;
  readonly args: readonly string[];
  readonly start: StartHelper;
  /** Each time it is ready: its ports are others after it had to be started again. */
  readonly onReady: (ports: HelperPorts) => void;
  readonly onEnded: (code: number) => void;
}

/** Between its end and its next start, doubled while it does not even become ready. */
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

/** A helper program with a control port, started again whenever it ends. */
export class KeptHelper {
  private readonly parts: KeptHelperParts;
  private running: Helper | undefined;
  private token = '';
  private ports: HelperPorts | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** Starts in a row that did not make it ready. */
  private failures = 0;
  private closed = false;

  constructor(parts: KeptHelperParts) {
    this.parts = parts;
    this.begin();
  }

  /** Whether it runs and said that it is ready. */
  get isReady(): boolean {
    return this.ports !== undefined;
  }

  /** Whether it ended again and again without having been ready: something is missing here. */
  get isFailing(): boolean {
    return this.failures > 1;
  }

  /** Asks its control port; undefined while it is not ready. */
  async ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
    if (!this.ports) return undefined;
    const response = await fetch(`http://127.0.0.1:${this.ports.control}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}` },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return response.json();
  }

  close(): void {
    this.closed = true;
    this.ports = undefined;
    clearTimeout(this.timer);
    this.running?.stop();
  }

  private begin(): void {
    const { name, args, start, onReady } = this.parts;
    this.token = newToken();
    this.running = start(name, [...args, '--token', this.token], {
      line: (line) => {
        const ports = readReady(line);
        if (!ports || this.closed) return;
        this.ports = ports;
        this.failures = 0;
        onReady(ports);
      },
      exited: (code) => this.ended(code),
    });
  }

  private ended(code: number): void {
    if (!this.ports) this.failures++;
    this.ports = undefined;
    if (this.closed) return;
    this.parts.onEnded(code);
    this.timer = setTimeout(() => this.begin(), Math.min(longestPauseMs, firstPauseMs * 2 ** this.failures));
  }
}

function readReady(line: string): HelperPorts | undefined {
  try {
    const { ready } = JSON.parse(line) as { ready?: HelperPorts };
    return ready;
  } catch {
    return undefined;
  }
}
