import { currencyDigits } from './money.ts';

/** Notes and coins in circulation by currency, in major units, the greatest first. */
const known: Readonly<Record<string, readonly number[]>> = {
  AED: [1000, 500, 200, 100, 50, 20, 10, 5, 1, 0.5, 0.25],
  EUR: [500, 200, 100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01],
  GBP: [50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01],
  INR: [500, 200, 100, 50, 20, 10, 5, 2, 1],
  JPY: [10_000, 5000, 2000, 1000, 500, 100, 50, 10, 5, 1],
  KES: [1000, 500, 200, 100, 50, 40, 20, 10, 5, 1],
  KWD: [20, 10, 5, 1, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01, 0.005],
  SAR: [500, 200, 100, 50, 20, 10, 5, 2, 1, 0.5, 0.25],
  USD: [100, 50, 20, 10, 5, 2, 1, 0.5, 0.25, 0.1, 0.05, 0.01],
};

const usual = [1000, 500, 200, 100, 50, 20, 10, 5, 2, 1] as const;

/** What notes and coins of a currency are worth, in minor units, the greatest first; of one not known, the usual steps. */
export function denominationsOf(currency: string): number[] {
  const factor = 10 ** currencyDigits(currency);
  return (known[currency] ?? usual).map((value) => Math.round(value * factor));
}
