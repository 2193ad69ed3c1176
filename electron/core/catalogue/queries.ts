import { isActive } from '../../../shared/catalogue/active.ts';
import type { Parameter, Test } from '../../../shared/catalogue/documents.ts';
import { entryOf } from '../../../shared/catalogue/entries.ts';
import { type CatalogueEntry, catalogueKinds, type ReferenceRange } from '../../../shared/catalogue/schema.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import { notFound, type ScopedReads } from '../kernel/index.ts';
import { allOf, catalogueOf } from './catalogue-of.ts';
import { standardPrices } from './prices.ts';

/** A test as the order screen finds it. */
export interface TestRow {
  id: string;
  code: string;
  name: string;
  aliases: string[];
  department: string;
  specimenType: string;
  typeName: string;
  /** Minor units of the lab's currency; absent: not for sale yet. */
  price?: number;
  parameterCount: number;
}

/** Every test in force on a day, with its standard price, in the order of codes. Four statements, whatever the catalogue. */
export function activeTests(reads: ScopedReads, on: string): TestRow[] {
  const types = new Map(allOf(reads, 'specimenType').map((type) => [type.code, type.name]));
  const prices = standardPrices(reads, on);
  return allOf(reads, 'test')
    .filter((test) => isActive(test, on))
    .map(({ id, code, name, aliases, department, specimenType, parameters }) => ({
      id,
      code,
      name,
      aliases,
      department,
      specimenType,
      typeName: types.get(specimenType) ?? specimenType,
      price: prices.get(code),
      parameterCount: parameters.length,
    }));
}

/** A test with its parameters in the order of the report, and their ranges by the parameter's code. */
export function testWithParameters(
  reads: ScopedReads,
  id: string,
  on: string,
): { test: Stored<Test>; price?: number; parameters: Stored<Parameter>[]; ranges: Record<string, ReferenceRange[]> } {
  const catalogue = catalogueOf(reads, { testIds: [id], on });
  const test = catalogue.testsById.get(id);
  if (!test) throw notFound('catalogue', id);
  return {
    test,
    price: standardPrices(reads, on).get(test.code),
    parameters: test.parameters.flatMap((row) => catalogue.parameters.get(row.parameter) ?? []),
    ranges: Object.fromEntries([...catalogue.ranges].map(([code, ranges]) => [code, [...ranges]])),
  };
}

/** The whole catalogue, as a file holds it: in the order of kinds and codes. Six statements. */
export function allEntries(reads: ScopedReads): CatalogueEntry[] {
  return catalogueKinds.flatMap((kind) => allOf(reads, kind)).flatMap((document) => entryOf(document) ?? []);
}
