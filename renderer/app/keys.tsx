import { getHotkeyHandler } from '@mantine/hooks';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';

/** A key of the screen: shown by `?`, run when pressed. */
export interface ScreenKey {
  /** As Mantine writes hotkeys: `mod+Enter`, `F2`, `?`. A single character works only while no field has the focus. */
  readonly keys: string;
  /** What it does, as the help shows it. */
  readonly label: string;
  /** Absent where the piece that has the focus handles the key itself. */
  readonly run?: () => void;
  readonly disabled?: boolean;
}

interface Group {
  readonly title: string;
  readonly inDialog: boolean;
  readonly keys: readonly ScreenKey[];
}

interface Registry {
  add(group: { current: Group }): () => void;
  groups(): Group[];
}

const KeysContext = createContext<Registry | undefined>(undefined);

/** Listens for the keys that screens announce with `useKeys`. The screen mounted last wins. */
export function KeysProvider({ children }: { children: ReactNode }) {
  const [registered] = useState(() => new Set<{ current: Group }>());
  const registry = useMemo<Registry>(
    () => ({
      add: (group) => {
        registered.add(group);
        return () => registered.delete(group);
      },
      groups: () => [...registered].map(({ current }) => current),
    }),
    [registered],
  );

  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const dialogOpen = document.querySelector('[role="dialog"][aria-modal="true"]') !== null;
      for (const group of registry.groups().reverse()) {
        if (group.inDialog !== dialogOpen) continue;
        if (group.keys.some((key) => matches(key, event))) return;
      }
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [registry]);

  return <KeysContext value={registry}>{children}</KeysContext>;
}

/** Runs the key when the event is its own. */
function matches(key: ScreenKey, event: KeyboardEvent): boolean {
  const { run } = key;
  if (!run || key.disabled || (key.keys.length === 1 && isEditable(event.target))) return false;
  // `?` needs Shift on most keyboards, so single characters are compared as typed.
  if (key.keys.length === 1) {
    if (event.key !== key.keys || event.ctrlKey || event.metaKey || event.altKey) return false;
    event.preventDefault();
    run();
    return true;
  }
  let ran = false;
  getHotkeyHandler([
    [
      key.keys,
      () => {
        ran = true;
        run();
      },
    ],
  ])(event);
  return ran;
}

/** Whether typing goes into what has the focus. */
export function isEditable(target: EventTarget | null): boolean {
  const fields = 'input:not([type=checkbox], [type=radio], [type=button]), textarea, select';
  return target instanceof HTMLElement && (target.isContentEditable || target.matches(fields));
}

/**
 * Announces the keys of a screen, or of a dialog (`inDialog`), while it is mounted:
 * `useKeys('Bill', [{ keys: 'F8', label: 'Take payment', run: openPayment }])`.
 */
export function useKeys(title: string, keys: readonly ScreenKey[], { inDialog = false } = {}): void {
  const registry = useContext(KeysContext);
  const group = useRef<Group>({ title, inDialog, keys });
  useEffect(() => {
    group.current = { title, inDialog, keys };
  });
  useEffect(() => registry?.add(group), [registry]);
}

/** All keys that work now, for the help. */
export function useKeyGroups(): () => Group[] {
  const registry = useContext(KeysContext);
  return () =>
    registry
      ?.groups()
      .map((group) => ({ ...group, keys: group.keys.filter((key) => !key.disabled) }))
      .filter((group) => !group.inDialog && group.keys.length > 0) ?? [];
}
