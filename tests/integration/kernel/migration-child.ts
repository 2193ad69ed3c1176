/**
 * Opens a data folder with a migration of `patients` in which the process dies: at the `n`-th document rewritten, while the
 * lookup keys are made anew, or just after the commit. `node migration-child.ts <folder> <where> [n]`.
 */
import pino from 'pino';
import { openDatabase } from '../../../electron/core/kernel/index.ts';
import { allCollections } from '../../support/test-kernel.ts';
import { nextVersion } from './next-version.ts';

const [folder = '', where, nth = '1'] = process.argv.slice(2);
const die = () => process.kill(process.pid, 'SIGKILL');
let calls = 0;
const definitions = nextVersion(allCollections, {
  onMigrate: () => where === 'document' && ++calls === Number(nth) && die(),
  onLookup: () => where === 'lookup' && die(),
});
const log = pino({ level: 'info' }, { write: () => where === 'committed' && die() });
await openDatabase(folder, definitions, log);
