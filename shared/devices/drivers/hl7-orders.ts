import type { AnalyzerOrder, AnswerContext, Driver, OutgoingText } from '../driver.ts';
import { hl7Message, hl7Segment } from '../hl7/build.ts';
import type { OrderQuery } from '../reading.ts';
import { outgoing } from './common.ts';

/** The message in which orders go out: OML^O33 by specimen (HL7 2.5.1, IHE LAW), ORM^O01 for older instruments (2.3.1). */
type OrderMessage = 'OML^O33' | 'ORM^O01';

/** ORC-1 (table 0119): new, added to the sample, withdrawn. */
const orderControl = { new: 'NW', add: 'NW', cancel: 'CA' } as const;
const laboratory = 'ALIQUOT';

/** Whom the message is for, as an earlier message named it; empty where it goes out unasked. */
type Receiver = Pick<OrderQuery, 'echo'> | null;

function header(
  type: readonly string[],
  version: string,
  controlId: string,
  receiver: Receiver,
  context: AnswerContext,
): string {
  const echo = receiver?.echo ?? {};
  // No commit acknowledgement, the application's always (IHE LAW). Older instruments know neither.
  const isNew = version === '2.5.1';
  return hl7Segment('MSH', {
    3: context.sender,
    5: echo.sendingApplication ?? '',
    6: echo.sendingFacility ?? '',
    7: context.now,
    9: type,
    10: controlId,
    11: 'P',
    12: echo.version || version,
    15: isNew ? 'NE' : '',
    16: isNew ? 'AL' : '',
    18: echo.charset ?? '',
  });
}

function patientSegments({ patient }: AnalyzerOrder): string[] {
  if (!patient) return [];
  return [
    hl7Segment('PID', {
      1: '1',
      3: [patient.id ?? '', '', '', laboratory, 'MR'],
      5: [patient.family ?? '', patient.given ?? ''],
      7: patient.birthDate?.replaceAll('-', '') ?? '',
      8: patient.sex ?? '',
    }),
  ];
}

/**
 * One specimen with what is to be measured on it: SPM, the container, then ORC, TQ1 and OBR for each code. The number of a
 * work step (OBR-2) is made of sample and code, so that a cancellation names the same.
 */
function specimenSegments(order: AnalyzerOrder, number: number, context: AnswerContext): string[] {
  const { sampleId, codes, rack, position, specimenType, collectedAt, priority, action } = order;
  const segments = [
    hl7Segment('SPM', { 1: String(number), 2: sampleId, 4: specimenType ?? '', 11: 'P', 17: collectedAt ?? '' }),
    hl7Segment('SAC', { 3: sampleId, 10: rack ?? '', 11: position ?? '' }),
  ];
  codes.forEach((code, index) => {
    const step = [`${sampleId}.${code}`, laboratory];
    segments.push(
      hl7Segment('ORC', { 1: orderControl[action], 2: step, 9: context.now }),
      hl7Segment('TQ1', { 1: '1', 9: priority === 'stat' ? 'S' : 'R' }),
      hl7Segment('OBR', { 1: String(index + 1), 2: step, 4: code, 7: collectedAt ?? '' }),
    );
  });
  return segments;
}

/** ORM^O01: the sample id stands where such instruments look for it, in ORC-2 and OBR-2. */
function oldOrderSegments({ sampleId, codes, priority, collectedAt, specimenType, action }: AnalyzerOrder): string[] {
  return codes.flatMap((code, index) => [
    hl7Segment('ORC', { 1: orderControl[action], 2: sampleId }),
    hl7Segment('OBR', {
      1: String(index + 1),
      2: sampleId,
      4: code,
      5: priority === 'stat' ? 'S' : 'R',
      7: collectedAt ?? '',
      15: specimenType ?? '',
    }),
  ]);
}

/**
 * Orders to an instrument unasked, new ones and withdrawn ones: a message for each sample. The instrument answers ORL^O34 (ORR^O02);
 * one that refuses is told by the link.
 */
export function downloadOrders(
  driver: Pick<Driver, 'settings'>,
  kind: OrderMessage,
  orders: readonly AnalyzerOrder[],
  context: AnswerContext,
  receiver: Receiver = null,
): readonly OutgoingText[] {
  return orders
    .filter(({ codes }) => codes.length > 0)
    .map((order, index) => {
      const controlId = `${context.controlId}-${index + 1}`;
      const segments =
        kind === 'OML^O33'
          ? [
              header(['OML', 'O33', 'OML_O33'], '2.5.1', controlId, receiver, context),
              ...patientSegments(order),
              ...specimenSegments(order, 1, context),
            ]
          : [
              header(['ORM', 'O01'], '2.3.1', controlId, receiver, context),
              ...patientSegments(order),
              ...oldOrderSegments(order),
            ];
      const text = outgoing(driver, context.settings, hl7Message(segments));
      return { text, expectsReply: true, controlId };
    });
}

/** OML^O33 with ORC-1 = DC: there is nothing to measure on this sample (IHE LAW, LAB-28, negative query response). */
function nothingToMeasure(
  driver: Pick<Driver, 'settings'>,
  query: OrderQuery,
  sampleId: string,
  context: AnswerContext,
): OutgoingText {
  const controlId = `${context.controlId}-0`;
  const segments = [
    header(['OML', 'O33', 'OML_O33'], '2.5.1', controlId, query, context),
    hl7Segment('SPM', { 1: '1', 2: sampleId, 11: 'U' }),
    hl7Segment('SAC', { 3: sampleId }),
    hl7Segment('ORC', { 1: 'DC', 9: context.now }),
  ];
  return { text: outgoing(driver, context.settings, hl7Message(segments)), expectsReply: true, controlId };
}

/**
 * Answers a query by parameters. QBP^Q11 gets RSP^K11, which acknowledges it and repeats tag (QPD-2) and parameters; the orders
 * follow in messages of their own where the query is of IHE LAW (QPD-1 names `IHELAW`), else they stand in the response.
 */
export function answerParameterQuery(
  driver: Pick<Driver, 'settings'>,
  query: OrderQuery,
  orders: readonly AnalyzerOrder[],
  context: AnswerContext,
): readonly OutgoingText[] {
  const { echo } = query;
  const wanted = query.cancel ? [] : orders.filter(({ action, codes }) => action !== 'cancel' && codes.length > 0);
  const asked = echo.definition ?? 'QPD';
  const definition = asked.split(asked[3] ?? '|');
  const [, name = '', tag = ''] = definition;
  const isLaw = /IHELAW/i.test(name);
  const controlId = context.controlId;
  const segments = [
    header(['RSP', 'K11', 'RSP_K11'], '2.5.1', controlId, query, context),
    hl7Segment('MSA', { 1: 'AA', 2: echo.controlId ?? '' }),
    // What came is given back as it came, in the sender's own escapes.
    `QAK|${tag}|${wanted.length > 0 || isLaw ? 'OK' : 'NF'}|${name}`,
    definition.join('|'),
  ];
  if (!isLaw) {
    wanted.forEach((order, index) => {
      segments.push(...patientSegments(order), ...specimenSegments(order, index + 1, context));
    });
  }
  const response = { text: outgoing(driver, context.settings, hl7Message(segments)), expectsReply: false, controlId };
  if (!isLaw || query.cancel) return [response];
  const downloads = downloadOrders(driver, 'OML^O33', wanted, context, query);
  const without = query.sampleIds.filter((id) => !wanted.some(({ sampleId }) => sampleId === id));
  return [response, ...downloads, ...without.map((id) => nothingToMeasure(driver, query, id, context))];
}
