import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * The packages that a shipped app needs beside its bundles: those named, when they are production dependencies, and all
 * that they depend on. Packages nested inside another come with it.
 * @param root the repository
 * @param names packages that are not bundled
 */
export function shippedPackages(root: string, names: readonly string[]): string[] {
  const production = manifest(join(root, 'package.json'))?.dependencies ?? {};
  const shipped = new Set<string>();
  const add = (name: string): void => {
    if (shipped.has(name)) return;
    const found = manifest(join(root, 'node_modules', name, 'package.json'));
    if (!found) return;
    shipped.add(name);
    for (const dependency of Object.keys(found.dependencies ?? {})) add(dependency);
  };
  for (const name of names) if (name in production) add(name);
  return [...shipped].sort();
}

function manifest(file: string): Manifest | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : undefined;
}
