import type { AnyCollectionDefinition, CollectionName } from './documents.ts';
import type { EngineTransaction, SqliteEngine } from './storage/index.ts';

/**
 * Running sums over documents (an account's balance, a till), kept in the transaction that writes them, whether a use case
 * or replication: what a rule must know inside a transaction is one row, however many documents it sums up.
 */

/** A share of a running sum: what one document adds to it. */
interface BalanceShare {
  readonly account: string;
  readonly amount: number;
}

type BalancesOf = (document: unknown) => readonly BalanceShare[];

const balancesDdl = `
CREATE TABLE IF NOT EXISTS balances (
  collection TEXT NOT NULL, labId TEXT NOT NULL, account TEXT NOT NULL, amount INTEGER NOT NULL,
  PRIMARY KEY (collection, labId, account)
) WITHOUT ROWID`;
const versionsDdl =
  'CREATE TABLE IF NOT EXISTS balance_versions (collection TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID';

/** Creates the tables and hooks the derivation of each collection that declares balances. */
export function installBalances(engine: SqliteEngine, definitions: readonly AnyCollectionDefinition[]): void {
  engine.ensureTables(`${balancesDdl};${versionsDdl}`);
  for (const { name, balances } of definitions) {
    if (!balances) continue;
    const balancesOf = balances.of as BalancesOf;
    engine.derive(name, (transaction, written) => {
      const sums: Sums = new Map();
      for (const { previous, document } of written) {
        add(sums, previous, balancesOf, -1);
        add(sums, document, balancesOf, 1);
      }
      write(transaction, name, sums);
    });
  }
}

/** Adds up anew what was summed by other rules than the program's, after the collections are open. */
export function refreshBalances(engine: SqliteEngine, definitions: readonly AnyCollectionDefinition[]): void {
  for (const definition of definitions) {
    const { name, balances } = definition;
    if (!balances) continue;
    const [row] = engine.all('SELECT version FROM balance_versions WHERE collection=?', name);
    if (Number(row?.version) !== balances.version) rebuildBalances(engine, definition);
  }
}

const rebuildBatch = 2000;

/**
 * A migration changed a collection's documents below the derivation: its balances are added up anew once the collections are
 * open, also when the program ends before that.
 */
export function forgetBalances(transaction: Pick<EngineTransaction, 'run'>, collection: CollectionName): void {
  transaction.run(versionsDdl);
  transaction.run('DELETE FROM balance_versions WHERE collection=?', collection);
}

function rebuildBalances(engine: SqliteEngine, { name, balances }: AnyCollectionDefinition): void {
  if (!balances) return;
  engine.commit((transaction) => {
    transaction.run('DELETE FROM balances WHERE collection=?', name);
    for (let after = 0; ; ) {
      const changes = engine.changesSince(after, rebuildBatch, [name]);
      const sums: Sums = new Map();
      for (const { document } of changes) add(sums, document, balances.of as BalancesOf, 1);
      write(transaction, name, sums);
      const last = changes.at(-1);
      if (!last) break;
      after = last.sequence;
    }
    transaction.run('INSERT OR REPLACE INTO balance_versions VALUES (?, ?)', name, balances.version);
  });
}

/** What a write adds to each account, by lab and account. */
type Sums = Map<string, { readonly labId: string; readonly account: string; amount: number }>;

function add(sums: Sums, document: unknown, balancesOf: BalancesOf, sign: 1 | -1): void {
  const { labId, _deleted } = (document ?? { _deleted: true }) as { labId: string; _deleted: boolean };
  if (_deleted) return;
  for (const { account, amount } of balancesOf(document)) {
    const key = `${labId} ${account}`;
    const sum = sums.get(key) ?? { labId, account, amount: 0 };
    sum.amount += sign * amount;
    sums.set(key, sum);
  }
}

/** One statement for each account that moved: a write that changes no amount, of however many documents, costs none. */
function write(transaction: EngineTransaction, collection: CollectionName, sums: Sums): void {
  for (const { labId, account, amount } of sums.values()) {
    if (amount === 0) continue;
    transaction.run(
      `INSERT INTO balances VALUES (?, ?, ?, ?)
       ON CONFLICT (collection, labId, account) DO UPDATE SET amount = amount + excluded.amount`,
      ...[collection, labId, account, amount],
    );
  }
}

/** The balance of an account; zero where nothing was ever booked. One statement. */
export function balanceOf(engine: SqliteEngine, collection: CollectionName, labId: string, account: string): number {
  const [row] = engine.all(
    'SELECT amount FROM balances WHERE collection=? AND labId=? AND account=?',
    collection,
    labId,
    account,
  );
  return Number(row?.amount ?? 0);
}

/** The accounts from one name up to another (not included) that are not zero, in the order of names. One statement. */
export function balancesBetween(
  engine: SqliteEngine,
  collection: CollectionName,
  labId: string,
  from: string,
  to: string,
): { account: string; amount: number }[] {
  const rows = engine.all(
    'SELECT account, amount FROM balances WHERE collection=? AND labId=? AND account>=? AND account<? AND amount<>0',
    collection,
    labId,
    from,
    to,
  );
  return rows.map((row) => ({ account: String(row.account), amount: Number(row.amount) }));
}
