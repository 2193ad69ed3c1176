import { Decimal } from 'decimal.js';
import { currencyDigits } from '../billing/money.ts';
import { ageDaysText, readAgeDays } from './age-text.ts';
import type { CellType } from './sheet-columns.ts';

/** What a spreadsheet library reads from a cell, as text. A day typed as a date is `YYYY-MM-DD`. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}

/** A value as the text of a cell; empty for a missing one. */
export function writeCell(type: CellType, value: unknown, currency: string): string {
  if (value === undefined) return '';
  switch (type) {
    case 'text':
    case 'word':
    case 'number':
      return String(value);
    case 'flag':
      return value === true ? 'yes' : 'no';
    case 'list':
      return (value as readonly string[]).map(escaped).join('; ');
    case 'age':
      return ageDaysText(Number(value));
    case 'money':
      return new Decimal(Number(value)).dividedBy(10 ** currencyDigits(currency)).toFixed(currencyDigits(currency));
    default:
      return type satisfies never;
  }
}

/**
 * What a cell says; undefined for an empty one. What cannot be read comes back as text or NaN, which the schema then
 * refuses at its place.
 */
export function readCell(type: CellType, cell: string, currency: string): unknown {
  if (cell.trim() === '' && type !== 'text') return type === 'list' ? [] : undefined;
  switch (type) {
    case 'text':
      return cell === '' ? undefined : cell;
    case 'word':
      return cell.trim();
    case 'number':
      return Number(cell);
    case 'flag':
      return readFlag(cell.trim().toLowerCase());
    case 'list':
      return readList(cell);
    case 'age':
      return readAgeDays(cell) ?? cell;
    case 'money': {
      const amount = /^\d{1,12}(\.\d{1,6})?$/.test(cell.trim())
        ? new Decimal(cell.trim()).times(10 ** currencyDigits(currency))
        : undefined;
      return amount?.isInteger() ? amount.toNumber() : cell;
    }
    default:
      return type satisfies never;
  }
}

function readFlag(cell: string): boolean | string {
  if (['yes', 'y', 'true', '1', 'x'].includes(cell)) return true;
  return ['no', 'n', 'false', '0'].includes(cell) ? false : cell;
}

/** `\` before what would end the text or be trimmed. */
function escaped(text: string): string {
  return text.replaceAll(/[\\;]|^\s|\s$/g, (character) => `\\${character}`);
}

function readList(cell: string): string[] {
  const parts = cell.match(/(?:\\[\s\S]|[^\\;])+/g) ?? [];
  return parts
    .map((part) => part.replace(/^\s+/, '').replace(/(\\\s)?\s*$/, '$1'))
    .filter((part) => part !== '')
    .map((part) => part.replaceAll(/\\([\s\S])/g, '$1'));
}
