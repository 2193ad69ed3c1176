import { emailAddressSchema, oneLine } from '../../../shared/communications/email-address.ts';
import { type EmailPayload, emailPayloadSchema, type Job } from '../../../shared/communications/job.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import type { Kernel } from '../kernel/index.ts';
import { DeliveryError, type JobHandler } from './delivery.ts';
import { type MailRoute, mailRoute } from './mail-server.ts';
import { type SmtpFailure, smtpFailure, someRefused } from './smtp-failure.ts';

/** A file made when its mail is sent. */
export interface AttachmentFile {
  readonly filename: string;
  readonly content: Uint8Array;
  readonly contentType: string;
}

/** Makes the files a job refers to, from what is stored at that moment. Runs outside any transaction. */
export type AttachmentsOf = (job: Stored<Job>) => Promise<readonly AttachmentFile[]>;

/**
 * Delivers e-mail jobs through the station's mail server (reference: SMTP handler of Fusion). The Message-ID follows from
 * the job's id, so that a mail sent twice around a crash is recognised as one by what receives it.
 */
export function emailHandler(kernel: Kernel, attachmentsOf: AttachmentsOf): JobHandler {
  return async (job, signal) => {
    const payload = readPayload(job);
    const route = await mailRoute(kernel);
    const attachments = await attachmentsOf(job);
    await sendMail(route, { ...payload, id: job.id, createdAt: job.createdAt, attachments }, signal);
  };
}

/** Sends one mail to find out whether the settings work; throws a `DeliveryError` with the server's words otherwise. */
export async function sendTestMail(kernel: Kernel, to: string, labName: string): Promise<void> {
  const route = await mailRoute(kernel);
  const now = new Date(kernel.clock.now()).toISOString();
  const text = `This mail shows that ${labName} can send e-mail.\n`;
  const mail = { to: [to], subject: `Test mail of ${labName}`, text, id: `test-${kernel.clock.now()}`, createdAt: now };
  await sendMail(route, { ...mail, attachments: [] }, AbortSignal.timeout(30_000));
}

interface OutgoingMail extends Pick<EmailPayload, 'to' | 'subject' | 'text'> {
  readonly id: string;
  readonly createdAt: string;
  readonly attachments: readonly AttachmentFile[];
}

function readPayload(job: Stored<Job>): EmailPayload {
  const parsed = emailPayloadSchema.safeParse(job.payload);
  if (!parsed.success)
    throw new DeliveryError('permanent', `The job is not a mail: ${parsed.error.issues[0]?.message}`);
  const wrong = parsed.data.to.find((address) => !emailAddressSchema.safeParse(address).success);
  if (wrong !== undefined) throw new DeliveryError('permanent', `"${oneLine(wrong)}" is not an e-mail address`);
  return parsed.data;
}

async function sendMail({ transport, from }: MailRoute, mail: OutgoingMail, signal: AbortSignal): Promise<void> {
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  try {
    const result = await transport.sendMail({
      messageId: `<job-${mail.id}@${domain}>`,
      date: new Date(mail.createdAt),
      from,
      to: mail.to.map((address) => ({ name: '', address })),
      subject: oneLine(mail.subject),
      text: mail.text,
      attachments: mail.attachments.map(({ filename, content, contentType }) => ({
        filename: oneLine(filename).replace(/[/\\]/g, '-'),
        content: Buffer.from(content.buffer, content.byteOffset, content.byteLength),
        contentType: oneLine(contentType),
      })),
      signal,
    });
    if (result.rejected.length > 0) throw someRefused(mail, result.rejected, result.rejectedErrors as SmtpFailure[]);
  } catch (error) {
    throw smtpFailure(error);
  } finally {
    transport.close();
  }
}
