import type { AnalyzerOrder, AnswerContext, Driver, OutgoingText } from '../driver.ts';
import { hl7Message, hl7Segment } from '../hl7/build.ts';
import type { OrderQuery } from '../reading.ts';
import { outgoing } from './common.ts';

/**
 * The header of an answer. Sender and receiver stand as Mindray's manual has them: the laboratory leaves its own fields empty and
 * names the analyzer as the receiver.
 */
export function answerHeader(
  type: readonly string[],
  controlId: string,
  query: OrderQuery,
  context: AnswerContext,
): string {
  return hl7Segment(
    'MSH',
    {
      5: query.echo.sendingApplication ?? '',
      6: query.echo.sendingFacility ?? '',
      7: context.now,
      9: type,
      10: controlId,
      11: 'P',
      12: query.echo.version || '2.3.1',
      18: query.echo.charset ?? '',
    },
    20,
  );
}

function accepted(query: OrderQuery, found: boolean): string[] {
  return [
    hl7Segment('MSA', { 1: 'AA', 2: query.echo.controlId ?? '', 3: 'Message accepted', 6: '0' }, 7),
    hl7Segment('ERR', { 1: '0' }, 2),
    hl7Segment('QAK', { 1: 'SR', 2: found ? 'OK' : 'NF' }, 3),
  ];
}

/** The lines of display data (DSP): who, which sample, and from 29 on the tests. Numbers are Mindray's (host interface manual, 3.3). */
function displayData(order: AnalyzerOrder): string[] {
  const { patient } = order;
  const lines: Record<number, string> = {
    1: patient?.id ?? '',
    3: [patient?.given, patient?.family].filter((part) => part).join(' '),
    4: patient?.birthDate ? `${patient.birthDate.replaceAll('-', '')}000000` : '',
    5: patient?.sex === 'U' ? 'O' : (patient?.sex ?? ''),
    21: order.sampleId,
    23: order.collectedAt ?? '',
    24: order.priority === 'stat' ? 'Y' : 'N',
    26: order.specimenType ?? '',
  };
  order.codes.forEach((code, index) => {
    lines[29 + index] = code;
  });
  const last = 28 + order.codes.length;
  return Array.from({ length: last }, (_, index) => {
    const number = index + 1;
    const content = number > 28 ? [lines[number] ?? '', '', '', ''] : (lines[number] ?? '');
    return hl7Segment('DSP', { 1: String(number), 3: content }, 5);
  });
}

/**
 * Answers QRY^Q02: first QCK^Q02, which says whether there is anything (QAK OK or NF), then one DSR^Q03 for each sample; DSC
 * numbers them while more follow. The analyzer acknowledges DSR with ACK^Q03 and QCK not at all.
 */
export function answerDisplayQuery(
  driver: Pick<Driver, 'settings'>,
  query: OrderQuery | null,
  orders: readonly AnalyzerOrder[],
  context: AnswerContext,
): readonly OutgoingText[] {
  if (query === null || !query.echo.messageType?.startsWith('QRY')) return [];
  const wanted = query.cancel ? [] : orders.filter((order) => order.action !== 'cancel' && order.codes.length > 0);
  const found = wanted.length > 0 || query.cancel;
  const controlId = query.echo.controlId || context.controlId;
  const encode = (segments: readonly string[]) => outgoing(driver, context.settings, hl7Message(segments));
  const answers: OutgoingText[] = [
    {
      text: encode([answerHeader(['QCK', 'Q02'], controlId, query, context), ...accepted(query, found)]),
      expectsReply: false,
      controlId,
    },
  ];
  wanted.forEach((order, index) => {
    const own = wanted.length === 1 ? controlId : `${controlId}-${index + 1}`;
    const segments = [answerHeader(['DSR', 'Q03'], own, query, context), ...accepted(query, true)];
    for (const echoed of [query.echo.definition, query.echo.filter]) if (echoed) segments.push(echoed);
    segments.push(...displayData(order));
    segments.push(hl7Segment('DSC', { 1: index < wanted.length - 1 ? String(index + 1) : '' }, 2));
    answers.push({ text: encode(segments), expectsReply: true, controlId: own });
  });
  return answers;
}
