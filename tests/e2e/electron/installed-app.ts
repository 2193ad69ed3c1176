import { constants, copyFileSync, linkSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * Installs an app into an Electron runtime the way a package is: as `resources/app` beside the binary, so that Electron
 * loads its main script itself, before it is ready. (A runtime that is told the folder on the command line may load it
 * too late for what must happen first: registering the app's scheme, enabling the sandbox.) Files are linked, not copied.
 * @param binary Electron's binary in its runtime folder
 * @param appFolder holds package.json, main/, ...
 * @param target a folder that does not exist yet
 * @returns the binary to start
 */
export function installApp(binary: string, appFolder: string, target: string): string {
  const runtime = join(binary, '..');
  mkdirSync(join(target, 'resources'), { recursive: true });
  for (const name of readdirSync(runtime)) {
    if (name !== basename(binary) && name !== 'resources') symlinkSync(join(runtime, name), join(target, name));
  }
  symlinkSync(appFolder, join(target, 'resources', 'app'));
  const installed = join(target, basename(binary));
  // Electron looks for its files where its binary really is: a symbolic link would lead it back.
  try {
    linkSync(binary, installed);
  } catch {
    copyFileSync(binary, installed, constants.COPYFILE_FICLONE);
  }
  return installed;
}
