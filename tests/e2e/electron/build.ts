import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, type Plugin } from 'vite';
import {
  type Flavour,
  mainConfig,
  nodeConfig,
  PRODUCT,
  preloadConfig,
  rendererConfig,
} from '../../../build/configurations.ts';
import { NODE_ENTRIES, presentEntries, RENDERER_PAGE, ROOT } from '../../../build/entries.ts';
import { fingerprint, isStale, stamp } from '../../../build/stamps.mjs';
import { E2E_APP } from './app-folder.ts';

/*
 * Builds the app for the Electron that end-to-end tests run in (25: Chromium 114, Node 18.15), into
 * dist/electron-e2e/. The product's own sources and configurations; only what that runtime lacks is put under them.
 *   node tests/e2e/electron/build.ts                    the whole app
 *   node tests/e2e/electron/build.ts --shell <folder>   main and preload only
 */

const HERE = import.meta.dirname;
const STAMP = join(E2E_APP, '.built-from');

/** Node modules that the older runtime lacks or has in part → what stands for them. */
const SHIMS: Readonly<Record<string, string>> = {
  'node:sqlite': join(HERE, 'node-sqlite-shim.ts'),
  'node:crypto': join(HERE, 'crypto-shim.ts'),
  'node:zlib': join(HERE, 'zlib-shim.ts'),
  'node:diagnostics_channel': join(HERE, 'diagnostics-channel-shim.ts'),
};

const olderNode: Plugin = {
  name: 'older-node',
  enforce: 'pre',
  resolveId(source, importer) {
    const shim = SHIMS[source];
    return shim === undefined || importer === shim ? undefined : shim;
  },
  renderChunk(code) {
    return code
      .replaceAll('import.meta.dirname', 'olderNodeDirname(import.meta.url)')
      .replaceAll('import.meta.filename', 'olderNodeFilename(import.meta.url)');
  },
};

const olderChromium: Plugin = {
  name: 'older-chromium',
  transformIndexHtml: {
    order: 'post',
    handler: () => [{ tag: 'script', attrs: { src: './polyfills.js' }, injectTo: 'head-prepend' }],
  },
};

const E2E: Flavour = {
  ...PRODUCT,
  outDir: E2E_APP,
  nodeTarget: 'node18.15',
  chromeTarget: 'chrome114',
  nodeEnding: 'mjs',
};

/**
 * Builds main and preload alone, for tests of the shell with a stand-in core and page.
 * @param outDir absolute; becomes a folder to start Electron with
 */
async function buildShell(outDir: string): Promise<void> {
  mkdirSync(outDir, { recursive: true });
  writeFileSync(
    join(outDir, 'package.json'),
    JSON.stringify({ name: 'aliquot-e2e', version: '0.0.0', type: 'commonjs', main: 'main/main.cjs' }),
  );
  await build(mainConfig({ ...E2E, outDir }));
  await build(preloadConfig({ ...E2E, outDir }));
}

/** Builds what changed since the last time. */
async function buildApp(): Promise<void> {
  const { present, missing } = presentEntries(NODE_ENTRIES);
  const print = fingerprint(ROOT, ['electron', 'shared', 'renderer', 'tests/e2e/electron']);
  if (!isStale(STAMP, print)) return;
  for (const source of missing) console.log(`skipped: ${source} is not there`);
  await buildShell(E2E_APP);
  await build(nodeConfig({ ...E2E, plugins: [olderNode] }, present));
  await buildPolyfills('node-polyfills.ts', join(E2E_APP, 'node'), 'polyfills.cjs');
  for (const name of Object.keys(present)) writeFileSync(join(E2E_APP, 'node', `${name}.js`), loader(name));
  if (existsSync(join(ROOT, RENDERER_PAGE))) {
    await build(rendererConfig({ ...E2E, plugins: [olderChromium] }));
    await buildPolyfills('polyfills.ts', join(E2E_APP, 'renderer'), 'polyfills.js');
  }
  stamp(STAMP, print);
}

/** The older Electron loads only CommonJS by itself, and the polyfills must be there before a bundle's imports. */
function loader(name: string): string {
  return `require('./polyfills.cjs');\nimport('./${name}.mjs');\n`;
}

async function buildPolyfills(source: string, outDir: string, file: string): Promise<void> {
  await build({
    configFile: false,
    envDir: false,
    logLevel: 'warn',
    root: ROOT,
    publicDir: false,
    ssr: { target: 'node' },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: false,
      target: 'node18.15',
      rolldownOptions: { input: join(HERE, source), output: { format: 'cjs', entryFileNames: file } },
    },
  });
}

const { values } = parseArgs({ options: { shell: { type: 'string' } } });
if (values.shell === undefined) await buildApp();
else await buildShell(values.shell);
