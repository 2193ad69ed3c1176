import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { mainConfig, nodeConfig, PRODUCT, preloadConfig, rendererConfig } from './configurations.ts';
import { NODE_ENTRIES, presentEntries, RENDERER_PAGE, ROOT } from './entries.ts';
import { buildPart, PARTS, staleParts } from './stamps.mjs';

/*
 * Builds dist/: all of it, or with --stale only the parts whose sources changed since they were built.
 */

const BUILDS: Readonly<Record<string, () => Promise<void>>> = {
  async electron() {
    await build(mainConfig(PRODUCT));
    await build(preloadConfig(PRODUCT));
  },
  async node() {
    const { present, missing } = presentEntries(NODE_ENTRIES);
    for (const source of missing) console.log(`skipped: ${source} is not there`);
    if (Object.keys(present).length > 0) await build(nodeConfig(PRODUCT, present));
  },
  async renderer() {
    if (existsSync(join(ROOT, RENDERER_PAGE))) await build(rendererConfig(PRODUCT));
    else console.log(`skipped: ${RENDERER_PAGE} is not there`);
  },
};

for (const part of process.argv.includes('--stale') ? staleParts(ROOT) : PARTS) {
  try {
    await buildPart(ROOT, part, BUILDS[part] ?? (async () => {}));
  } catch (error) {
    console.error(`The ${part} part could not be built.\n${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}
