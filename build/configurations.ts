import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import type { InlineConfig, PluginOption } from 'vite';
import { EXTERNAL_PACKAGES, MAIN_ENTRY, PRELOAD_ENTRY, ROOT } from './entries.ts';

/** What differs between the product and the build that end-to-end tests run in an older Electron. */
export interface Flavour {
  /** Absolute folder that gets main/, preload/, node/ and renderer/. */
  readonly outDir: string;
  /** Oldest runtimes the code must run in, as Vite's build.target. */
  readonly nodeTarget: string;
  readonly chromeTarget: string;
  readonly plugins: readonly PluginOption[];
  /** File ending of node bundles. */
  readonly nodeEnding: 'js' | 'mjs';
}

/** The product: Electron 45 (Chromium 150) and Node 24. */
export const PRODUCT: Flavour = {
  outDir: join(ROOT, 'dist'),
  nodeTarget: 'node24',
  chromeTarget: 'chrome130',
  plugins: [],
  nodeEnding: 'js',
};

function common(flavour: Flavour): InlineConfig {
  return { configFile: false, envDir: false, logLevel: 'warn', mode: 'production', plugins: [...flavour.plugins] };
}

/** The page. `base: './'` works at app://aliquot/ as well as over HTTP. */
export function rendererConfig(flavour: Flavour): InlineConfig {
  return {
    ...common(flavour),
    root: join(ROOT, 'renderer'),
    base: './',
    plugins: [react(), ...flavour.plugins],
    build: {
      outDir: join(flavour.outDir, 'renderer'),
      emptyOutDir: true,
      target: flavour.chromeTarget,
      // A picture inlined as data: would have to be allowed in more places of the content security policy.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 2_000,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
  };
}

/** The core, headless, their workers and the demo's helpers: ESM for Node, in one folder with shared chunks. */
export function nodeConfig(flavour: Flavour, input: Record<string, string>): InlineConfig {
  return {
    ...common(flavour),
    root: ROOT,
    publicDir: false,
    ssr: { noExternal: true, external: [...EXTERNAL_PACKAGES], target: 'node' },
    build: {
      ssr: true,
      outDir: join(flavour.outDir, 'node'),
      emptyOutDir: true,
      target: flavour.nodeTarget,
      minify: false,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 10_000,
      rolldownOptions: {
        input,
        output: {
          format: 'es',
          entryFileNames: `[name].${flavour.nodeEnding}`,
          chunkFileNames: `[name]-[hash].${flavour.nodeEnding}`,
        },
      },
    },
  };
}

/** One CommonJS file: Electron loads main fastest so, and a sandboxed preload cannot be anything else. */
function electronConfig(flavour: Flavour, entry: string, name: 'main' | 'preload'): InlineConfig {
  return {
    ...common(flavour),
    root: ROOT,
    publicDir: false,
    ssr: { noExternal: true, external: ['electron'], target: 'node' },
    build: {
      ssr: true,
      outDir: join(flavour.outDir, name),
      emptyOutDir: true,
      target: flavour.nodeTarget,
      minify: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: { [name]: join(ROOT, entry) },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  };
}

export function mainConfig(flavour: Flavour): InlineConfig {
  return electronConfig({ ...flavour, plugins: [...flavour.plugins, windowIcon] }, MAIN_ENTRY, 'main');
}

/** Puts the icon beside main: Linux shows it in the window list before the app is installed. */
const windowIcon: PluginOption = {
  name: 'window-icon',
  generateBundle() {
    const source = readFileSync(join(ROOT, 'build', 'icons', 'icon.png'));
    this.emitFile({ type: 'asset', fileName: 'icon.png', source });
  },
};

export function preloadConfig(flavour: Flavour): InlineConfig {
  return electronConfig(flavour, PRELOAD_ENTRY, 'preload');
}
