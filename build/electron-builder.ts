import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Configuration } from 'electron-builder';
import { EXTERNAL_PACKAGES, ROOT } from './entries.ts';
import { shippedPackages } from './external-packages.ts';
import { fusesFor } from './fuses.ts';

/** A ready Electron to package instead of a downloaded one. */
const electronDist = process.env.ELECTRON_OVERRIDE_DIST_PATH || undefined;

const configuration: Configuration = {
  appId: 'org.aliquot.workstation',
  productName: 'Aliquot',
  copyright: 'Aliquot contributors',
  directories: { output: 'release', buildResources: 'build' },
  extraMetadata: { main: 'dist/main/main.cjs' },
  files: [
    'dist/{main,preload,node,renderer}/**',
    'package.json',
    '!node_modules/**',
    ...shippedPackages(ROOT, EXTERNAL_PACKAGES).map((name) => `node_modules/${name}/**`),
  ],
  asar: true,
  // What runs as a process or thread of its own, and what it loads, are plain files: native code and pdfmake's fonts
  // must be, and worker threads find their siblings so on every system.
  asarUnpack: ['dist/node/**', 'node_modules/**'],
  // serialport brings built code for every system (Node-API); nothing is compiled here.
  npmRebuild: false,
  electronFuses: await fusesFor(electronDist),
  ...(electronDist ? { electronDist } : {}),
  afterPack: async ({ appOutDir, packager }) => {
    // A runtime folder that ran an app before may hold one, which Electron would prefer to ours.
    rmSync(join(packager.getResourcesDir(appOutDir), 'app'), { recursive: true, force: true });
  },
  icon: 'build/icons/icon.png',
  linux: {
    target: ['AppImage', 'deb'],
    category: 'Science',
    maintainer: 'Aliquot contributors',
    synopsis: 'Offline-first laboratory workstation',
  },
  win: { target: 'nsis' },
  nsis: { oneClick: false, perMachine: true, deleteAppDataOnUninstall: false },
  mac: {
    target: ['dmg', 'zip'],
    category: 'public.app-category.medical',
    hardenedRuntime: true,
    entitlements: 'build/entitlements.mac.plist',
    entitlementsInherit: 'build/entitlements.mac.plist',
  },
};

export default configuration;
