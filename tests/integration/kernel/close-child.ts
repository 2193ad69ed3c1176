import { newOf, samplePatient } from '../../support/samples.ts';
import { openTestKernel } from '../../support/test-kernel.ts';

const rounds = 6;

/** Closes while the thread of the write-ahead log moves a long one; says `closed` each time it could. */
for (let round = 0; round < rounds; round++) {
  const { kernel, dispose } = await openTestKernel();
  for (let commit = 0; commit < 8; commit++) {
    const patients = Array.from({ length: 500 }, () => newOf(samplePatient()));
    kernel.change(kernel.systemSession('test'), (work) => work.insertMany('patients', patients));
  }
  void kernel.database.checkpoints.room();
  await kernel.database.checkpoints.close();
  console.log('closed');
  await dispose();
}
