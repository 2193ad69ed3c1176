/**
 * Writes units over three collections until it is killed: a document in each, and a row of a plain table. Prints a unit's number once its
 * commit has returned. Argument: the database file.
 */
import { writeSync } from 'node:fs';
import { openSqliteEngine } from '../../../../electron/core/kernel/storage/index.ts';
import { createUnitCollections, UNIT_COLLECTIONS, unitRow } from './kill-units.ts';

const engine = openSqliteEngine(process.argv[2] ?? '');
await createUnitCollections(engine);
engine.ensureTables('CREATE TABLE IF NOT EXISTS units (number INTEGER PRIMARY KEY) WITHOUT ROWID');
let unit = Number(engine.all('SELECT max(number) AS last FROM units')[0]?.last ?? 0);
for (;;) {
  unit++;
  engine.commit((transaction) => {
    transaction.run('INSERT INTO units VALUES (?)', unit);
    for (const collection of UNIT_COLLECTIONS) {
      const errors = transaction.bulkWrite(collection, [unitRow(engine, collection, unit)], 'kill');
      if (errors.length > 0) throw new Error(`unit ${unit} of ${collection} was refused`);
    }
  });
  writeSync(1, `${unit}\n`);
}
