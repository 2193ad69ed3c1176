import type { CatalogueDocument } from '../../../shared/catalogue/documents.ts';
import type { ScopedReads } from '../kernel/index.ts';

/** Something of the catalogue that an entry can name. */
export interface Reference {
  code: string;
  name: string;
}

/** What the forms of the directory let one choose from: price lists, and tests with profiles, by code. Three statements. */
export function referencesOf(reads: ScopedReads): { priceLists: Reference[]; tests: Reference[] } {
  const of = (kind: CatalogueDocument['kind']) =>
    reads
      .find('catalogue', { selector: { kind: { $eq: kind } }, sort: [{ code: 'asc' }] })
      .flatMap((document): Reference[] => ('name' in document ? [{ code: document.code, name: document.name }] : []));
  return { priceLists: of('priceList'), tests: [...of('test'), ...of('profile')] };
}
