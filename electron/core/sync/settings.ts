import type { Stored } from '../../../shared/kernel/document.ts';
import type { HeadOffice } from '../../../shared/setup/schema.ts';
import type { ConfigureSync } from '../../../shared/sync/state.ts';
import { invalid, type Kernel, type LabError, type ScopedReads, type Session } from '../kernel/index.ts';
import { setupOf } from '../setup/index.ts';
import { checkHeadOffice, type HeadOfficeAddress } from './connection.ts';
import { databaseName } from './databases.ts';
import { type HeadOfficeError, networkTrouble } from './head-office-error.ts';

/** Where the password of head office is kept. */
const secretName = 'headOffice';
const testPatienceMs = 20_000;

/** This station's head office, without its password; undefined until one is set up. */
export function headOfficeOf(reads: ScopedReads): Stored<HeadOffice> | undefined {
  return setupOf(reads, 'headOffice')[0];
}

/** The same with its password, for connecting. */
export async function addressOf(kernel: Kernel, headOffice: HeadOffice): Promise<HeadOfficeAddress> {
  return { url: headOffice.url, username: headOffice.username, password: await kernel.secrets.get(secretName) };
}

/**
 * Saves where head office is. Switched on, it is tried first, and a field error says precisely what is wrong: nothing is
 * saved then. The password goes to the secret store only.
 */
export async function saveHeadOffice(kernel: Kernel, session: Session, input: ConfigureSync): Promise<void> {
  const url = readUrl(input.url);
  const username = input.username || undefined;
  const password = input.password ?? (await kernel.secrets.get(secretName));
  if (input.enabled) await tryOut(kernel, { url, username, password });
  if (input.password !== undefined) await kernel.secrets.set(secretName, input.password || undefined);
  kernel.change(session, (work) => {
    const current = headOfficeOf(work);
    const change = { url, username, enabled: input.enabled };
    const saved = current
      ? work.update('setup', current, change)
      : work.insert<'setup', HeadOffice>('setup', { kind: 'headOffice', ...change });
    work.record('sync.configured', { values: { url }, subject: { collection: 'setup', id: saved.id } });
  });
}

function readUrl(text: string): string {
  const url = new URL(text);
  const remedy = 'Enter the address alone, for example https://couch.example.org:6984.';
  if (url.username || url.password)
    throw invalid('url', 'credentials', 'User name and password have fields of their own', remedy);
  if (url.search || url.hash)
    throw invalid('url', 'notAnAddress', 'The address has more in it than a CouchDB needs', remedy);
  return url.href.replace(/\/+$/, '');
}

async function tryOut(kernel: Kernel, address: HeadOfficeAddress): Promise<void> {
  const database = databaseName(kernel.needIdentity().labId, 'setup');
  try {
    await checkHeadOffice(address, database, AbortSignal.timeout(testPatienceMs));
  } catch (error) {
    throw fieldError(networkTrouble(error));
  }
}

function fieldError({ state, message, remedy }: HeadOfficeError): LabError {
  const later = state === 'offline' ? 'Check the address and the network, or save it switched off for now.' : remedy;
  return invalid(state === 'refused' ? 'password' : 'url', state, message, later);
}
