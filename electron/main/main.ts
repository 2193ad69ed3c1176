import { join } from 'node:path';
import { app, crashReporter } from 'electron';
import { registerAppScheme } from './app-protocol.ts';
import { foldersFor, parseArguments } from './arguments.ts';
import { Shell } from './shell.ts';
import { words } from './words.ts';

app.setName(words.appName);
app.setAppUserModelId('org.aliquot.workstation');

const options = parseArguments(process.argv);
const folders = foldersFor(options, join(app.getPath('appData'), words.appName), process.cwd());
// The lock below lives in this folder, so that there is one app for each data folder and not one for the machine.
app.setPath('userData', folders.profile);

if (app.requestSingleInstanceLock({ argv: process.argv })) {
  // Dumps stay on this machine: memory of this app holds patients' names.
  crashReporter.start({ uploadToServer: false });
  // enableSandbox would overrule --no-sandbox, without which nothing starts as root in a container.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  registerAppScheme();
  new Shell(join(__dirname, '..'), options, folders).run();
} else {
  app.quit();
}
