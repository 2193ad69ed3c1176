import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/*
 * Tells which parts of dist/ are older than their sources, by a hash of the sources' contents: times of files say little
 * after a checkout. Plain JavaScript, as the start script asks before anything else has been built.
 */

/**
 * Part of dist/ → what it is made from.
 * @type {Record<string, string[]>}
 */
const SOURCES = {
  electron: ['electron/main', 'electron/preload', 'build/icons'],
  node: ['electron/core', 'electron/headless', 'electron/demo', 'shared'],
  renderer: ['renderer', 'shared'],
};

/** What every part is made with. */
const TOOLS = ['package-lock.json', 'build/build.ts', 'build/configurations.ts', 'build/entries.ts'];

/** @type {string[]} */
export const PARTS = Object.keys(SOURCES);

/**
 * The parts that are missing or older than their sources.
 * @param {string} root the repository
 * @returns {string[]}
 */
export function staleParts(root) {
  return PARTS.filter((part) => isStale(stampFile(root, part), fingerprintOf(root, part)));
}

/**
 * Runs the build of one part and notes the sources it was built from: as they were before, should they change meanwhile.
 * @param {string} root
 * @param {string} part
 * @param {() => Promise<void>} build
 */
export async function buildPart(root, part, build) {
  const before = fingerprintOf(root, part);
  await build();
  stamp(stampFile(root, part), before);
}

/**
 * @param {string} root
 * @param {string} part
 */
function stampFile(root, part) {
  return join(root, 'dist', `.${part}-built-from`);
}

/**
 * @param {string} root
 * @param {string} part
 */
function fingerprintOf(root, part) {
  return fingerprint(root, SOURCES[part] ?? []);
}

/**
 * Whether the stamp file is missing or names another fingerprint.
 * @param {string} file
 * @param {string} print
 */
export function isStale(file, print) {
  return !existsSync(file) || readFileSync(file, 'utf8') !== print;
}

/**
 * @param {string} file
 * @param {string} print
 */
export function stamp(file, print) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, print);
}

/**
 * A hash of the contents of files and folders, and of what every build is made with.
 * @param {string} root
 * @param {string[]} sources relative to the root
 * @returns {string}
 */
export function fingerprint(root, sources) {
  const hash = createHash('sha256');
  for (const source of [...sources, ...TOOLS]) {
    for (const file of filesOf(root, source)) {
      hash.update(file).update('\0');
      hash.update(
        createHash('sha256')
          .update(readFileSync(join(root, file)))
          .digest(),
      );
    }
  }
  return hash.digest('hex');
}

/**
 * The files under a path, sorted, as paths relative to the repository with forward slashes.
 * @param {string} root
 * @param {string} source
 * @returns {string[]}
 */
function filesOf(root, source) {
  const path = join(root, source);
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [source];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const name = `${source}/${entry.name}`;
      if (entry.isDirectory()) return filesOf(root, name);
      return entry.isFile() ? [name] : [];
    });
}
