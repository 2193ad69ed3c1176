import type { Bill } from '../../../shared/billing/schema.ts';
import type { EmailPayload } from '../../../shared/communications/job.ts';
import {
  type ChannelRefusal,
  type CommunicationTrigger,
  communicationTriggers,
  type MessageFacts,
  type PatientChannel,
  patientChannels,
  refusalWords,
  shouldTriggerEmail,
  shouldTriggerSms,
  shouldTriggerWhatsapp,
  type TriggerName,
} from '../../../shared/communications/triggers.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import type { Report } from '../../../shared/reports/schema.ts';
import type { NewJob, Work } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';

/** What to tell a patient, and on what occasion. */
export interface Communication {
  readonly trigger: TriggerName;
  readonly patient: Patient;
  readonly bill: Bill;
  readonly reports: readonly Report[];
}

/** What became of each channel: the job in the outbox, or why there is none. */
export type ChannelOutcome =
  | { channel: PatientChannel; jobId: string }
  | { channel: PatientChannel; refused: ChannelRefusal };

/**
 * Puts messages to a patient into the outbox, one job a channel that the patient agreed to, in the same unit of work as
 * what they are about (reference: CommunicationBase.send and FusionClient.queue_communication).
 */
export function send(work: Work, communication: Communication): ChannelOutcome[] {
  const trigger = validateTriggers(communication);
  const facts: MessageFacts = { ...prepareUserMeta(communication), ...prepareLabMeta(work) };
  const jobs: Record<PatientChannel, NewJob | ChannelRefusal> = {
    sms: prepareSms(trigger, communication),
    whatsapp: prepareWhatsapp(trigger, communication),
    email: prepareEmail(trigger, communication, facts),
  };
  return patientChannels.map((channel) => {
    const job = jobs[channel];
    if (typeof job === 'string') return { channel, refused: job };
    const { id } = work.enqueue(job);
    work.record('message.queued', {
      values: { channel, to: communication.patient.fullName, title: job.title },
      subject: { collection: 'jobs', id },
      patientId: communication.patient.id,
    });
    return { channel, jobId: id };
  });
}

/** Sends released reports of one bill to the patient; says in words why nothing was queued. */
export function sendReports(work: Work, mail: Omit<Communication, 'trigger'>): { queued: boolean; reason?: string } {
  const outcomes = send(work, { trigger: 'reportReleased', ...mail });
  if (outcomes.some((outcome) => 'jobId' in outcome)) return { queued: true };
  const reason = outcomes
    .map((outcome) =>
      'refused' in outcome ? `${channelWords[outcome.channel]}: ${refusalWords[outcome.refused]}` : '',
    )
    .filter(Boolean)
    .join('; ');
  return { queued: false, reason };
}

/** How a person names a channel. */
export const channelWords: Readonly<Record<PatientChannel | 'webhook', string>> = {
  sms: 'Text message',
  whatsapp: 'WhatsApp',
  email: 'E-mail',
  webhook: 'Webhook',
};

/** Reference: validate_triggers. The occasion; a message that refers to nothing is a mistake of the caller. */
function validateTriggers({ trigger, reports }: Communication): CommunicationTrigger {
  if (reports.length === 0) throw new Error(`The trigger ${trigger} needs at least one report`);
  return communicationTriggers[trigger];
}

/** Reference: prepare_user_meta. */
function prepareUserMeta({ patient, bill, reports }: Communication) {
  return { patientName: patient.fullName, billNumber: bill.number, tests: reports.map((report) => report.testName) };
}

/** Reference: prepare_lab_meta. */
function prepareLabMeta(work: Work) {
  return { labName: centreOf(work).name };
}

/** Reference: prepare_sms. No provider of text messages is part of the product yet, so nothing is queued for one. */
function prepareSms(trigger: CommunicationTrigger, { patient }: Communication): ChannelRefusal {
  return shouldTriggerSms(trigger, patient) ?? 'notConfigured';
}

/** Reference: prepare_whatsapp. As with text messages. */
function prepareWhatsapp(trigger: CommunicationTrigger, { patient }: Communication): ChannelRefusal {
  return shouldTriggerWhatsapp(trigger, patient) ?? 'notConfigured';
}

/** Reference: prepare_email. The reports are named, not rendered: their PDFs are made when the mail is sent. */
function prepareEmail(
  trigger: CommunicationTrigger,
  { patient, reports }: Communication,
  facts: MessageFacts,
): NewJob | ChannelRefusal {
  const refused = shouldTriggerEmail(trigger, patient);
  if (refused) return refused;
  const payload: EmailPayload = {
    to: [patient.email ?? ''],
    subject: trigger.subject(facts).slice(0, 300),
    text: trigger.text(facts).slice(0, 10_000),
    reportIds: trigger.attachesReports ? reports.map((report) => report.id) : [],
  };
  return {
    channel: 'email',
    title: trigger.title(facts).slice(0, 300),
    payload,
    subject: { collection: 'patients', id: patient.id },
  };
}
