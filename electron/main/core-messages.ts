/**
 * The contract between main and the core process (electron/core/process.ts). Main knows no domain: these few messages
 * are all that the two say to each other; everything else goes through the API pipe of a window.
 */

/** What the core needs a person to know when it cannot open. */
export interface CoreFailure {
  readonly title: string;
  readonly message: string;
  readonly remedy: string;
}

/** Main → core. `connect` carries one end of a MessageChannel: the API pipe of one window. */
export type ToCore =
  | { type: 'connect'; windowId: number }
  | { type: 'shutdown' }
  | { type: 'secret-reply'; id: number; value: string }
  | { type: 'secret-reply'; id: number; error: string }
  | { type: 'second-start'; argv: string[] }
  | { type: 'helper-line'; id: number; line: string }
  | { type: 'helper-exited'; id: number; code: number };

/** Core → main. */
export type FromCore =
  | { type: 'ready' }
  | ({ type: 'failed' } & CoreFailure)
  | { type: 'secret'; id: number; op: 'encrypt' | 'decrypt'; value: string }
  | { type: 'start-helper'; id: number; name: string; args: string[] }
  | { type: 'stop-helper'; id: number }
  | { type: 'closed' };

/** Reads a message of the core; undefined for anything that is not one, so that a wrong message can do nothing. */
export function parseFromCore(data: unknown): FromCore | undefined {
  if (data === null || typeof data !== 'object') return undefined;
  const { type, id, op, value, name, args, title, message, remedy } = data as Record<string, unknown>;
  switch (type) {
    case 'ready':
    case 'closed':
      return { type };
    case 'failed':
      return { type, title: text(title), message: text(message), remedy: text(remedy) };
    case 'secret':
      if (typeof id !== 'number' || typeof value !== 'string') return undefined;
      return op === 'encrypt' || op === 'decrypt' ? { type, id, op, value } : undefined;
    case 'start-helper':
      if (typeof id !== 'number' || typeof name !== 'string' || !isTexts(args)) return undefined;
      return { type, id, name, args };
    case 'stop-helper':
      return typeof id === 'number' ? { type, id } : undefined;
    default:
      return undefined;
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
