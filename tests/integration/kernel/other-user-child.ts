/** Opens a lab as another user of the machine and prints why that failed: `node other-user-child.ts <uid> <folder>`. */
import pino from 'pino';
import { StorageError } from '../../../electron/core/kernel/index.ts';
import { openLab } from '../../../electron/core/lab.ts';

const [user, folder = ''] = process.argv.slice(2);
process.setuid?.(Number(user));
try {
  await openLab(folder, { mode: 'headless', log: pino({ level: 'silent' }) });
  console.log('opened');
} catch (error) {
  console.log(error instanceof StorageError ? `${error.code}: ${error.message}` : `unexpected: ${error}`);
}
process.exit(0);
