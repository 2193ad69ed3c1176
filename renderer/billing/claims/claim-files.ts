import { currencyDigits } from '../../../shared/billing/money.ts';
import type { ApiClient, Outputs } from '../../app/api.ts';
import { type CsvColumn, toCsv } from '../../ui/csv.ts';
import { saveFile } from '../../ui/save-file.ts';
import { words } from '../../words/index.ts';

type Line = Outputs['claims']['lines'][number];

/**
 * Saves the lines of claims as a CSV file for an insurer: days as in ISO 8601, amounts with a point, codes as they are, since a
 * program reads it and not a person.
 */
export async function saveClaimCsv(client: ApiClient, ids: string[], name: string): Promise<void> {
  const lines = await client.claims.lines.query({ ids });
  saveFile(`${name}.csv`, new Blob([toCsv(columns, lines)], { type: 'text/csv' }));
}

/**
 * Saves claims as FHIR bundles, one file an insurer, since none is to read what another is asked for.
 * @param name of the file; where there are several, with what each insurer is called
 */
export async function saveClaimFhir(
  client: ApiClient,
  claims: readonly { readonly id: string; readonly insurerId: string; readonly insurerName?: string }[],
  name: string,
): Promise<void> {
  const files = Map.groupBy(claims, ({ insurerId }) => insurerId);
  const bundles = await Promise.all(
    [...files.values()].map((own) => client.claims.fhir.query({ ids: own.map(({ id }) => id) })),
  );
  for (const [index, [insurerId, own]] of [...files].entries()) {
    const whose = files.size === 1 ? '' : `-${own[0]?.insurerName ?? insurerId}`;
    const content = JSON.stringify(bundles[index], null, 2);
    saveFile(`${name}${whose}.json`, new Blob([content], { type: 'application/fhir+json' }));
  }
}

const { csv } = words.claims;

const columns: readonly CsvColumn<Line>[] = [
  { header: csv.claimNumber, text: (line) => line.claimNumber },
  { header: csv.batch, text: (line) => line.batch },
  { header: csv.status, text: (line) => line.status },
  { header: csv.insurerCode, text: (line) => line.insurerCode },
  { header: csv.insurerName, text: (line) => line.insurerName },
  { header: csv.providerNumber, text: (line) => line.providerNumber },
  { header: csv.groupCode, text: (line) => line.groupCode },
  { header: csv.policyNumber, text: (line) => line.policyNumber },
  { header: csv.patientNumber, text: (line) => line.patientNumber },
  { header: csv.patientName, text: (line) => line.patientName },
  { header: csv.sex, text: (line) => line.sex },
  { header: csv.birthDate, text: (line) => line.birthDate },
  { header: csv.billNumber, text: (line) => line.billNumber },
  { header: csv.servedOn, text: (line) => line.servedOn },
  { header: csv.diagnoses, text: (line) => line.diagnoses.join(' ') },
  { header: csv.line, text: (line) => String(line.line) },
  { header: csv.testCode, text: (line) => line.testCode },
  { header: csv.loinc, text: (line) => line.loinc },
  { header: csv.testName, text: (line) => line.testName },
  { header: csv.amount, text: (line) => decimal(line.amount, line.currency) },
  { header: csv.currency, text: (line) => line.currency },
];

function decimal(amount: number, currency: string): string {
  const digits = currencyDigits(currency);
  return (amount / 10 ** digits).toFixed(digits);
}
