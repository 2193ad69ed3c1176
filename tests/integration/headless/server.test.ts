import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openLab } from '../../../electron/core/lab.ts';
import { accessToken } from '../../../electron/headless/access.ts';
import { type HeadlessServer, serve } from '../../../electron/headless/server.ts';
import { openTestLab, type TestLab } from '../../support/open-test-lab.ts';

let test: TestLab;
let server: HeadlessServer;
let token: string;
let root: string;

beforeAll(async () => {
  test = await openTestLab();
  token = accessToken(test.folder);
  root = mkdtempSync(join(tmpdir(), 'aliquot-root-'));
  server = await serve(test.lab, { port: 0, token, root });
});
afterAll(async () => {
  await server.close();
  await test.dispose();
  rmSync(root, { recursive: true });
});

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

function ask(path: string, headers: Record<string, string> = {}, body?: unknown): Promise<Answer> {
  return askText(path, headers, body === undefined ? undefined : JSON.stringify(body));
}

function askText(path: string, headers: Record<string, string>, body: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: server.port,
        path,
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'content-type': 'application/json', ...headers },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

const bearer = () => ({ authorization: `Bearer ${token}` });

describe('the headless server', () => {
  it('answers nobody without the token, or with a wrong one, and says what to do', async () => {
    const without = await ask('/api/system.status');
    expect(without.status).toBe(401);
    expect(without.body).toContain('token');
    expect((await ask('/api/system.status', { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await ask('/api/system.status', bearer())).status).toBe(200);
  });

  it('gives a browser that opens the printed address a cookie no script can read', async () => {
    const opened = await ask(`/?token=${token}`);
    expect(opened.status).toBe(303);
    const cookie = String(opened.headers['set-cookie']);
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect((await ask('/api/system.status', { cookie: cookie.split(';')[0] ?? '' })).status).toBe(200);
  });

  it('refuses a body that is too large, or no JSON, in words, and works on', async () => {
    const large = await ask('/api/auth.login', bearer(), { username: 'x'.repeat(31 * 1024 * 1024) });
    expect(large.status).toBe(413);
    expect(JSON.parse(large.body).error).toMatchObject({
      message: 'The request is too large',
      data: { aliquot: { kind: 'validation', errors: [{ code: 'body.size', remedy: expect.any(String) }] } },
    });
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, { headers: bearer() });
    await once(socket, 'open');
    const closed = once(socket, 'close');
    socket.send('x'.repeat(31 * 1024 * 1024));
    expect((await closed)[0]).toBe(1009);
    const torn = await askText('/api/auth.login', bearer(), '{"username":');
    expect(torn.status).toBe(400);
    expect(JSON.parse(torn.body).error.message).toBe('The request is not JSON');
    expect((await ask('/api/system.status', bearer())).status).toBe(200);
  });

  it('refuses foreign names and foreign pages, token or not', async () => {
    expect((await ask('/api/system.status', { ...bearer(), host: 'evil.example' })).status).toBe(403);
    expect((await ask('/api/system.status', { ...bearer(), origin: 'https://evil.example' })).status).toBe(403);
  });

  it('keeps its token in a file only its owner can read', () => {
    expect(statSync(join(test.folder, 'access-token')).mode & 0o777).toBe(0o600);
  });

  it('serves nothing outside the built screens', async () => {
    for (const path of ['/../access-token', '/%2e%2e/access-token', '/..%2f..%2fetc/passwd', '/%']) {
      expect((await ask(path, bearer())).status, path).toBe(404);
    }
  });

  it('sends the security headers', async () => {
    const { headers } = await ask('/', bearer());
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('lets a script log in and work, and tells what an answer cost', async () => {
    const login = await ask('/api/auth.login', bearer(), { username: 'admin', password: 'aliquot-demo' });
    const session = JSON.parse(login.body).result.data.token as string;
    const list = await ask(`/api/patients.list?input=${encodeURIComponent('{"limit":3}')}`, {
      ...bearer(),
      'x-aliquot-session': session,
    });
    expect(JSON.parse(list.body).result.data.rows).toHaveLength(3);
    expect(Number(list.headers['x-aliquot-statements'])).toBeGreaterThan(0);
    const wrong = await ask(
      '/api/patients.register',
      { ...bearer(), 'x-aliquot-session': session },
      { fullName: '', colour: 'red' },
    );
    expect(wrong.status).toBe(400);
    const { aliquot } = JSON.parse(wrong.body).error.data;
    expect(aliquot.kind).toBe('validation');
    expect(aliquot.errors.map((error: { field: string }) => error.field)).toEqual(
      expect.arrayContaining(['fullName', 'sex', 'colour']),
    );
  });

  it('opens no WebSocket without the token', async () => {
    const refused = await new Promise<number>((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`);
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      socket.on('error', () => undefined);
    });
    expect(refused).toBe(401);
  });

  it('says who holds the data folder instead of opening it twice', async () => {
    await expect(openLab(test.folder, { mode: 'headless' })).rejects.toThrow(/in use by another Aliquot \(process \d+/);
  });
});
