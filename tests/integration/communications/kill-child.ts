import { createJobRunner } from '../../../electron/core/communications/index.ts';
import { openTestKernel } from '../../support/test-kernel.ts';

/**
 * A station that sends its queue until it is killed. Arguments: data folder. Before it takes the first job it says
 * `ready`; an attachment is slow to make, so that a kill meets jobs on their way.
 */
const [folder = ''] = process.argv.slice(2);
const { kernel } = await openTestKernel({ folder });
const runner = createJobRunner(kernel, {
  attachmentsOf: () => new Promise((resolve) => setTimeout(() => resolve([]), 5)),
  leaseMs: 300,
});
await runner.start();
process.stdout.write('ready\n');
setInterval(() => undefined, 1000);
