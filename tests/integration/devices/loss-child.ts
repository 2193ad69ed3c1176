import { openDemoDevices } from '../../support/demo-devices.ts';

/** The core with its analyzers on a folder, until it is killed. Says when it is open. */
const [folder = ''] = process.argv.slice(2);
const lab = await openDemoDevices(folder);
process.send?.('open');
process.once('disconnect', () => void lab.dispose().finally(() => process.exit()));
