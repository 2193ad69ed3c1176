import { type CoreFailure, type FromCore, parseFromCore, type ToCore } from './core-messages.ts';
import type { RestartPolicy } from './restart-policy.ts';
import { words } from './words.ts';

/** A running core process, whatever runs it (a utilityProcess in the app). `Port` is the host's kind of message port. */
export interface CoreChild<Port> {
  post(message: ToCore, ports?: Port[]): void;
  /** Ends the process at once. */
  kill(): void;
  onMessage(listener: (data: unknown) => void): void;
  /** `lastWords` is the end of what it wrote to stderr. */
  onExit(listener: (code: number, lastWords: string) => void): void;
}

/** What the core asks of its host, apart from the news of its own life. */
export type CoreRequest = Extract<FromCore, { id: number }>;

/** Where the core is. `waiting` is the pause between a crash and the next start. */
export type CoreState = 'starting' | 'ready' | 'waiting' | 'failed' | 'stopping' | 'stopped';

export interface SupervisorOptions<Port> {
  /** Starts one core process. */
  start(): CoreChild<Port>;
  policy: RestartPolicy;
  /** How long a core may take to close, ms. */
  shutdownMs: number;
  onReady(): void;
  /** The core is gone and its pipes with it; it is being restarted, or `onFailure` follows. */
  onLost(): void;
  /** The core cannot run; `failure` says why. */
  onFailure(): void;
  /** A request of the core to its host. */
  onMessage(message: CoreRequest): void;
  /** A clock that never goes back, ms. */
  now(): number;
}

/**
 * Keeps one core process alive for the life of the app: starts it, restarts it with back-off when it crashes, stops when restarting is no help
 * or the core itself says that it cannot open, and ends it in order. Knows nothing of Electron, so that tests can run
 * it over any process.
 */
export class CoreSupervisor<Port> {
  private readonly options: SupervisorOptions<Port>;
  private child: CoreChild<Port> | undefined;
  private currentState: CoreState = 'stopped';
  private restart: ReturnType<typeof setTimeout> | undefined;
  private lastFailure: CoreFailure | undefined;
  private stopping: Promise<void> | undefined;
  private whenStopped: (() => void) | undefined;

  constructor(options: SupervisorOptions<Port>) {
    this.options = options;
  }

  get state(): CoreState {
    return this.currentState;
  }

  /** Why the core does not run, while it has failed. */
  get failure(): CoreFailure | undefined {
    return this.currentState === 'failed' ? this.lastFailure : undefined;
  }

  /** Starts the core, when it is not running. After a failure: tries again, with the crashes so far forgotten. */
  start(): void {
    if (this.currentState !== 'stopped' && this.currentState !== 'failed') return;
    this.options.policy.reset();
    if (this.child) {
      // A core that said it cannot open has not left yet: its successor starts when the data folder is free.
      this.currentState = 'waiting';
      this.child.kill();
    } else {
      this.spawn();
    }
  }

  /** Sends to the core; lost without a word when there is none, as the core's end of everything is gone too. */
  post(message: ToCore, ports?: Port[]): void {
    this.child?.post(message, ports);
  }

  /** Asks the core to close and waits for it, at most `shutdownMs`; then ends it. Resolves when the process is gone. */
  stop(): Promise<void> {
    this.stopping ??= this.close();
    return this.stopping;
  }

  private async close(): Promise<void> {
    clearTimeout(this.restart);
    const { child } = this;
    if (!child) {
      this.currentState = 'stopped';
      return;
    }
    this.currentState = 'stopping';
    const gone = new Promise<void>((resolve) => {
      this.whenStopped = resolve;
    });
    const late = setTimeout(() => child.kill(), this.options.shutdownMs);
    child.post({ type: 'shutdown' });
    await gone;
    clearTimeout(late);
  }

  private spawn(): void {
    this.currentState = 'starting';
    const child = this.options.start();
    this.child = child;
    child.onMessage((data) => {
      if (this.child === child) this.receive(child, data);
    });
    child.onExit((code, lastWords) => {
      if (this.child === child) this.exited(code, lastWords);
    });
  }

  private receive(child: CoreChild<Port>, data: unknown): void {
    const message = parseFromCore(data);
    if (!message) return;
    switch (message.type) {
      case 'ready':
        if (this.currentState !== 'starting') break;
        this.currentState = 'ready';
        this.options.onReady();
        break;
      case 'failed':
        if (this.currentState !== 'stopping') this.fail(message);
        break;
      case 'closed':
        // Everything is on disk; nothing is left to wait for.
        if (this.currentState === 'stopping') child.kill();
        break;
      default:
        this.options.onMessage(message);
    }
  }

  private exited(code: number, lastWords: string): void {
    this.child = undefined;
    switch (this.currentState) {
      case 'failed':
        break;
      case 'waiting':
        this.spawn();
        break;
      case 'stopping':
        this.currentState = 'stopped';
        this.whenStopped?.();
        break;
      default:
        this.crashed(code, lastWords);
    }
  }

  private crashed(code: number, lastWords: string): void {
    const delay = this.options.policy.crashed(this.options.now());
    this.options.onLost();
    if (delay === 'give-up') {
      this.fail(words.coreKeepsCrashing(code, lastWords));
    } else {
      this.currentState = 'waiting';
      this.restart = setTimeout(() => this.spawn(), delay);
    }
  }

  private fail({ title, message, remedy }: CoreFailure): void {
    this.currentState = 'failed';
    this.lastFailure = { title, message, remedy };
    this.options.onFailure();
  }
}
