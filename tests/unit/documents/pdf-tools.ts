import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether a command of poppler-utils or zbar-tools is on this machine; tests that look at pages skip without them. */
export function hasTool(name: 'pdftotext' | 'pdftoppm' | 'zbarimg'): boolean {
  try {
    execFileSync(name, [name === 'zbarimg' ? '--version' : '-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The text of every page, in reading order. */
export function pagesOf(pdf: Uint8Array): string[] {
  const text = execFileSync('pdftotext', ['-layout', '-enc', 'UTF-8', '-', '-'], { input: pdf, encoding: 'utf8' });
  return text.split('\f').slice(0, -1);
}

/** What a scanner reads on every page, printed at so many dots per inch. */
export function scansOf(pdf: Uint8Array, dotsPerInch: number): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'aliquot-scan-'));
  try {
    const file = join(folder, 'document.pdf');
    writeFileSync(file, pdf);
    execFileSync('pdftoppm', ['-png', '-r', String(dotsPerInch), file, join(folder, 'page')]);
    const pages = readdirSync(folder).filter((name) => name.endsWith('.png'));
    return pages.sort().flatMap((page) => scan(join(folder, page)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** zbarimg ends with code 4 where it finds nothing. */
function scan(picture: string): string[] {
  try {
    const found = execFileSync('zbarimg', ['--quiet', picture], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return found.trim().split('\n');
  } catch {
    return [];
  }
}
