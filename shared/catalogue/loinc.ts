/**
 * Whether the check digit of a LOINC code fits: modulus 10, the last digit of the number itself doubled first (LOINC Users'
 * Guide, appendix C). Says nothing of whether the code exists.
 */
export function loincFits(code: string): boolean {
  const match = /^(\d{1,7})-(\d)$/.exec(code);
  if (!match) return false;
  const [, number = '', check] = match;
  const sum = [...number].reverse().reduce((total, digit, index) => {
    const weighted = index % 2 === 0 ? Number(digit) * 2 : Number(digit);
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return (10 - (sum % 10)) % 10 === Number(check);
}
