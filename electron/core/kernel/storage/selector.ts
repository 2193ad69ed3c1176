/**
 * Reads a Mango selector into a tree of tests, apart from its operands, so that selectors that differ in values only
 * share one compiled query. What the tree cannot say exactly becomes an `opaque` test, left to RxDB's matcher.
 */
import { encodeText, hasHighUnit } from './encoding.ts';

/**
 * What kind of operand a comparison has: text, text that SQLite's JSON functions may order otherwise, number, number beyond
 * exact integers, or a value that needs no parameter.
 */
export type OperandKind = 'text' | 'wideText' | 'number' | 'bigNumber' | 'true' | 'false' | 'null' | 'missing';

export type ComparisonOperator = '$eq' | '$ne' | '$gt' | '$gte' | '$lt' | '$lte';

/** `slot` and `slots` are positions among the parsed values. */
export type Test =
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Test[] }
  | { readonly kind: 'not'; readonly part: Test }
  | {
      readonly kind: 'compare';
      readonly path: string;
      readonly operator: ComparisonOperator;
      readonly operand: OperandKind;
      readonly slot: number;
    }
  | { readonly kind: 'among'; readonly path: string; readonly operands: readonly Operand[] }
  | { readonly kind: 'exists'; readonly path: string; readonly expected: boolean }
  | { readonly kind: 'type'; readonly path: string; readonly names: readonly string[] }
  | { readonly kind: 'size'; readonly path: string; readonly slot: number }
  | { readonly kind: 'array'; readonly path: string }
  | { readonly kind: 'pattern'; readonly path: string; readonly from: number; readonly to: number }
  | { readonly kind: 'opaque' };

export interface Operand {
  readonly kind: OperandKind;
  readonly slot: number;
}

export interface ParsedSelector {
  readonly test: Test;
  /** Operands as SQL parameters. */
  readonly values: (string | number)[];
  /** The same for selectors that differ in operands of the same kinds only. */
  readonly shape: string;
}

const NO_SLOT = -1;
const OPAQUE: Test = { kind: 'opaque' };
const COMPARISONS: ReadonlySet<string> = new Set(['$eq', '$ne', '$gt', '$gte', '$lt', '$lte']);
/** Beyond this many values a `$in` is left to the matcher: SQLite allows 32766 parameters in a statement. */
const MOST_LISTED = 8192;

/** The plain text that every match begins with; a character that may be repeated zero times is not part of it. */
const PLAIN_PREFIX = /^\^([\w \-@,;:/]+)(?![*?{])/;

/** Never throws: what it does not know is opaque, and RxDB's matcher says what is wrong with it. */
export function parseSelector(selector: object): ParsedSelector {
  const parser = new SelectorParser();
  const test = parser.document(selector);
  return { test, values: parser.values, shape: parser.shape };
}

class SelectorParser {
  readonly values: (string | number)[] = [];
  shape = '';

  document(selector: object): Test {
    this.shape += '{';
    const parts: Test[] = [];
    for (const [key, condition] of Object.entries(selector)) {
      this.shape += `${JSON.stringify(key)}:`;
      parts.push(key.startsWith('$') ? this.#combination(key, condition) : this.#field(key, condition));
    }
    this.shape += '}';
    return all(parts);
  }

  #combination(operator: string, conditions: unknown): Test {
    if (!Array.isArray(conditions) || !conditions.every(isPlainObject)) return this.#opaque();
    if (operator !== '$and' && operator !== '$or' && operator !== '$nor') return this.#opaque();
    this.shape += '[';
    const parts = conditions.map((condition) => this.document(condition));
    this.shape += ']';
    if (operator === '$and') return all(parts);
    const any: Test = { kind: 'any', parts };
    return operator === '$or' ? any : { kind: 'not', part: any };
  }

  #field(path: string, condition: unknown): Test {
    if (!isPlainObject(condition)) {
      return isScalar(condition) ? this.#comparison(path, '$eq', condition) : this.#opaque();
    }
    const operators = Object.keys(condition);
    if (operators.length === 0 || !operators.every((key) => key.startsWith('$'))) return this.#opaque();
    this.shape += '(';
    const parts = operators.map((operator) => this.#operation(path, operator, condition));
    this.shape += ')';
    return all(parts);
  }

  #operation(path: string, operator: string, condition: Record<string, unknown>): Test {
    const operand = condition[operator];
    this.shape += `${operator} `;
    if (COMPARISONS.has(operator)) return this.#comparison(path, operator as ComparisonOperator, operand);
    switch (operator) {
      case '$in':
        return this.#list(path, operand);
      case '$nin':
        return negated(this.#list(path, operand));
      case '$not':
        return negated(this.#field(path, operand));
      case '$exists':
        this.shape += operand ? '1' : '0';
        return { kind: 'exists', path, expected: Boolean(operand) };
      case '$type':
        return this.#type(path, operand);
      case '$size':
        if (!Number.isSafeInteger(operand)) return this.#opaque();
        return { kind: 'size', path, slot: this.#slot(operand as number) };
      case '$elemMatch':
        this.shape += '?';
        return { kind: 'array', path };
      case '$regex':
        return this.#pattern(path, operand, condition.$options);
      case '$options':
        return '$regex' in condition ? all([]) : this.#opaque();
      default:
        return this.#opaque();
    }
  }

  #comparison(path: string, operator: ComparisonOperator, value: unknown): Test {
    const operand = this.#operand(value);
    if (operand === undefined) return this.#opaque();
    return { kind: 'compare', path, operator, operand: operand.kind, slot: operand.slot };
  }

  #list(path: string, list: unknown): Test {
    if (!Array.isArray(list) || list.length > MOST_LISTED || !list.every(isScalar)) return this.#opaque();
    this.shape += '[';
    // One statement serves lists of many lengths: texts and numbers are padded to a power of two.
    const operands = [
      ...this.#listed(list.filter((value) => typeof value === 'string')),
      ...this.#listed(list.filter((value) => typeof value === 'number')),
      ...[true, false, null].filter((value) => list.includes(value)).map((value) => this.#operand(value)),
    ];
    this.shape += ']';
    const known = operands.filter((operand) => operand !== undefined);
    return known.length === operands.length ? { kind: 'among', path, operands: known } : this.#opaque();
  }

  #listed(values: (string | number)[]): (Operand | undefined)[] {
    const last = values.at(-1);
    if (last === undefined) return [];
    const length = 2 ** Math.ceil(Math.log2(values.length));
    const kinds = values.map(kindOf);
    const kind = kinds.includes(undefined)
      ? undefined
      : (kinds.find((one) => one !== 'text' && one !== 'number') ?? kinds[0]);
    this.shape += `${kind}*${length},`;
    if (kind === undefined) return [undefined];
    return Array.from({ length }, (_, index) => ({ kind, slot: this.#slot(values[index] ?? last) }));
  }

  #type(path: string, operand: unknown): Test {
    const names = (Array.isArray(operand) ? operand : [operand]).map(String);
    this.shape += JSON.stringify(names);
    return { kind: 'type', path, names };
  }

  /** A pattern that begins with `^` and plain text narrows to a range; any pattern narrows to text. */
  #pattern(path: string, pattern: unknown, options: unknown): Test {
    if (typeof pattern !== 'string' && !(pattern instanceof RegExp)) return this.#opaque();
    const source = typeof pattern === 'string' ? pattern : pattern.source;
    const flags = typeof options === 'string' ? options : pattern instanceof RegExp ? pattern.flags : '';
    const prefix = flags === '' && !source.includes('|') ? PLAIN_PREFIX.exec(source)?.[1] : undefined;
    this.shape += prefix === undefined ? '~' : '~^';
    if (prefix === undefined) return { kind: 'pattern', path, from: NO_SLOT, to: NO_SLOT };
    const after = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
    return { kind: 'pattern', path, from: this.#slot(prefix), to: this.#slot(after) };
  }

  #operand(value: unknown): Operand | undefined {
    const kind = kindOf(value);
    if (kind === undefined) return undefined;
    this.shape += `${kind},`;
    const slot = typeof value === 'string' || typeof value === 'number' ? this.#slot(value) : NO_SLOT;
    return { kind, slot };
  }

  #slot(value: string | number): number {
    return this.values.push(typeof value === 'string' ? encodeText(value) : value) - 1;
  }

  #opaque(): Test {
    this.shape += '?';
    return OPAQUE;
  }
}

function kindOf(value: unknown): OperandKind | undefined {
  switch (typeof value) {
    case 'string':
      return hasHighUnit(value) ? 'wideText' : 'text';
    case 'number':
      if (!Number.isFinite(value)) return undefined;
      return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? 'number' : 'bigNumber';
    case 'boolean':
      return value ? 'true' : 'false';
    case 'undefined':
      return 'missing';
    default:
      return value === null ? 'null' : undefined;
  }
}

function all(parts: readonly Test[]): Test {
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'all', parts };
}

function negated(part: Test): Test {
  return { kind: 'not', part };
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value !== 'object';
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
