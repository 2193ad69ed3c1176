import type { AnalyzerOrder, AnswerContext, Driver, OutgoingText } from '../driver.ts';
import { hl7Message, hl7Segment } from '../hl7/build.ts';
import type { OrderQuery } from '../reading.ts';
import { outgoing } from './common.ts';
import { answerHeader } from './hl7-answer.ts';

const sexes = { M: 'Male', F: 'Female', U: '' } as const;

/**
 * Answers ORM^O01 by ORR^O02, which acknowledges it as well: patient, order and the mode to measure in (Mindray BC-5300 manual,
 * C.3.2). Without an order MSA-1 is AR. The analyzer asks for one sample at a time and acknowledges nothing.
 * @param modeFor the instrument's mode in which these codes are measured
 */
export function answerOrderQuery(
  driver: Pick<Driver, 'settings'>,
  modeFor: (codes: readonly string[]) => string,
  query: OrderQuery | null,
  orders: readonly AnalyzerOrder[],
  context: AnswerContext,
): readonly OutgoingText[] {
  if (query === null) return [];
  const controlId = query.echo.controlId || context.controlId;
  const order = orders.find((one) => one.action !== 'cancel' && one.codes.length > 0);
  const segments = [
    answerHeader(['ORR', 'O02'], controlId, query, context),
    hl7Segment('MSA', { 1: order ? 'AA' : 'AR', 2: query.echo.controlId ?? '' }),
  ];
  if (order) segments.push(...orderSegments(order, modeFor(order.codes)));
  return [{ text: outgoing(driver, context.settings, hl7Message(segments)), expectsReply: false, controlId }];
}

function orderSegments({ patient, sampleId, collectedAt }: AnalyzerOrder, mode: string): string[] {
  const coded = (number: string, id: string, name: string, value: string) =>
    hl7Segment('OBX', { 1: number, 2: 'IS', 3: [id, name, '99MRC'], 5: value, 11: 'F' });
  return [
    hl7Segment('PID', {
      1: '1',
      3: [patient?.id ?? '', '', '', '', 'MR'],
      5: [patient?.family ?? '', patient?.given ?? ''],
      7: patient?.birthDate ? `${patient.birthDate.replaceAll('-', '')}000000` : '',
      8: sexes[patient?.sex ?? 'U'],
    }),
    hl7Segment('PV1', { 1: '1' }),
    hl7Segment('ORC', { 1: 'AF', 2: sampleId }, 5),
    hl7Segment('OBR', {
      1: '1',
      2: sampleId,
      4: ['00001', 'Automated Count', '99MRC'],
      6: collectedAt ?? '',
      24: 'HM',
    }),
    coded('1', '08001', 'Take Mode', 'A'),
    coded('2', '08002', 'Blood Mode', 'W'),
    coded('3', '08003', 'Test Mode', mode),
  ];
}
