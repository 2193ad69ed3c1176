import { mkdirSync } from 'node:fs';
import { startHeadlessLab } from './tests/e2e/headless.ts';
import { go, logIn } from './tests/e2e/chain.ts';
import { startSimulatedAnalyzer } from './electron/demo/simulator/analyzer.ts';
const dir = '/tmp/shots'; mkdirSync(dir, { recursive: true });
const lab = await startHeadlessLab();
const page = await lab.newPage();
page.setDefaultTimeout(15000);
let n = 0;
const shot = async (what: string) => { n++; await page.screenshot({ path: `${dir}/${String(n).padStart(2, '0')}-${what}.png` }); };
const dark = async (what: string) => { await page.emulateMedia({ colorScheme: 'dark' }); await page.evaluate(() => document.documentElement.setAttribute('data-mantine-color-scheme', 'dark')); await page.waitForTimeout(250); await shot(`${what}-dark`); await page.evaluate(() => document.documentElement.setAttribute('data-mantine-color-scheme', 'light')); };
try {
  await logIn(page);
  const trpcAdd = await page.evaluate(() => 1);
  const { default: steps } = await import(process.argv[2]!);
  await steps({ lab, page, shot, dark, go, startSimulatedAnalyzer });
} catch (e) { console.error(e); await shot('failed').catch(() => {}); } finally { console.log('errors', lab.errors); await lab.close(); process.exit(0); }
