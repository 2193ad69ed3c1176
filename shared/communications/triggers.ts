import type { Patient } from '../patients/schema.ts';

/** The channels that reach a patient (reference: Job Types). */
export const patientChannels = ['sms', 'whatsapp', 'email'] as const;
export type PatientChannel = (typeof patientChannels)[number];

/** What the words of a message can be about. */
export interface MessageFacts {
  readonly patientName: string;
  readonly labName: string;
  readonly billNumber: string;
  readonly tests: readonly string[];
}

/** An occasion on which a patient is written to. */
export interface CommunicationTrigger {
  readonly enabled: boolean;
  readonly channels: readonly PatientChannel[];
  /** What the message is for, as the queue shows it. */
  readonly title: (facts: MessageFacts) => string;
  /** Whether the reports go along. */
  readonly attachesReports: boolean;
  readonly subject: (facts: MessageFacts) => string;
  readonly text: (facts: MessageFacts) => string;
}

/** Every occasion by name (reference: the triggers of CommunicationBase). */
export const communicationTriggers = {
  reportReleased: {
    enabled: true,
    channels: ['sms', 'whatsapp', 'email'],
    title: ({ tests, patientName }) => `Report ${tests.join(', ')} to ${patientName}`,
    attachesReports: true,
    subject: ({ tests, labName }) => `Your laboratory report: ${tests.join(', ')} (${labName})`,
    text: ({ patientName, tests, billNumber, labName }) =>
      [
        `Dear ${patientName},`,
        '',
        `please find attached ${tests.length === 1 ? 'your report' : 'your reports'} for ${tests.join(', ')} (order ${billNumber}).`,
        'Please talk to your doctor about what the results mean.',
        '',
        labName,
      ].join('\n'),
  },
  specimenRejected: {
    enabled: true,
    channels: ['sms', 'whatsapp', 'email'],
    title: ({ tests, patientName }) => `New specimen for ${tests.join(', ')} asked of ${patientName}`,
    attachesReports: false,
    subject: ({ labName }) => `Please come for another specimen (${labName})`,
    text: ({ patientName, tests, billNumber, labName }) =>
      [
        `Dear ${patientName},`,
        '',
        `the specimen for ${tests.join(', ')} (order ${billNumber}) cannot be used, and we need another one.`,
        'Please visit us again at a time that suits you. There is nothing more to pay.',
        '',
        labName,
      ].join('\n'),
  },
} as const satisfies Record<string, CommunicationTrigger>;

export type TriggerName = keyof typeof communicationTriggers;

/** Why a channel is not used; in the order in which it is looked at. */
export type ChannelRefusal = 'notTriggered' | 'noConsent' | 'noAddress' | 'notConfigured';

/** Words for a person who wonders why nothing was sent. */
export const refusalWords: Readonly<Record<ChannelRefusal, string>> = {
  notTriggered: 'messages of this kind are switched off',
  noConsent: 'the patient has not agreed to it',
  noAddress: 'the patient has no address for it',
  notConfigured: 'no provider is set up for it',
};

type Reachable = Pick<Patient, 'consent' | 'email' | 'phone'>;

/** Reference: should_trigger_sms. Undefined when a text message is wanted. */
export function shouldTriggerSms(trigger: CommunicationTrigger, patient: Reachable) {
  return refusal(trigger, 'sms', patient.consent.sms, patient.phone);
}

/** Reference: should_trigger_whatsapp. */
export function shouldTriggerWhatsapp(trigger: CommunicationTrigger, patient: Reachable) {
  return refusal(trigger, 'whatsapp', patient.consent.whatsapp, patient.phone);
}

/**
 * Reference: should_trigger_email. A mail server that is not set up yet is no refusal: the mail waits in the queue, in
 * sight, until there is one.
 */
export function shouldTriggerEmail(trigger: CommunicationTrigger, patient: Reachable) {
  return refusal(trigger, 'email', patient.consent.email, patient.email);
}

function refusal(
  trigger: CommunicationTrigger,
  channel: PatientChannel,
  consent: boolean,
  address: string | undefined,
): ChannelRefusal | undefined {
  if (!trigger.enabled || !trigger.channels.includes(channel)) return 'notTriggered';
  if (!consent) return 'noConsent';
  if (!address) return 'noAddress';
  return undefined;
}
