const superscripts: Record<string, string> = {
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
};

/**
 * A UCUM unit as printed: `10*3/uL` is `10³/µL`, `m[IU]/L` is `mIU/L`, `mL/min/{1.73_m2}` is `mL/min/1.73 m²`, `{INR}` is
 * nothing, since an annotation alone has no dimension. Text that is not UCUM stays as it is.
 */
export function displayUnit(ucum: string | undefined): string {
  if (ucum === undefined || /^(1|\{[^}]*\}|\[pH\])$/.test(ucum)) return '';
  return ucum
    .replace(/10[*^](\d+)/g, (_, power: string) => `10${[...power].map((digit) => superscripts[digit]).join('')}`)
    .replace(/\{1\.73_m2\}/g, '1.73 m²')
    .replace(/\{([^}]*)\}/g, '$1')
    .replace(/[[\]]/g, '')
    .replace(/(^|[/.])u(?=[a-zA-Z])/g, '$1µ')
    .replace(/(^|[/.])Cel\b/g, '$1°C')
    .replace(/_/g, ' ');
}
