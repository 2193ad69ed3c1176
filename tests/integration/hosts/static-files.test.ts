import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failurePage } from '../../../electron/main/failure-page.ts';
import { fileFor, serveFile } from '../../../electron/main/static-files.ts';

describe('files of the app', () => {
  let folder: string;
  let root: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'aliquot-files-'));
    root = join(folder, 'renderer');
    mkdirSync(join(root, 'assets'), { recursive: true });
    writeFileSync(join(root, 'index.html'), '<title>start</title>');
    writeFileSync(join(root, 'assets', 'a-1234.js'), 'export {}');
    writeFileSync(join(root, 'key.pem'), 'secret');
    writeFileSync(join(folder, 'outside.js'), 'secret');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const get = (path: string, method = 'GET'): Promise<Response> => serveFile(root, method, `app://aliquot${path}`);

  test('come with their type and a policy', async () => {
    const answer = await get('/assets/a-1234.js');
    expect(await answer.text()).toBe('export {}');
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; /);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('cache-control')).toContain('immutable');
  });

  test('are the start page for a screen’s address, never kept', async () => {
    for (const path of ['/', '/patients/018f', '/index.html']) {
      const answer = await get(path);
      expect(await answer.text(), path).toBe('<title>start</title>');
      expect(answer.headers.get('cache-control')).toBe('no-cache');
    }
  });

  test('are refused outside the folder, of other kinds, and by other methods', async () => {
    const paths = [
      '/..%2foutside.js',
      '/assets/..%2f..%2foutside.js',
      '/%2e%2e%2foutside.js',
      '/..%5coutside.js',
      '/%00.js',
    ];
    for (const path of [...paths, '/key.pem', '/none.js', '/assets/%E0%A4%A.js']) {
      expect((await get(path)).status, path).toBe(404);
    }
    expect((await get('/', 'POST')).status).toBe(405);
  });

  test('are inside the folder for any path whatever', () => {
    const part = fc.constantFrom('..', '.', '%2e%2e', '%2f', '%5c', '\\', '/', '//', 'a', 'b.js', '%00', '%', '~');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const file = fileFor(root, `/${parts.join('')}`);
        if (file !== undefined) expect(file.startsWith(root + sep)).toBe(true);
      }),
    );
  });
});

test('a failure page shows text as text', () => {
  const page = failurePage(
    { title: '<b>', message: '"&\'</p><script>x()</script>', remedy: '<img src=x>' },
    'app://aliquot/-/try-again',
  );
  expect(page).not.toMatch(/<(script|img|b)\b/);
  expect(page).toContain('&lt;script&gt;');
  expect(page).toContain('href="app://aliquot/-/try-again"');
});
