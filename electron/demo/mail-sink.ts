import { parseArgs } from 'node:util';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { openControl, sayReady } from './helper.ts';

/**
 * The demo's mail server: takes every mail over SMTP and shows it, instead of delivering it. `--token <of the control port>`
 */
const { values } = parseArgs({ options: { token: { type: 'string' } } });
if (!values.token) throw new Error('--token is needed');

const mostKept = 200;
const largestMail = 30 * 1024 * 1024;
const mails: { id: number; receivedAt: string; mail: ParsedMail }[] = [];
let nextId = 1;

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  size: largestMail,
  onAuth: (_auth, _session, done) => done(null, { user: 'demo' }),
  onData: (stream, _session, done) => {
    simpleParser(stream).then(
      (mail) => {
        mails.push({ id: nextId++, receivedAt: new Date().toISOString(), mail });
        if (mails.length > mostKept) mails.shift();
        done();
      },
      (error: Error) => done(error),
    );
  },
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.server.address();

const control = await openControl(values.token, (method, path) => {
  if (method !== 'GET') return undefined;
  if (path === '/mails') return mails.map(({ id, receivedAt, mail }) => summary(id, receivedAt, mail)).reverse();
  const [, id, index] = /^\/mails\/(\d+)\/attachments\/(\d+)$/.exec(path) ?? [];
  const attachment = mails.find((one) => one.id === Number(id))?.mail.attachments[Number(index)];
  if (!attachment) return undefined;
  return { name: attachment.filename ?? 'attachment', content: attachment.content.toString('base64') };
});
sayReady({ port: address !== null && typeof address === 'object' ? address.port : 0, control: control.port });

function summary(id: number, receivedAt: string, mail: ParsedMail) {
  const to = [mail.to ?? []].flat();
  return {
    id,
    receivedAt,
    from: mail.from?.text ?? '',
    to: to.map((one) => one.text).join(', '),
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    attachments: mail.attachments.map(({ filename, size, contentType }) => ({
      name: filename ?? 'attachment',
      size,
      contentType,
    })),
  };
}
