/**
 * The wanted tests that a list of allowed ones does not name, in the order wanted (reference: allowed_tests). Both are ids,
 * or both are codes. No list is no limit; an empty list allows nothing.
 */
export function notAllowed(allowed: readonly string[] | undefined, wanted: readonly string[]): string[] {
  if (allowed === undefined) return [];
  const known = new Set(allowed);
  return wanted.filter((test) => !known.has(test));
}
