import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail as the server took it over. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly messageId: string;
}

/** How the server behaves; may be changed between mails. */
export interface MailServerBehaviour {
  /** Reply to a recipient: an SMTP code and text to refuse it. */
  recipient?: (address: string, attempt: number) => { code: number; text: string } | undefined;
  /** Reply to the whole mail, after its content came. */
  content?: (raw: string, attempt: number) => { code: number; text: string } | undefined;
  /** `cut`: breaks off the connection in the middle of the content. */
  data?: 'take' | 'cut';
  /** Milliseconds before a mail's content is answered. */
  delayMs?: number;
}

export interface TestMailServer {
  readonly port: number;
  readonly mails: ReceivedMail[];
  behaviour: MailServerBehaviour;
  /** Connections at the same time, the most there were. */
  readonly mostConnections: () => number;
  close(): Promise<void>;
}

/** A real SMTP server on loopback. With `account`, nobody else gets in. */
export async function startMailServer(
  options: { port?: number; account?: { user: string; pass: string }; behaviour?: MailServerBehaviour } = {},
): Promise<TestMailServer> {
  const mails: ReceivedMail[] = [];
  const attempts = new Map<string, number>();
  const sockets = new Set<Socket>();
  let most = 0;
  const count = (what: string) => {
    const attempt = (attempts.get(what) ?? 0) + 1;
    attempts.set(what, attempt);
    return attempt;
  };
  const refusal = ({ code, text }: { code: number; text: string }) =>
    Object.assign(new Error(text), { responseCode: code });
  const server = new SMTPServer({
    authOptional: !options.account,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    logger: false,
    onAuth({ username, password }, _session, done) {
      const { user, pass } = options.account ?? {};
      if (username === user && password === pass) done(null, { user: username });
      else done(refusal({ code: 535, text: 'Authentication credentials invalid' }));
    },
    onRcptTo({ address }, _session, done) {
      const reply = state.behaviour.recipient?.(address, count(address));
      done(reply ? refusal(reply) : null);
    },
    onData(stream, session, done) {
      if (state.behaviour.data === 'cut') {
        for (const socket of sockets) socket.destroy();
        return;
      }
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString('utf8');
        const reply = state.behaviour.content?.(raw, count('content'));
        setTimeout(() => {
          if (reply) return done(refusal(reply));
          const { mailFrom, rcptTo } = session.envelope;
          mails.push({
            from: mailFrom ? mailFrom.address : '',
            to: rcptTo.map((recipient) => recipient.address),
            raw,
            messageId: /^Message-ID:\s*(\S+)/im.exec(raw)?.[1] ?? '',
          });
          done();
        }, state.behaviour.delayMs ?? 0);
      });
    },
  });
  server.on('error', () => undefined);
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    most = Math.max(most, sockets.size);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const state: TestMailServer = {
    port: (server.server.address() as AddressInfo).port,
    mails,
    behaviour: options.behaviour ?? {},
    mostConnections: () => most,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return state;
}
