const tokenKey = 'aliquot.session';

type State = 'out' | 'in' | 'expired';

/**
 * Who is logged in, as far as the page knows: the token and whether the core still takes it. The token lives as long as
 * the window, in Electron and in a browser alike.
 */
export class SessionStore {
  private token = sessionStorage.getItem(tokenKey) ?? undefined;
  private current: State = this.token === undefined ? 'out' : 'in';
  private waiting: { resolve: () => void; reject: () => void }[] = [];
  private readonly listeners = new Set<() => void>();

  readonly getToken = (): string | undefined => this.token;
  readonly getState = (): State => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** A log-in succeeded: calls that waited for it go on. */
  loggedIn(token: string): void {
    this.token = token;
    sessionStorage.setItem(tokenKey, token);
    this.become('in');
    for (const call of this.waiting.splice(0)) call.resolve();
  }

  /** The person left, or the token of the last time is no longer good. */
  loggedOut(): void {
    this.token = undefined;
    sessionStorage.removeItem(tokenKey);
    this.become('out');
    for (const call of this.waiting.splice(0)) call.reject();
  }

  /** The core refused the session in the middle of work. Resolves after the next log-in, rejects when there is none. */
  loginNeeded(): Promise<void> {
    if (this.current === 'out') return Promise.reject(new Error('Logged out'));
    this.become('expired');
    return new Promise((resolve, reject) =>
      this.waiting.push({ resolve, reject: () => reject(new Error('Logged out')) }),
    );
  }

  private become(state: State): void {
    if (this.current === state) return;
    this.current = state;
    for (const listener of this.listeners) listener();
  }
}
