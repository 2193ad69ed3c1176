import { createTransport } from 'nodemailer';
import { z } from 'zod';
import { type Mailbox, readMailbox } from '../../../shared/communications/email-address.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import { type MailServer, mailServerShape } from '../../../shared/setup/schema.ts';
import { invalid, type Kernel, type ScopedReads, type Session } from '../kernel/index.ts';
import { setupOf } from '../setup/index.ts';
import { DeliveryError } from './delivery.ts';

/** Where the password of the mail server is kept. */
const secretName = 'mail';

/** What the settings screen sends. `password` absent: as before; empty: none. */
export const saveMailServerSchema = z.strictObject({
  ...mailServerShape.omit({ kind: true }).shape,
  host: z.string().trim().min(1, 'Where is the mail server?').max(255),
  username: z.string().trim().max(254).optional(),
  password: z.string().max(500).optional(),
});
export type SaveMailServer = z.infer<typeof saveMailServerSchema>;

/** This station's mail server, without its password; undefined until one is set up. */
export function mailServerOf(reads: ScopedReads): Stored<MailServer> | undefined {
  return setupOf(reads, 'mailServer')[0];
}

/** What the screen is shown: never the password, only whether there is one. */
export async function shownMailServer(kernel: Kernel, reads: ScopedReads) {
  const server = mailServerOf(reads);
  if (!server) return undefined;
  const { host, port, security, username, from } = server;
  return { host, port, security, username, from, hasPassword: (await kernel.secrets.get(secretName)) !== undefined };
}

/**
 * Saves this station's mail server. The password goes to the secret store only, before the commit, so that a saved server
 * never stands with another one's password.
 */
export async function saveMailServer(
  kernel: Kernel,
  session: Session,
  input: SaveMailServer,
): Promise<Stored<MailServer>> {
  const { password, ...server } = input;
  if (!readMailbox(server.from)) {
    throw invalid(
      'from',
      'notAnAddress',
      'This is not an e-mail address',
      'Write lab@example.org or Central Lab <lab@example.org>.',
    );
  }
  if (password !== undefined) await kernel.secrets.set(secretName, password === '' ? undefined : password);
  return kernel.change(session, (work) => {
    const current = mailServerOf(work);
    const username = server.username || undefined;
    const saved = current
      ? work.update('setup', current, { ...server, username })
      : work.insert<'setup', MailServer>('setup', { kind: 'mailServer', ...server, username });
    work.record('setup.updated', {
      values: { kind: 'Mail server', name: server.host },
      subject: { collection: 'setup', id: saved.id },
    });
    return saved;
  });
}

/** A connection to the mail server and the sender that it is for. */
export interface MailRoute {
  readonly transport: ReturnType<typeof transportTo>;
  readonly from: Mailbox;
}

/** Opens the way out; a `channel` failure when no mail server is set up. */
export async function mailRoute(kernel: Kernel): Promise<MailRoute> {
  const server = mailServerOf(kernel.reads());
  if (!server) throw new DeliveryError('channel', 'No mail server is set up. Enter it under Settings, Mail server.');
  const from = readMailbox(server.from);
  if (!from) throw new DeliveryError('channel', `The sender "${server.from}" of the mail server is not an address.`);
  return { transport: transportTo(server, await kernel.secrets.get(secretName)), from };
}

function transportTo(server: MailServer, password: string | undefined) {
  return createTransport({
    host: server.host,
    port: server.port,
    secure: server.security === 'tls',
    requireTLS: server.security === 'starttls',
    ignoreTLS: server.security === 'none',
    ...(server.username ? { auth: { user: server.username, pass: password ?? '' } } : {}),
    connectionTimeout: 10_000,
    greetingTimeout: 15_000,
    socketTimeout: 30_000,
    dnsTimeout: 10_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
