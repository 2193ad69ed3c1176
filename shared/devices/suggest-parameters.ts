import type { KnownCode } from './driver.ts';

/** What of a catalogue parameter a code is compared with. */
export interface SuggestedFrom {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly loinc?: string | undefined;
  readonly unit?: string | undefined;
}

/** A parameter that an analyzer's code very likely is. */
export interface Suggestion {
  readonly parameterId: string;
  readonly by: 'loinc' | 'code' | 'name';
  /** The analyzer's unit is another one than the parameter's: a person has to give the factor. */
  readonly otherUnit: boolean;
}

/** A code as an analyzer sends it, with what is known of it. */
export type SuggestedCode = Pick<KnownCode, 'code'> & {
  readonly name?: string | undefined;
  readonly loinc?: string | undefined;
  readonly unit?: string | undefined;
};

/**
 * Finds the parameter of a code: by LOINC, then by the code, then by the name, the first of these that names exactly one
 * parameter. Two that would fit are no suggestion: a wrong one looks as good as a right one.
 */
export function parameterSuggester(
  parameters: readonly SuggestedFrom[],
): (code: SuggestedCode) => Suggestion | undefined {
  const byLoinc = Map.groupBy(parameters, ({ loinc }) => loinc ?? '');
  const byCode = Map.groupBy(parameters, ({ code }) => plain(code));
  const byName = Map.groupBy(parameters, ({ name }) => plain(name));
  return ({ code, name, loinc, unit }) => {
    const suggestion = (by: Suggestion['by'], found: readonly SuggestedFrom[] | undefined): Suggestion | undefined => {
      const [one, ...more] = found ?? [];
      if (!one || more.length > 0) return undefined;
      return { parameterId: one.id, by, otherUnit: !isSameUnit(unit, one.unit) };
    };
    return (
      (loinc ? suggestion('loinc', byLoinc.get(loinc)) : undefined) ??
      suggestion('code', byCode.get(plain(code))) ??
      (name ? suggestion('name', byName.get(plain(name))) : undefined)
    );
  };
}

/** `HDL-C` is not `HDLC`, but case and blanks say nothing; `NEUT#` and `NEUT%` stay two. */
function plain(text: string): string {
  return text.trim().toLowerCase().replace(/\s+/g, ' ');
}

/** Without a unit on one side nothing speaks against it. */
function isSameUnit(a: string | undefined, b: string | undefined): boolean {
  return !a || !b || plainUnit(a) === plainUnit(b);
}

/** `10*3/uL`, `10^3/µL` and `10³/uL` are one unit; `mmol/l` and `mmol/L` too. */
function plainUnit(unit: string): string {
  return unit
    .trim()
    .toLowerCase()
    .replaceAll(/[µμ]/g, 'u')
    .replaceAll('³', '*3')
    .replaceAll('⁶', '*6')
    .replaceAll('⁹', '*9')
    .replaceAll('^', '*')
    .replaceAll(/\s+/g, '');
}
