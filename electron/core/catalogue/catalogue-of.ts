import type { CatalogueDocument, Parameter, SpecimenType, Test } from '../../../shared/catalogue/documents.ts';
import { rangesFor } from '../../../shared/catalogue/ranges.ts';
import type { ReferenceRange } from '../../../shared/catalogue/schema.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { ScopedReads } from '../kernel/index.ts';

/** What is asked of the catalogue. */
export interface CatalogueSelection {
  /** Tests with their parameters, ranges and specimen types. */
  readonly testIds?: readonly string[];
  /** Parameters with their ranges, beside those of the tests. */
  readonly parameterIds?: readonly string[];
  /** The day in the lab's time zone for which ranges are in force; without it those that have no end. */
  readonly on?: string;
}

/** A part of the catalogue, joined: entries point at each other by code, so everything is found by code. */
export interface Catalogue {
  readonly tests: ReadonlyMap<string, Readonly<Stored<Test>>>;
  readonly testsById: ReadonlyMap<string, Readonly<Stored<Test>>>;
  readonly parameters: ReadonlyMap<string, Readonly<Stored<Parameter>>>;
  readonly parametersById: ReadonlyMap<string, Readonly<Stored<Parameter>>>;
  /** By the parameter's code. */
  readonly ranges: ReadonlyMap<string, readonly ReferenceRange[]>;
  readonly specimenTypes: ReadonlyMap<string, Readonly<Stored<SpecimenType>>>;
}

type Kind = CatalogueDocument['kind'];
type OfKind<K extends Kind> = Readonly<Stored<Extract<CatalogueDocument, { kind: K }>>>;

/**
 * The bulk loader of billing, reports and results: what is selected with all that belongs to it. Six statements at most,
 * however much is selected; documents named by id come from the instance cache.
 */
export function catalogueOf(
  reads: ScopedReads,
  { testIds = [], parameterIds = [], on }: CatalogueSelection,
): Catalogue {
  const tests = ofKind(reads.cached('catalogue', unique(testIds)), 'test');
  const wantedTypes = unique(tests.map((test) => test.specimenType));
  const wantedParameters = unique(tests.flatMap((test) => test.parameters.map((row) => row.parameter)));
  const parameters = [
    ...ofKind(reads.cached('catalogue', unique(parameterIds)), 'parameter'),
    ...byCode(reads, 'parameter', wantedParameters),
  ];
  return {
    tests: keyed(tests, 'code'),
    testsById: keyed(tests, 'id'),
    parameters: keyed(parameters, 'code'),
    parametersById: keyed(parameters, 'id'),
    ranges: rangesOf(reads, parameters, on),
    specimenTypes: keyed(byCode(reads, 'specimenType', wantedTypes), 'code'),
  };
}

/** Entries of one kind by code; one statement. */
export function byCode<K extends Kind>(reads: ScopedReads, kind: K, codes: readonly string[]): OfKind<K>[] {
  if (codes.length === 0) return [];
  const selector = { kind: { $eq: kind }, code: { $in: [...codes] } };
  return reads.find('catalogue', { selector }) as unknown as OfKind<K>[];
}

/** All entries of one kind, in the order of their codes; one statement. */
export function allOf<K extends Kind>(reads: ScopedReads, kind: K): OfKind<K>[] {
  return reads.find('catalogue', {
    selector: { kind: { $eq: kind } },
    sort: [{ code: 'asc' }],
  }) as unknown as OfKind<K>[];
}

/** The ranges in force for parameters with their methods (`rangesFor`), by the parameter's code; two statements. */
export function rangesOf(
  reads: ScopedReads,
  parameters: readonly Pick<Parameter, 'code' | 'method'>[],
  on: string | undefined,
): Map<string, ReferenceRange[]> {
  const byParameter = reads.byKeys('catalogue', unique(parameters.map((parameter) => parameter.code)));
  return new Map(
    parameters.flatMap((parameter) => {
      const sets = ofKind(byParameter.get(parameter.code) ?? [], 'referenceRanges');
      const ranges = rangesFor(
        parameter,
        sets.filter((set) => set.parameter === parameter.code),
        on,
      );
      return ranges.length > 0 ? [[parameter.code, ranges] as const] : [];
    }),
  );
}

function ofKind<K extends Kind>(documents: readonly Readonly<Stored<CatalogueDocument>>[], kind: K): OfKind<K>[] {
  return documents.filter((document) => document.kind === kind) as unknown as OfKind<K>[];
}

function keyed<D extends { id: string; code: string }>(documents: readonly D[], by: 'id' | 'code'): Map<string, D> {
  return new Map(documents.map((document) => [document[by], document]));
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
