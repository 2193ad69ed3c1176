import type { KeyboardEvent } from 'react';

/** What the keys of a list of rows do. Indexes count from 0. */
export interface RowKeys {
  readonly count: number;
  readonly active: number;
  /** How many rows a page is. */
  readonly page: () => number;
  readonly move: (index: number) => void;
  readonly open: (index: number) => void;
  readonly toggle?: (index: number) => void;
}

/** The handler of arrows, Home, End, PageUp, PageDown, Enter and space for an element that holds rows. */
export function rowKeyHandler(keys: RowKeys) {
  const { count, active, move, open, toggle } = keys;
  return (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.altKey || event.metaKey || count === 0) return;
    const target = targetOf(event.key, keys);
    if (target !== undefined) move(Math.min(count - 1, Math.max(0, target)));
    else if (event.key === 'Enter') open(active);
    else if (event.key === ' ' && toggle) toggle(active);
    else return;
    event.preventDefault();
  };
}

/** Where a key leads, before the ends are heeded; undefined for a key that does not move. */
function targetOf(key: string, { count, active, page }: RowKeys): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return active + 1;
    case 'ArrowUp':
      return active - 1;
    case 'PageDown':
      return active + page();
    case 'PageUp':
      return active - page();
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
