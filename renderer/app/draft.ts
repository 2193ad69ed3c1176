import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useMe } from './me.tsx';

const prefix = 'aliquot.draft.';
const pauseMs = 250;
const keepForMs = 7 * 24 * 60 * 60_000;

interface Kept {
  readonly at: number;
  readonly values: unknown;
}

/** A half-typed form that outlives a crash, a log-out and a restart. */
export interface Draft<Values> {
  /** What the form begins with: the draft of the last time, or the empty form. */
  readonly initial: Values;
  /** True until the draft is used up or thrown away. */
  readonly restored: boolean;
  /** Keeps the values a moment after the last change. Pass it as the form's `onValuesChange`. */
  readonly keep: (values: Values) => void;
  /** Forgets the draft: after it was saved, or because the person does not want it. */
  readonly clear: () => void;
}

/**
 * Keeps what is typed into a form on this computer, per person and form, until `clear`. Values must be plain JSON; a draft
 * from an older version lacks new fields, which then come from `empty`.
 * @param formName unique among forms; with the id of what is changed, where something is changed
 */
export function useDraft<Values extends object>(formName: string, empty: Values): Draft<Values> {
  const { actorId } = useMe();
  const key = `${prefix}${actorId}.${formName}`;
  const found = useMemo(() => read(key), [key]);
  // The form takes its initial values once; a draft found later must not change them.
  const [initial] = useState(() => (found ? { ...empty, ...found } : empty));
  const [restored, setRestored] = useState(found !== undefined);
  const pending = useRef<{ timer: ReturnType<typeof setTimeout>; write: () => void } | undefined>(undefined);

  const flush = useCallback(() => {
    if (!pending.current) return;
    clearTimeout(pending.current.timer);
    pending.current.write();
    pending.current = undefined;
  }, []);

  const keep = useCallback(
    (values: Values) => {
      if (pending.current) clearTimeout(pending.current.timer);
      pending.current = { timer: setTimeout(flush, pauseMs), write: () => write(key, values) };
    },
    [key, flush],
  );

  const clear = useCallback(() => {
    if (pending.current) clearTimeout(pending.current.timer);
    pending.current = undefined;
    localStorage.removeItem(key);
    setRestored(false);
  }, [key]);

  useEffect(() => {
    window.addEventListener('pagehide', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      flush();
    };
  }, [flush]);

  return { initial, restored, keep, clear };
}

/** Drops drafts that nobody came back to. Called once at start. */
export function dropOldDrafts(now = Date.now()): void {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(prefix) && now - (parse(key)?.at ?? 0) > keepForMs) localStorage.removeItem(key);
  }
}

function read(key: string): object | undefined {
  const values = parse(key)?.values;
  return typeof values === 'object' && values !== null ? values : undefined;
}

function parse(key: string): Kept | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    return typeof kept === 'object' && kept !== null && 'at' in kept && 'values' in kept ? (kept as Kept) : undefined;
  } catch {
    // A draft cut off in the middle of writing is worth as much as none.
    return undefined;
  }
}

function write(key: string, values: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), values } satisfies Kept));
  } catch {
    // Storage is full or forbidden: the form itself still holds everything.
  }
}
