/**
 * Every action that the activity log knows: its category id and its message (reference: category_id_mapper and
 * activity_text). `{name}` stands for a value of the entry. Ids 628 to 645 are the reference's own for reflex rules;
 * ours count from 1000, a hundred a domain.
 */
export const activityActions = {
  'reflexRule.created': { categoryId: 628, message: 'Reflex rule {name} created' },
  'reflexRule.updated': { categoryId: 629, message: 'Reflex rule {name} changed' },
  'reflexRule.triggered': { categoryId: 630, message: 'Reflex rule {name} added {test}' },
  'reflexRule.deleted': { categoryId: 634, message: 'Reflex rule {name} deleted' },
  'reflexRule.enabled': { categoryId: 644, message: 'Reflex rule {name} switched on' },
  'reflexRule.disabled': { categoryId: 645, message: 'Reflex rule {name} switched off' },
  'lab.created': { categoryId: 1000, message: 'Laboratory {name} set up' },
  'setup.updated': { categoryId: 1001, message: '{kind} {name} changed' },
  'staff.created': { categoryId: 1010, message: 'Staff {name} added' },
  'staff.updated': { categoryId: 1011, message: 'Staff {name} changed' },
  'session.opened': { categoryId: 1020, message: '{name} logged in' },
  'session.closed': { categoryId: 1021, message: '{name} logged out' },
  'session.refused': { categoryId: 1022, message: 'Log-in as {username} refused: {reason}' },
  'patient.created': { categoryId: 1100, message: 'Patient {name} ({number}) registered' },
  'patient.updated': { categoryId: 1101, message: 'Patient {name} ({number}) changed: {fields}' },
  'catalogue.created': { categoryId: 2100, message: 'Catalogue: {kind} {code} ({name}) added' },
  'catalogue.updated': { categoryId: 2101, message: 'Catalogue: {kind} {code} ({name}) changed: {changes}' },
  'catalogue.switchedOn': { categoryId: 2102, message: 'Catalogue: {kind} {code} ({name}) switched on' },
  'catalogue.switchedOff': { categoryId: 2103, message: 'Catalogue: {kind} {code} ({name}) switched off' },
  'catalogue.changed': { categoryId: 2104, message: 'Catalogue: {created} added, {changed} changed: {codes}' },
  'catalogue.imported': { categoryId: 2105, message: 'Catalogue: {created} imported, {changed} changed' },
  'bill.created': { categoryId: 1200, message: 'Bill {number} for {patient}: {tests}, {total}' },
  'bill.paid': { categoryId: 1201, message: 'Payment {amount} by {method} on bill {number}' },
  'bill.cancelled': { categoryId: 1202, message: 'Bill {number} cancelled: {reason}' },
  'specimen.collected': { categoryId: 1300, message: 'Specimen {accession} collected' },
  'specimen.received': { categoryId: 1301, message: 'Specimen {accession} received' },
  'specimen.rejected': { categoryId: 1302, message: 'Specimen {accession} rejected: {reason}' },
  'specimen.aliquoted': { categoryId: 1303, message: 'Specimen {accession} divided: {aliquots}' },
  'specimen.stored': { categoryId: 1304, message: 'Specimen {accession} stored at {position}' },
  'specimen.takenOut': { categoryId: 1305, message: 'Specimen {accession} taken out of {position}' },
  'specimen.discarded': { categoryId: 1306, message: 'Specimen {accession} discarded: {reason}' },
  'specimen.sentOut': { categoryId: 1307, message: 'Specimen {accession} sent to {laboratory} with {manifest}' },
  'specimen.cameBack': { categoryId: 1308, message: 'Specimen {accession} came back from {laboratory} ({manifest})' },
  'device.created': { categoryId: 1400, message: 'Analyzer {name} added' },
  'device.updated': { categoryId: 1401, message: 'Analyzer {name} changed' },
  'device.messageParsed': { categoryId: 1410, message: '{device} sent {results} results for {samples}' },
  'device.messageFailed': { categoryId: 1411, message: 'A message of {device} could not be read: {reason}' },
  'device.codeTaught': { categoryId: 1412, message: 'Code {code} of {device} is {parameter}' },
  'result.released': { categoryId: 1500, message: '{count} results of {device} released to {accession}' },
  'result.rejected': { categoryId: 1501, message: '{count} results of {device} rejected: {reason}' },
  'result.assigned': { categoryId: 1502, message: '{count} held results of {device} assigned to {accession}' },
  'result.entered': { categoryId: 1503, message: '{count} results of {test} ({accession}) entered by hand' },
  'result.held': { categoryId: 1504, message: '{count} results of {device} held: {reason}' },
  'result.returned': { categoryId: 1505, message: '{count} held results of {device} given back to validation' },
  'report.verified': { categoryId: 1600, message: '{test} of {patient} verified' },
  'report.returned': { categoryId: 1601, message: '{test} of {patient} sent back: {reason}' },
  'report.signed': { categoryId: 1602, message: '{test} of {patient} signed, version {version}' },
  'report.released': { categoryId: 1603, message: '{test} of {patient} released' },
  'message.queued': { categoryId: 1700, message: '{channel} to {to} queued: {title}' },
  'message.sent': { categoryId: 1701, message: '{channel} sent: {title}' },
  'message.dead': { categoryId: 1702, message: '{channel} given up after {attempts} attempts: {title}: {error}' },
  'message.retried': { categoryId: 1703, message: '{channel} queued again: {title}' },
  'sync.configured': { categoryId: 1800, message: 'Head office set to {url}' },
  'sync.merged': { categoryId: 1801, message: '{collection} {id} merged with head office; lost: {fields}' },
} as const satisfies Record<string, { categoryId: number; message: string }>;

export type ActivityAction = keyof typeof activityActions;

/** The entry's words: the template with its values (reference: `message.format(**self.__dict__)`). */
export function activityText(action: ActivityAction, values: Record<string, string | number | boolean | null>): string {
  return activityActions[action].message.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '—'));
}
