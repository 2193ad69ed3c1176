/**
 * A workstation that imports patients until it is killed: goes on with the import of the folder, or begins with the CSV file.
 * Argument: folder, and the file for the first start. Prints how many rows are imported, again and again.
 */
import { readFileSync, writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { openPatientsLab, send } from './patients-lab.ts';

const [folder = '', file] = process.argv.slice(2);
const lab = await openPatientsLab({ folder });
const { api } = lab.as();
if (file) {
  const { uploadId } = await send(api, readFileSync(file), 'kill.csv', 'import');
  const { id } = await api.patientImport.open({ uploadId });
  await lab.imports.settled();
  await api.patientImport.check({ id, settings: (await api.patientImport.get({ id })).settings });
  await lab.imports.settled();
  await api.patientImport.run({ id });
} else lab.imports.start();
for (;;) {
  const [status] = await api.patientImport.all();
  writeSync(1, `${status?.imported}\n`);
  await pause(1);
}
