import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyzerPages } from './analyzer-pages.ts';
import { ROOT } from './entries.ts';

/* Writes docs/analyzers from the drivers; a page whose driver is gone goes too. */
const folder = join(ROOT, 'docs', 'analyzers');
const pages = analyzerPages();
mkdirSync(folder, { recursive: true });
for (const file of readdirSync(folder)) if (!pages.has(file)) rmSync(join(folder, file));
for (const [file, text] of pages) writeFileSync(join(folder, file), text);
console.log(`docs/analyzers: ${pages.size} pages`);
