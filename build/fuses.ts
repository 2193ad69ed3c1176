import { join } from 'node:path';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import type { Configuration } from 'electron-builder';

type FuseOptionsV1 = NonNullable<Configuration['electronFuses']>;

/** What a shipped Electron may no longer do: be Node, be debugged, load anything but our archive. */
const FUSES = {
  runAsNode: false,
  enableCookieEncryption: true,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: false,
} satisfies FuseOptionsV1;

/** Where each of them is on the wire. */
const PLACES: Readonly<Record<keyof typeof FUSES, FuseV1Options>> = {
  runAsNode: FuseV1Options.RunAsNode,
  enableCookieEncryption: FuseV1Options.EnableCookieEncryption,
  enableNodeOptionsEnvironmentVariable: FuseV1Options.EnableNodeOptionsEnvironmentVariable,
  enableNodeCliInspectArguments: FuseV1Options.EnableNodeCliInspectArguments,
  enableEmbeddedAsarIntegrityValidation: FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
  onlyLoadAppFromAsar: FuseV1Options.OnlyLoadAppFromAsar,
  loadBrowserProcessSpecificV8Snapshot: FuseV1Options.LoadBrowserProcessSpecificV8Snapshot,
  grantFileProtocolExtraPrivileges: FuseV1Options.GrantFileProtocolExtraPrivileges,
};

const BINARIES: Readonly<Record<string, string>> = { win32: 'electron.exe', darwin: 'Electron.app' };

/**
 * The fuses to set. The pinned Electron has all of them. One that was given instead may be older: what it lacks is left
 * out and said, as such a package is for trying out only.
 * @param electronDist folder of an Electron given instead of the pinned one
 */
export async function fusesFor(electronDist: string | undefined): Promise<FuseOptionsV1> {
  if (electronDist === undefined) return FUSES;
  const wire = await getCurrentFuseWire(join(electronDist, BINARIES[process.platform] ?? 'electron'));
  const names = Object.keys(FUSES) as (keyof typeof FUSES)[];
  const missing = names.filter((name) => !(PLACES[name] in wire));
  if (missing.length > 0) console.warn(`Not for shipping: this Electron lacks the fuses ${missing.join(', ')}.`);
  return Object.fromEntries(names.filter((name) => !missing.includes(name)).map((name) => [name, FUSES[name]]));
}
