import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The repository's root, absolute. */
export const ROOT = join(import.meta.dirname, '..');

/**
 * Every program and worker thread that runs outside the windows: name of the bundle → source. All land in one folder,
 * so that each finds its workers as siblings (`<name>-worker.js`) and they share what they have in common.
 */
export const NODE_ENTRIES: Readonly<Record<string, string>> = {
  process: 'electron/core/process.ts',
  headless: 'electron/headless/main.ts',
  'read-worker': 'electron/core/kernel/read-worker.ts',
  'checkpoint-worker': 'electron/core/kernel/checkpoint-worker.ts',
  'search-worker': 'electron/core/search/worker.ts',
  'import-worker': 'electron/core/patients/import-worker.ts',
  'documents-worker': 'electron/core/documents/worker.ts',
  simulator: 'electron/demo/simulator/main.ts',
  'head-office': 'electron/demo/head-office.ts',
  'mail-sink': 'electron/demo/mail-sink.ts',
};

/** Electron's main process and its preload script. */
export const MAIN_ENTRY = 'electron/main/main.ts';
export const PRELOAD_ENTRY = 'electron/preload/preload.ts';
export const RENDERER_PAGE = 'renderer/index.html';

/**
 * Packages that stay packages beside the bundles: native code (serialport), code that finds its own files at run time
 * (pouchdb-server, pdfmake's fonts). Everything else is bundled: one file loads faster than a thousand small ones.
 */
export const EXTERNAL_PACKAGES = ['serialport', 'pouchdb-server', 'pdfmake'] as const;

/** The entries whose source is there, and the names of those that are not. */
export function presentEntries(entries: Readonly<Record<string, string>>): {
  present: Record<string, string>;
  missing: string[];
} {
  const present: Record<string, string> = {};
  const missing: string[] = [];
  for (const [name, source] of Object.entries(entries)) {
    if (existsSync(join(ROOT, source))) present[name] = join(ROOT, source);
    else missing.push(source);
  }
  return { present, missing };
}
