import { randomUUID } from 'node:crypto';
import { type PriceChain, type PriceListCodes, priceOf, profilePrices } from '../../../shared/billing/prices.ts';
import { isActive } from '../../../shared/catalogue/active.ts';
import type { CatalogueDocument, Profile } from '../../../shared/catalogue/documents.ts';
import { best, bestOf, type FindTable, findTable, type Prepared, prepare } from '../../../shared/catalogue/find.ts';
import type { ListCatalogue } from '../../../shared/catalogue/input.ts';
import type { CatalogueKind, ValueType } from '../../../shared/catalogue/schema.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { Page } from '../../../shared/kernel/page.ts';
import type { Kernel, ScopedReads } from '../kernel/index.ts';
import { priceChainOf } from './prices.ts';

/** An entry as lists show it; which of the further fields there are follows from its kind. */
export interface CatalogueRow {
  id: string;
  rev: string;
  kind: CatalogueKind;
  code: string;
  name: string;
  aliases: readonly string[];
  version: number;
  updatedAt: string;
  activeFrom?: string;
  activeTo?: string;
  department?: string;
  specimenType?: string;
  method?: string;
  turnaroundMinutes?: number;
  loinc?: string;
  valueType?: ValueType;
  unit?: string;
  container?: string;
  currency?: string;
  /** Parameters of a test, tests of a profile, prices of a list, ranges of a set. */
  count?: number;
}

/** A test or profile as order entry finds it. */
export interface FoundEntry {
  kind: 'test' | 'profile';
  id: string;
  code: string;
  name: string;
  aliases: readonly string[];
  department?: string;
  /** What is drawn, in words; empty for a profile. */
  typeName: string;
  /** Codes of the tests: one, or those of the profile. */
  tests: readonly string[];
  /** Minor units, by the price lists asked for; a profile's is what its tests cost with it. Absent: not for sale. */
  price?: number;
}

interface Indexed {
  row: CatalogueRow;
  readonly entry: Prepared;
  profile?: Pick<Profile, 'tests' | 'price'>;
}

/** What is offered for an order is made from these. */
const offeredKinds: readonly CatalogueKind[] = ['test', 'profile', 'specimenType'];

/** Price lists of so many different senders and insurers are kept ready. */
const mostChains = 50;

/**
 * The catalogue as lists and order entry search it: small rows in memory, read once and then only what commits changed
 * (replicated changes included), so that a search costs no statement over thousands of tests. One a kernel.
 */
export class CatalogueIndex {
  private readonly started = randomUUID();
  private byId = new Map<string, Indexed>();
  private readonly byKind = new Map<CatalogueKind, readonly Indexed[]>();
  private loadedFor: string | undefined;
  private readonly dirty = new Set<string>();
  private sequence = 0;
  private offered: { on: string; table: FindTable<Indexed>; typeNames: ReadonlyMap<string, string> } | undefined;
  /** By day and codes of the lists. */
  private readonly chains = new Map<string, PriceChain>();

  constructor(kernel: Kernel) {
    kernel.database.engine.onCommit(({ changes, sequence }) => {
      for (const { collection, id } of changes) {
        if (collection === 'setup') this.chains.clear();
        if (collection !== 'catalogue') continue;
        this.dirty.add(id);
        this.sequence = sequence;
      }
    });
  }

  /** Changes whenever the catalogue did; says nothing after a restart. */
  get state(): string {
    return `${this.started}.${this.sequence}`;
  }

  /**
   * A page of entries of one kind in the order of codes, or, where something is typed, the best first. The cursor is the
   * number of rows shown: what is in memory has no cost to skip.
   */
  list(reads: ScopedReads, input: ListCatalogue): Page<CatalogueRow> & { total: number; departments: string[] } {
    const all = this.ofKind(reads, input.kind);
    const kept = all.filter(
      ({ row }) =>
        (input.department === undefined || row.department === input.department) &&
        (input.state === undefined || isActive(row, undefined) === (input.state === 'on')),
    );
    const found = input.text === undefined ? kept : best(kept, input.text);
    const begin = Math.max(0, Number(input.cursor ?? 0) || 0);
    const end = begin + input.limit;
    return {
      rows: found.slice(begin, end).map(({ row }) => row),
      total: found.length,
      departments: [...new Set(all.flatMap(({ row }) => row.department ?? []))].toSorted(),
      ...(end < found.length ? { nextCursor: String(end) } : {}),
    };
  }

  /** The codes of a kind, those that are switched off left out. */
  codes(reads: ScopedReads, kind: CatalogueKind): string[] {
    return this.ofKind(reads, kind).flatMap(({ row }) => (isActive(row, undefined) ? [row.code] : []));
  }

  /**
   * Tests and profiles in force on a day by code, name or alias as typed, the best first, with what they cost by the price
   * lists of who pays.
   */
  find(reads: ScopedReads, text: string, limit: number, on: string, lists: PriceListCodes = {}): FoundEntry[] {
    const { table, typeNames } = this.offeredOn(reads, on);
    const found = bestOf(table, text, limit);
    if (found.length === 0) return [];
    const chain = this.chainOf(reads, lists, on);
    return found.map(({ row: { id, kind, code, name, aliases, department, specimenType = '' }, profile }) => ({
      kind: kind === 'profile' ? 'profile' : 'test',
      ...{ id, code, name, aliases, department },
      typeName: typeNames.get(specimenType) ?? specimenType,
      tests: profile?.tests ?? [code],
      price: profile
        ? sumOf(profilePrices(chain, code, profile.tests, profile.price))
        : priceOf(chain, 'test', code)?.amount,
    }));
  }

  /** What can be ordered on a day, the shorter names first: of two that fit alike the plainer test is meant. */
  private offeredOn(reads: ScopedReads, on: string) {
    const [tests, profiles] = [this.ofKind(reads, 'test'), this.ofKind(reads, 'profile')];
    if (this.offered?.on !== on) {
      const active = tests.filter(({ row }) => isActive(row, on));
      const codes = new Set(active.map(({ row }) => row.code));
      const whole = profiles.filter(
        ({ row, profile }) => isActive(row, on) && profile?.tests.every((code) => codes.has(code)),
      );
      const rows = [...active, ...whole].toSorted((a, b) => a.row.name.length - b.row.name.length);
      const types = this.ofKind(reads, 'specimenType').map(({ row }) => [row.code, row.name] as const);
      this.offered = { on, table: findTable(rows), typeNames: new Map(types) };
    }
    return this.offered;
  }

  private ofKind(reads: ScopedReads, kind: CatalogueKind): readonly Indexed[] {
    this.refresh(reads);
    let rows = this.byKind.get(kind);
    if (!rows) {
      rows = [...this.byId.values()]
        .filter(({ row }) => row.kind === kind)
        .toSorted((a, b) => (a.row.code < b.row.code ? -1 : 1));
      this.byKind.set(kind, rows);
    }
    return rows;
  }

  /**
   * Reads what is not known yet: everything at first, then what was committed since. What was made ready from kinds of which
   * nothing changed stays: order entry searches while others work on the catalogue.
   */
  private refresh(reads: ScopedReads): void {
    if (this.loadedFor !== reads.labId) {
      const kinds: CatalogueKind[] = ['specimenType', 'parameter', 'referenceRanges', 'test'];
      kinds.push('profile', 'priceList');
      // The earlier states of entries are many and in no list.
      const documents = reads.find('catalogue', { selector: { kind: { $in: kinds } } });
      this.byId = new Map(documents.flatMap((document) => indexed(document)));
      this.loadedFor = reads.labId;
      this.forget(new Set(kinds));
    } else if (this.dirty.size > 0) {
      const ids = [...this.dirty];
      const found = new Map(reads.getMany('catalogue', ids).flatMap((document) => indexed(document)));
      const changed = new Set<CatalogueKind>();
      for (const id of ids) {
        const before = this.byId.get(id);
        const row = found.get(id);
        if (before && row && foundAlike(before, row)) {
          Object.assign(before, { row: row.row, profile: row.profile });
          continue;
        }
        for (const kind of [before?.row.kind, row?.row.kind]) if (kind) changed.add(kind);
        if (row) this.byId.set(id, row);
        else this.byId.delete(id);
      }
      this.forget(changed);
    }
    this.dirty.clear();
  }

  private forget(changed: ReadonlySet<CatalogueKind>): void {
    for (const kind of changed) this.byKind.delete(kind);
    if (offeredKinds.some((kind) => changed.has(kind))) this.offered = undefined;
    if (changed.has('priceList')) this.chains.clear();
  }

  private chainOf(reads: ScopedReads, lists: PriceListCodes, on: string): PriceChain {
    const { insuranceGroup, insurer, organisation, branch } = lists;
    const key = JSON.stringify([on, insuranceGroup, insurer, organisation, branch]);
    let chain = this.chains.get(key);
    if (!chain) {
      if (this.chains.size >= mostChains) this.chains.clear();
      chain = priceChainOf(reads, lists, on);
      this.chains.set(key, chain);
    }
    return chain;
  }
}

/** Whether two states of an entry are found and ordered by the same, so that what was made ready for searching stays right. */
function foundAlike(before: Indexed, after: Indexed): boolean {
  // The prices of a list are not in its row.
  if (after.row.kind === 'priceList') return false;
  const found = ({ row: { kind, code, name, aliases, activeFrom, activeTo }, profile }: Indexed) =>
    JSON.stringify([kind, code, name, aliases, activeFrom, activeTo, profile?.tests]);
  return found(before) === found(after);
}

/** What a profile costs with all its tests; undefined while one of them has no price. */
function sumOf(prices: readonly ({ amount: number } | undefined)[]): number | undefined {
  return prices.reduce(
    (sum: number | undefined, price) => (sum === undefined || !price ? undefined : sum + price.amount),
    0,
  );
}

const indexes = new WeakMap<Kernel, CatalogueIndex>();

/** The index of a kernel; made when it is first asked for. */
export function catalogueIndex(kernel: Kernel): CatalogueIndex {
  let index = indexes.get(kernel);
  if (!index) {
    index = new CatalogueIndex(kernel);
    indexes.set(kernel, index);
  }
  return index;
}

function indexed(document: Stored<CatalogueDocument>): [string, Indexed][] {
  const row = rowOf(document);
  if (!row) return [];
  const profile = document.kind === 'profile' ? { profile: { tests: document.tests, price: document.price } } : {};
  return [[row.id, { row, entry: prepare(row), ...profile }]];
}

function rowOf(document: Stored<CatalogueDocument>): CatalogueRow | undefined {
  const { id, _rev: rev, code, updatedAt } = document;
  if (document.kind === 'edition') return undefined;
  const { kind, version = 1, activeFrom, activeTo } = document;
  const common = { id, rev, kind, code, version, updatedAt, activeFrom, activeTo, aliases: [] };
  switch (document.kind) {
    case 'specimenType':
      return { ...common, name: document.name, container: document.container };
    case 'parameter': {
      const { name, valueType, unit, loinc, method } = document;
      return { ...common, name, valueType, unit, loinc, method };
    }
    case 'referenceRanges':
      return { ...common, name: document.parameter, method: document.method, count: document.ranges.length };
    case 'test': {
      const { name, aliases, department, specimenType, method, turnaroundMinutes, loinc } = document;
      const count = document.parameters.length;
      return { ...common, name, aliases, department, specimenType, method, turnaroundMinutes, loinc, count };
    }
    case 'profile':
      return { ...common, name: document.name, aliases: document.aliases, count: document.tests.length };
    case 'priceList':
      return { ...common, name: document.name, currency: document.currency, count: document.prices.length };
    default:
      return document satisfies never;
  }
}
