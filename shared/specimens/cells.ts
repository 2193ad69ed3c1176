/** Cells of a rack or box: rows are letters, columns numbers, counted along the row: A1 … A10, B1 … */

/** The next cell of a rack with so many columns; undefined after row Z, and for text that is no cell. */
export function nextCell(cell: string, columns = 10): string | undefined {
  const match = /^([A-Z])([1-9]\d?)$/.exec(cell.trim().toUpperCase());
  if (!match?.[1] || !match[2]) return undefined;
  const column = Number(match[2]);
  if (column < columns) return `${match[1]}${column + 1}`;
  if (match[1] === 'Z') return undefined;
  return `${String.fromCharCode(match[1].charCodeAt(0) + 1)}1`;
}

/** Where a specimen is, as people say it: `Fridge 2, rack 5 · B7`. */
export function positionText({ place, cell }: { place?: string; cell?: string }): string {
  return [place, cell].filter(Boolean).join(' · ');
}
