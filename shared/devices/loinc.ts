/** Whether a text is a LOINC code: its last digit is the check digit (LOINC Users' Guide, appendix C: Luhn's, mod 10). */
export function isLoinc(code: string): boolean {
  const parts = /^(\d{1,7})-(\d)$/.exec(code);
  if (!parts) return false;
  const sum = [...(parts[1] ?? '')].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return String((10 - (sum % 10)) % 10) === parts[2];
}
