import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toApiError } from '../../../electron/core/kernel/index.ts';
import { createSync, createSyncRouter, type Sync, type SyncOptions } from '../../../electron/core/sync/index.ts';
import { loggedInAs, notLoggedIn } from '../../support/api-context.ts';
import {
  freePort,
  type OfficeLine,
  passwordGate,
  startHeadOffice,
  startOfficeLine,
  type TestHeadOffice,
} from '../../support/head-office.ts';
import { newOf, samplePatient } from '../../support/samples.ts';
import { openTestKernel, type TestKernel } from '../../support/test-kernel.ts';
import { waitFor } from '../../support/wait-for.ts';

let office: TestHeadOffice;
let line: OfficeLine;
let lab: TestKernel;
let sync: Sync;
/** Each test its own laboratory, so that their databases at the one head office do not meet. */
let labs = 0;

beforeAll(async () => {
  office = await startHeadOffice();
}, 30_000);

afterAll(async () => {
  await office.kill();
});

beforeEach(async () => {
  line = await startOfficeLine(() => office.url);
  lab = await openTestKernel({ identity: { labId: `trouble-${++labs}`, stationId: 'station-1' } });
  sync = createSync(lab.kernel, { probeMs: 50, restartDelayMs: 50 });
});

afterEach(async () => {
  await sync.close();
  await lab.dispose();
  await line.close();
});

const connect = (password?: string) =>
  sync.configure(lab.session, {
    url: line.url,
    enabled: true,
    ...(password === undefined ? {} : { username: 'lab', password }),
  });

const stateOf = (name: string) => sync.status().collections.find((collection) => collection.name === name);

const inStep = () =>
  waitFor(() => {
    expect(sync.status().collections.filter(({ state }) => state !== 'synced')).toEqual([]);
    return sync.overall().state === 'synced';
  });

/** Begins anew with other patience, and waits until both sides are in step. */
const restart = async (options: SyncOptions) => {
  await sync.close();
  sync = createSync(lab.kernel, { probeMs: 50, restartDelayMs: 50, ...options });
  await sync.start();
  await connect();
  await inStep();
};

const addPatient = (fullName = 'Maria Silva') =>
  lab.kernel.change(lab.session, (work) => work.insert('patients', { ...newOf(samplePatient()), fullName }));

const database = (collection: string) => `${office.url}/aliquot-${lab.kernel.needIdentity().labId}-${collection}`;

async function atOffice(collection: string, id: string): Promise<Record<string, unknown> | undefined> {
  const response = await fetch(`${database(collection)}/${id}`);
  return response.ok ? ((await response.json()) as Record<string, unknown>) : undefined;
}

async function putAtOffice(collection: string, documents: object[]): Promise<void> {
  await fetch(`${database(collection)}/_bulk_docs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ docs: documents }),
  });
}

/** A patient as another station would have pushed it. */
function foreignPatient(id: string, change: object = {}): object {
  const { id: _, ...fields } = samplePatient({ labId: lab.kernel.needIdentity().labId });
  return { _id: id, ...fields, ...change };
}

const configureError = async (input: Parameters<Sync['configure']>[1]) => {
  try {
    await sync.configure(lab.session, input);
  } catch (error) {
    return toApiError(error, lab.kernel);
  }
  throw new Error('expected an error');
};

async function serve(
  answer: (path: string) => { status: number; type: string; body: string },
): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const { status, type, body } = answer(request.url ?? '');
    response.writeHead(status, {
      'content-type': type,
      ...(status === 302 ? { location: 'http://elsewhere.example/' } : {}),
    });
    response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

describe('settings are tried before they are saved', () => {
  it('says that the password is wrong', async () => {
    line.obstacle = passwordGate('lab', 'right');
    const error = await configureError({ url: line.url, username: 'lab', password: 'wrong', enabled: true });
    expect(error).toMatchObject({ kind: 'validation', errors: [{ field: 'password', code: 'refused' }] });
    expect(error.message).toContain('Name or password is incorrect');
    expect(sync.status()).toMatchObject({ state: 'off', enabled: false, hasPassword: false });
    expect(await lab.kernel.secrets.get('headOffice')).toBeUndefined();
  });

  it('says that nothing answers, that it is no CouchDB, that it leads elsewhere, that it is not HTTP', async () => {
    const nothing = await configureError({ url: `http://127.0.0.1:${await freePort()}`, enabled: true });
    expect(nothing).toMatchObject({
      errors: [{ field: 'url', code: 'offline', message: expect.stringContaining('refused') }],
    });

    const page = await serve(() => ({ status: 200, type: 'text/html', body: '<html>Welcome</html>' }));
    expect(await configureError({ url: page.url, enabled: true })).toMatchObject({
      errors: [{ code: 'wrongUrl', message: expect.stringContaining('not a CouchDB') }],
    });
    const missing = await serve(() => ({ status: 404, type: 'text/plain', body: 'nothing here' }));
    expect(await configureError({ url: missing.url, enabled: true })).toMatchObject({ errors: [{ code: 'wrongUrl' }] });
    const moved = await serve(() => ({ status: 302, type: 'text/plain', body: '' }));
    expect(await configureError({ url: moved.url, enabled: true })).toMatchObject({
      errors: [{ code: 'wrongUrl', message: expect.stringContaining('sends on') }],
    });
    for (const { server } of [page, missing, moved]) server.close();

    const ssh = createTcpServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-OpenSSH_9.6\r\n')).listen(
      0,
      '127.0.0.1',
    );
    await once(ssh, 'listening');
    const url = `http://127.0.0.1:${(ssh.address() as AddressInfo).port}`;
    expect(await configureError({ url, enabled: true })).toMatchObject({
      errors: [{ code: 'wrongUrl', message: expect.stringContaining('HTTP') }],
    });
    ssh.close();
  });

  it('wants no password in the address, and saves an untried address that is switched off', async () => {
    const error = await configureError({ url: 'http://lab:secret@127.0.0.1:5984', enabled: true });
    expect(error).toMatchObject({ errors: [{ field: 'url', code: 'credentials' }] });
    await sync.configure(lab.session, { url: 'https://couch.example.org/', enabled: false });
    expect(sync.status()).toMatchObject({ state: 'off', url: 'https://couch.example.org', enabled: false });
  });

  it('follows an address that was changed elsewhere, and one that is switched off', async () => {
    await sync.start();
    const settings = { kind: 'headOffice' as const, url: line.url, enabled: true };
    const { id } = lab.kernel.change(lab.session, (work) => work.insert('setup', settings));
    await inStep();
    const patient = addPatient();
    await waitFor(async () => (await atOffice('patients', patient.id)) !== undefined);
    lab.kernel.change(lab.session, (work) => work.update('setup', work.need('setup', id), { enabled: false } as never));
    await waitFor(() => sync.overall().state === 'off');
    await sync.close();
    await sync.start();
    expect(sync.overall().state).toBe('off');
  });

  it('keeps the password out of every document, answer and log', async () => {
    line.obstacle = passwordGate('lab', 'geheim-77');
    await connect('geheim-77');
    await inStep();
    expect(JSON.stringify(sync.status())).not.toContain('geheim-77');
    expect(sync.status()).toMatchObject({ hasPassword: true, username: 'lab' });
    expect(JSON.stringify(lab.kernel.reads().find('setup', { selector: {} }))).not.toContain('geheim-77');
    expect(JSON.stringify(lab.kernel.reads().find('activity', { selector: {} }))).not.toContain('geheim-77');
  });
});

describe('a head office that changes its mind', () => {
  it('refuses the password: it is shown, and everything goes on once it is put right', async () => {
    line.obstacle = passwordGate('lab', 'first');
    await connect('first');
    await inStep();
    line.obstacle = passwordGate('lab', 'second');
    const patient = addPatient();
    await waitFor(() => sync.overall().state === 'refused');
    expect(sync.overall()).toMatchObject({
      waiting: expect.any(Number),
      remedy: expect.stringContaining('Enter the user name'),
    });
    const tries = line.requests.length;
    await connect('second');
    expect(line.requests.length - tries).toBeLessThan(40);
    await inStep();
    expect(await atOffice('patients', patient.id)).toBeDefined();
  });

  it('forbids one database: that one is told, the others go on', async () => {
    await connect();
    await inStep();
    line.obstacle = (request, response) => {
      if (!request.url?.includes('-patients')) return undefined;
      response.writeHead(403, { 'content-type': 'application/json' });
      response.end('{"error":"forbidden","reason":"You are not allowed to access this db."}');
      return 'handled';
    };
    const patient = addPatient();
    lab.kernel.change(lab.session, (work) => work.insert('setup', { kind: 'branch', code: 'N', name: 'North' }));
    await waitFor(() => stateOf('patients')?.state === 'refused');
    await waitFor(() => stateOf('setup')?.state === 'synced');
    expect(sync.overall()).toMatchObject({
      state: 'refused',
      message: expect.stringContaining('not allowed to access'),
    });
    line.obstacle = undefined;
    await inStep();
    expect(await atOffice('patients', patient.id)).toBeDefined();
  });

  it('does not let the user create what is missing: that is said', async () => {
    line.obstacle = (request, response) => {
      if (request.method !== 'PUT') return undefined;
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end('{"error":"unauthorized","reason":"You are not a server admin."}');
      return 'handled';
    };
    await connect();
    await waitFor(() => stateOf('patients')?.state === 'refused');
    expect(stateOf('patients')?.message).toContain('may not create it');
    line.obstacle = undefined;
    await inStep();
  });
});

describe('a head office that is gone', () => {
  it('is noticed at once, costs little while it is gone, and is found again by itself', async () => {
    await connect();
    await inStep();
    const before = addPatient('before');
    await inStep();
    await line.cut();
    await waitFor(() => sync.overall().state === 'offline', { timeout: 2000 });
    const during = addPatient('during');
    await waitFor(() => sync.overall().waiting > 0);
    expect(sync.overall().lastSyncAt).toBeDefined();
    expect(sync.overall().remedy).toContain('Go on working');
    await line.mend();
    await inStep();
    for (const { id } of [before, during]) expect(await atOffice('patients', id)).toBeDefined();
  });

  it('is waited for from the start, with what it already has remembered', async () => {
    await connect();
    await inStep();
    await sync.close();
    await line.cut();
    addPatient();
    sync = createSync(lab.kernel, { probeMs: 50 });
    await sync.start();
    await waitFor(() => sync.overall().state === 'offline');
    // The session's setup, activity and patient; what head office has is not counted.
    await waitFor(() => stateOf('patients')?.waiting === 1 && stateOf('setup')?.waiting === 0);
    expect(stateOf('patients')?.lastSyncAt).toBeDefined();
    await line.mend();
    await inStep();
  });

  it('that falls silent without a word is given up after a while', async () => {
    const { requestJson } = await import('../../../electron/core/sync/http.ts');
    line.obstacle = () => 'handled';
    const silent = requestJson(line.url, { idleMs: 50, signal: new AbortController().signal });
    await expect(silent).rejects.toMatchObject({ state: 'offline', message: expect.stringContaining('in time') });
    line.obstacle = (_request, response) => {
      response.writeHead(200).write('{');
      return 'handled';
    };
    const halfway = requestJson(line.url, { idleMs: 50, signal: new AbortController().signal });
    await expect(halfway).rejects.toMatchObject({ state: 'offline' });
  });

  it('that falls silent under replication is noticed, and found again', { timeout: 60_000 }, async () => {
    await restart({ answerMs: 1000, heartbeatMs: 300 });
    line.obstacle = () => 'handled';
    addPatient();
    await waitFor(() => sync.overall().message?.includes('in time'), { timeout: 30_000 });
    expect(sync.overall().state).toBe('offline');
    line.obstacle = undefined;
    await inStep();
  });

  it('comes back with nothing in it: everything is brought there again', { timeout: 30_000 }, async () => {
    const own = await startHeadOffice();
    const ownLine = await startOfficeLine(() => own.url);
    await sync.configure(lab.session, { url: ownLine.url, enabled: true });
    const patient = addPatient();
    await inStep();
    await own.kill();
    await waitFor(() => sync.overall().state === 'offline');
    const begunAnew = await startHeadOffice(own.port);
    await waitFor(async () => {
      const response = await fetch(
        `${begunAnew.url}/aliquot-${lab.kernel.needIdentity().labId}-patients/${patient.id}`,
      );
      return response.ok;
    });
    await inStep();
    await sync.close();
    await ownLine.close();
    await begunAnew.kill();
  });

  it('loses one database while the line is up: it is made and filled again', async () => {
    await connect();
    const patient = addPatient();
    await inStep();
    await fetch(database('patients'), { method: 'DELETE' });
    addPatient('after');
    await waitFor(async () => (await atOffice('patients', patient.id)) !== undefined);
    await inStep();
  });
});

describe('a line on which nothing happens', () => {
  /** The states that the status bar showed meanwhile. */
  const statesUntil = async (done: () => boolean) => {
    const seen = new Set<string>();
    await waitFor(() => seen.add(sync.overall().state) && done(), { timeout: 40_000 });
    return [...seen];
  };
  const longpolls = () => line.requests.filter(({ path }) => path.includes('feed=longpoll'));

  it('stays in step for longer than the live stream may be silent, and its questions stay open', {
    timeout: 60_000,
  }, async () => {
    const heartbeatMs = 250;
    await restart({ heartbeatMs });
    const collections = sync.status().collections.length;
    await waitFor(() => longpolls().length >= collections);
    const [before, began] = [longpolls().length, performance.now()];
    const seen = await statesUntil(() => performance.now() - began > 8 * heartbeatMs);
    expect(seen).toEqual(['synced']);
    // A stream whose heartbeats do not come through is asked anew each time that three stayed away.
    expect(longpolls().length - before).toBeLessThan(collections);
  });

  it('stays in step where something on the way keeps the heartbeats back', { timeout: 60_000 }, async () => {
    line.obstacle = (request) => (request.url?.includes('feed=longpoll') ? 'handled' : undefined);
    await restart({ heartbeatMs: 200 });
    const patients = () => longpolls().filter(({ path }) => path.includes('-patients/')).length;
    const before = patients();
    // "syncing" for the moment in which an answer is looked at.
    const seen = await statesUntil(() => patients() > before + 2);
    expect(seen.filter((state) => state !== 'synced' && state !== 'syncing')).toEqual([]);
    line.obstacle = undefined;
    await putAtOffice('patients', [foreignPatient('from-elsewhere')]);
    await waitFor(() => lab.kernel.reads().get('patients', 'from-elsewhere'));
  });
});

describe('a head office that answers wrongly', () => {
  const answerWith = (status: number, body: string) => {
    line.obstacle = (request, response) => {
      if (!/_(changes|all_docs|bulk_docs)/.test(request.url ?? '')) return undefined;
      response.writeHead(status, { 'content-type': 'text/html' });
      response.end(body);
      return 'handled';
    };
  };

  it.each([
    ['a page of HTML', 200, '<html>Please log in to the hotel network</html>'],
    ['half of an answer', 200, '{"results":[{"id":"a","seq":1'],
    ['JSON of another kind', 200, '{"ok":true}'],
    ['null', 200, 'null'],
    ['an inner error', 500, '{"error":"internal_server_error","reason":"No DB shards could be opened."}'],
    ['that it is overloaded', 503, 'try later'],
  ])('%s: shown, and everything goes on afterwards', async (_name, status, body) => {
    await connect();
    await inStep();
    answerWith(status, body);
    const patient = addPatient();
    await waitFor(() => stateOf('patients')?.state === 'error');
    expect(sync.overall()).toMatchObject({ state: 'error', message: expect.any(String), remedy: expect.any(String) });
    if (status >= 500) expect(sync.overall().message).toContain(String(status));
    line.obstacle = undefined;
    await inStep();
    expect(await atOffice('patients', patient.id)).toBeDefined();
  });

  it('slowly: everything arrives all the same', async () => {
    line.obstacle = async () => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      return undefined;
    };
    await connect();
    const patient = addPatient();
    await waitFor(async () => (await atOffice('patients', patient.id)) !== undefined);
    await inStep();
  });

  it('to greetings, but not when documents are stored: that is shown, and the other collections go on', {
    timeout: 60_000,
  }, async () => {
    await restart({ answerMs: 1000 });
    line.obstacle = (request) => (request.url?.includes('-patients/_bulk_docs') ? 'handled' : undefined);
    const patient = addPatient();
    await waitFor(() => stateOf('patients')?.state === 'error');
    expect(stateOf('patients')?.message).toContain('does not answer in time when asked to store documents');
    expect(stateOf('setup')?.state).toBe('synced');
    line.obstacle = undefined;
    await inStep();
    expect(await atOffice('patients', patient.id)).toBeDefined();
  });

  it('that a database is in conflict (409): shown, and tried again', async () => {
    await connect();
    await inStep();
    answerWith(409, '{"error":"conflict","reason":"Document update conflict."}');
    const patient = addPatient();
    await waitFor(() => stateOf('patients')?.message?.includes('409'));
    expect(sync.overall()).toMatchObject({ state: 'error', remedy: expect.any(String) });
    line.obstacle = undefined;
    await inStep();
    expect(await atOffice('patients', patient.id)).toBeDefined();
  });

  it('confirms fewer documents than were sent: nothing counts as stored', async () => {
    await connect();
    await inStep();
    line.obstacle = (request, response) => {
      if (!request.url?.includes('_bulk_docs')) return undefined;
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end('[]');
      return 'handled';
    };
    const patient = addPatient();
    await waitFor(() => stateOf('patients')?.message?.includes('not every document confirmed'));
    line.obstacle = undefined;
    await waitFor(async () => (await atOffice('patients', patient.id)) !== undefined);
  });

  it('refuses a document by its rules: its reason is shown, and the other collections go on', async () => {
    await connect();
    await inStep();
    let rules = true;
    line.obstacle = (request, response) => {
      if (!rules || !request.url?.includes('-patients/_bulk_docs')) return undefined;
      response.writeHead(201, { 'content-type': 'application/json' });
      const { docs } = JSON.parse(line.requests.at(-1)?.body ?? '{}') as { docs: { _id: string }[] };
      response.end(
        JSON.stringify(docs.map(({ _id }) => ({ id: _id, error: 'forbidden', reason: 'no patients on Sunday' }))),
      );
      return 'handled';
    };
    const patient = addPatient();
    await waitFor(() => stateOf('patients')?.message?.includes('no patients on Sunday'));
    expect(stateOf('setup')?.state).toBe('synced');
    rules = false;
    await waitFor(async () => (await atOffice('patients', patient.id)) !== undefined);
    await inStep();
  });

  it('holds data of a newer Aliquot: nothing is written over it', async () => {
    await connect();
    await inStep();
    const mark = (await atOffice('patients', '_local/aliquot')) ?? {};
    await fetch(`${database('patients')}/_local/aliquot`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...mark, format: 99 }),
    });
    await line.cut();
    await waitFor(() => sync.overall().state === 'offline');
    await line.mend();
    await waitFor(() => stateOf('patients')?.message?.includes('newer Aliquot'));
    expect(stateOf('patients')?.remedy).toContain('newer version');
    await waitFor(() => stateOf('setup')?.state === 'synced');
  });
});

describe('documents of head office that are not in order', () => {
  it('are kept aside and shown, never written, and never stop the others', async () => {
    await connect();
    const own = addPatient('own');
    await inStep();
    const entry = lab.kernel.reads().first('activity', { selector: {} });
    await putAtOffice('patients', [
      foreignPatient('bad-sex', { sex: 'robot' }),
      foreignPatient('bad-key', { admin: true }),
      foreignPatient('bad-lab', { labId: 'another-lab' }),
      { _id: 'bad-empty' },
      { _id: '_design/theirs', views: {} },
      { ...(await atOffice('patients', own.id)), _deleted: true, sex: undefined },
      ...Array.from({ length: 20 }, (_, n) => foreignPatient(`good-${n}`)),
    ]);
    const station = lab.kernel.reads().first('setup', { selector: { kind: { $eq: 'station' } } });
    const { _rev, _meta, _attachments, _deleted, id: _id, ...fields } = station as unknown as Record<string, unknown>;
    await putAtOffice('setup', [{ ...fields, _id: 'bad-kind' }]);
    const altered = (await atOffice('activity', entry?.id ?? '')) ?? {};
    await putAtOffice('activity', [{ ...altered, actorName: 'Somebody else' }]);
    await waitFor(() => lab.kernel.reads().get('patients', 'good-19'));
    const kept = await waitFor(() => {
      const { rows } = sync.rejected({ limit: 50 });
      return rows.length === 7 ? rows : undefined;
    });
    const reasons = Object.fromEntries(kept.map(({ id, reason }) => [id, reason]));
    expect(reasons).toMatchObject({
      'bad-sex': expect.stringContaining('sex'),
      'bad-key': expect.stringContaining('admin'),
      'bad-lab': 'labId: belongs to another laboratory',
      'bad-empty': expect.any(String),
      'bad-kind': expect.stringContaining('stays on the station'),
      [own.id]: expect.stringContaining('deleted without its content'),
      [entry?.id ?? '']: expect.stringContaining('never changed'),
    });
    expect(lab.kernel.reads().get('patients', own.id)?.fullName).toBe('own');
    expect(lab.kernel.reads().get('activity', entry?.id ?? '')).toEqual(entry);
    expect(lab.kernel.reads().count('patients', { selector: {} })).toBe(21);
    expect(sync.status().rejected).toBe(7);
    await inStep();

    const broken = (await atOffice('patients', 'bad-sex')) ?? {};
    await putAtOffice('patients', [{ ...broken, sex: 'female' }]);
    await waitFor(() => lab.kernel.reads().get('patients', 'bad-sex'));
    expect(sync.status().rejected).toBe(6);
  });

  it('in a first pull of many leave no gap behind them', { timeout: 20_000 }, async () => {
    await connect();
    await inStep();
    await sync.close();
    const documents = Array.from({ length: 1200 }, (_, n) => {
      const id = `p-${String(n).padStart(4, '0')}`;
      return n % 3 === 0 ? { _id: id, broken: n } : foreignPatient(id);
    });
    await putAtOffice('patients', documents);
    sync = createSync(lab.kernel, { probeMs: 50 });
    await sync.start();
    await inStep();
    expect(lab.kernel.reads().count('patients', { selector: {} })).toBe(800);
    expect(sync.status().rejected).toBe(400);
    const pages: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = sync.rejected({ limit: 150, cursor });
      pages.push(...page.rows.map((row) => row.id));
      cursor = page.nextCursor;
      if (!cursor) break;
    }
    expect(new Set(pages).size).toBe(400);
  });

  it('under an edit of ours are kept aside, and ours goes there instead', async () => {
    await connect();
    const patient = addPatient();
    await inStep();
    const current = (await atOffice('patients', patient.id)) ?? {};
    await line.cut();
    await waitFor(() => sync.overall().state === 'offline');
    await putAtOffice('patients', [{ _id: patient.id, _rev: current._rev, garbage: true }]);
    lab.kernel.change(lab.session, (work) =>
      work.update('patients', work.need('patients', patient.id), { note: 'ours' }),
    );
    await line.mend();
    await waitFor(async () => (await atOffice('patients', patient.id))?.note === 'ours');
    expect(lab.kernel.reads().get('patients', patient.id)?.note).toBe('ours');
  });
});

describe('a failure on this side', () => {
  it('to write what came is shown, and nothing is passed by', async () => {
    await connect();
    await inStep();
    const instance = lab.kernel.database.collections.patients.storageInstance;
    const write = instance.bulkWrite.bind(instance);
    let failures = 2;
    instance.bulkWrite = (rows, context) => {
      if (context.startsWith('replication-downstream') && failures-- > 0)
        return Promise.reject(new Error('disk I/O error'));
      return write(rows, context);
    };
    await putAtOffice(
      'patients',
      Array.from({ length: 10 }, (_, n) => foreignPatient(`first-${n}`)),
    );
    await putAtOffice(
      'patients',
      Array.from({ length: 10 }, (_, n) => foreignPatient(`second-${n}`)),
    );
    await waitFor(() => lab.kernel.reads().count('patients', { selector: {} }) === 20);
    expect(failures).toBeLessThanOrEqual(0);
    await inStep();
  });
});

describe('the replication screen', () => {
  const caller = (...permissions: Parameters<typeof loggedInAs>[1]) =>
    createSyncRouter(sync).createCaller(loggedInAs(lab, permissions));
  const kind = async (call: Promise<unknown>) =>
    call.then(
      () => 'done',
      (error: unknown) => toApiError(error, lab.kernel).kind,
    );

  it('is configured, looked at and asked to look again by who may', async () => {
    const api = caller('sync.read', 'sync.configure');
    expect(await api.status()).toMatchObject({ state: 'off', enabled: false, collections: [] });
    const status = await api.configure({ url: `${line.url}/`, enabled: true });
    expect(status).toMatchObject({ url: line.url, enabled: true });
    await inStep();
    expect(await api.now()).toMatchObject({ enabled: true });
    expect(await api.rejected({ limit: 10 })).toEqual({ rows: [] });
    const off = await api.configure({ url: line.url, enabled: false });
    expect(off).toMatchObject({ state: 'off', collections: [] });
  });

  it('is closed to who may not', async () => {
    expect(await kind(caller('patient.read').status())).toBe('forbidden');
    expect(await kind(caller('sync.read').configure({ url: line.url, enabled: false }))).toBe('forbidden');
    expect(await kind(createSyncRouter(sync).createCaller(notLoggedIn(lab)).status())).toBe('unauthenticated');
    expect(await kind(caller('sync.configure').configure({ url: 'ftp://x', enabled: true }))).toBe('validation');
  });
});
