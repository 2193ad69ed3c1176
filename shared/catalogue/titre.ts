import { Decimal } from 'decimal.js';
import { type NumericResult, parseNumericResult } from '../results/conversion.ts';

/**
 * A titre as people and analyzers write it (`1:80`, `1/80`, `80`, `<1:20`, `≥ 1:1280`, `1 in 40`) as its dilution, with the
 * qualifier: what titres are compared by. Null for anything else; a dilution is a whole number from 1.
 */
export function parseTitre(text: string): NumericResult | null {
  const match = /^\s*(<=|>=|[<>≤≥])?\s*(?:1\s*(?:[:/]|in)\s*)?(\d{1,9})\s*$/i.exec(text);
  if (!match) return null;
  const [, qualifier = '', dilution = ''] = match;
  if (Number(dilution) < 1) return null;
  return parseNumericResult(`${qualifier}${Number(dilution)}`);
}

/** A titre as reported: `1:80`, `<1:20`. */
export function formatTitre(titre: NumericResult): string {
  return `${titre.comparator ?? ''}1:${new Decimal(titre.number).toFixed(0)}`;
}
