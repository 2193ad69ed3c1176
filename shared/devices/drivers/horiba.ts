/** Horiba's counters measure in modes: a count with differential wherever a number or share of white cells is wanted. */
export function horibaPanel(codes: readonly string[]): readonly (readonly string[])[] {
  const differential = codes.some((code) => /^(?:NEU|LYM|MON|EOS|BAS|ALY|LIC)[#%]$/.test(code));
  return [['', '', '', differential ? 'DIF' : 'CBC']];
}
