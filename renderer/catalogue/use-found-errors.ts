import { useMemo, useState } from 'react';
import { cellOfKey, type SheetRows } from './sheet-block.ts';

/**
 * Errors by `row.column` that still hold: an error is about the text it was found in, another text has not been looked at yet.
 */
export function useFoundErrors(
  errors: ReadonlyMap<string, string> | undefined,
  rows: SheetRows,
): ReadonlyMap<string, string> {
  const [found, setFound] = useState({ errors, rows });
  if (found.errors !== errors) setFound({ errors, rows });
  return useMemo(() => {
    const holds = ([key]: readonly [string, string]) => {
      const { row, column } = cellOfKey(key);
      return found.rows[row]?.[column] === rows[row]?.[column];
    };
    return new Map([...(found.errors ?? [])].filter(holds));
  }, [found, rows]);
}
