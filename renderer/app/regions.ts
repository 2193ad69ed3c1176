import { getCountries } from 'libphonenumber-js/min';

interface Choice {
  readonly value: string;
  readonly label: string;
}

const language = 'en';

/** Countries by name, `IN` → `India`. */
export function countryChoices(): Choice[] {
  const names = new Intl.DisplayNames([language], { type: 'region' });
  return sorted(getCountries().map((code) => ({ value: code, label: names.of(code) ?? code })));
}

/** Currencies by code and name, `INR` → `INR · Indian Rupee`. */
export function currencyChoices(): Choice[] {
  const names = new Intl.DisplayNames([language], { type: 'currency' });
  return Intl.supportedValuesOf('currency').map((code) => ({
    value: code,
    label: `${code} · ${names.of(code) ?? code}`,
  }));
}

/** Names in use today that browsers list under their former ones only. */
const renamedZones = [
  'Africa/Asmara',
  'America/Nuuk',
  'Asia/Ho_Chi_Minh',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Yangon',
  'Atlantic/Faroe',
  'Europe/Kyiv',
  'Pacific/Kanton',
];

/** IANA time zones. */
export function timeZoneChoices(): Choice[] {
  const known = Intl.supportedValuesOf('timeZone');
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return [...new Set([own, 'UTC', ...renamedZones, ...known])].map((zone) => ({ value: zone, label: zone }));
}

/** Ways to write dates and numbers with an English screen, each with an example. */
export function localeChoices(country: string): Choice[] {
  const wanted = country ? [`en-${country}`] : [];
  const locales = [...new Set([...wanted, 'en-GB', 'en-US', 'en-IN', 'en-AE', 'en-DE', 'en-SE'])];
  const example = new Date(Date.UTC(2026, 2, 31, 12));
  return locales.map((locale) => {
    const date = new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeZone: 'UTC' }).format(example);
    const number = new Intl.NumberFormat(locale, { minimumFractionDigits: 2 }).format(1234567.5);
    return { value: locale, label: `${date} · ${number} (${locale})` };
  });
}

/** What this computer is set to: a good guess for the laboratory. */
export function ownRegion(): { country: string; timeZone: string } {
  const region = new Intl.Locale(navigator.language).maximize().region ?? '';
  return { country: region, timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone };
}

/** The country's name: `India`. */
export function countryName(code: string): string {
  return new Intl.DisplayNames([language], { type: 'region' }).of(code) ?? code;
}

function sorted(choices: Choice[]): Choice[] {
  return choices.toSorted((a, b) => a.label.localeCompare(b.label, language));
}
