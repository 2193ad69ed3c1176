import { type AstmFieldContent, astmRecord, astmText } from '../astm/build.ts';
import type { AnalyzerOrder, AnswerContext, Driver, OutgoingText } from '../driver.ts';
import type { OrderQuery } from '../reading.ts';
import { outgoing } from './common.ts';

/** How one instrument wants its orders. */
export interface AstmAnswerProfile {
  /** H-13. */
  readonly version: string;
  /** O-3: how the specimen is named. */
  readonly specimenId: (order: AnalyzerOrder, query: OrderQuery | null) => AstmFieldContent;
  /** O-4, where the instrument wants rack, position and the like there. */
  readonly instrumentSpecimen?: (order: AnalyzerOrder, query: OrderQuery | null) => AstmFieldContent;
  /** The universal test ids of O-5. */
  readonly testIds: (codes: readonly string[]) => readonly (readonly string[])[];
  /** H-5 and H-10 where the instrument wants more than names. */
  readonly header?: (context: AnswerContext) => Readonly<Record<number, AstmFieldContent>>;
}

/** O-12: N new, A added, C cancelled (LIS2-A2, 8.4.12). */
const actions = { new: 'N', add: 'A', cancel: 'C' } as const;

function patientFields({ patient }: AnalyzerOrder): Record<number, AstmFieldContent> {
  if (!patient) return {};
  return {
    3: patient.id ?? '',
    6: [patient.family ?? '', patient.given ?? ''],
    8: patient.birthDate?.replaceAll('-', '') ?? '',
    9: patient.sex ?? '',
  };
}

/**
 * Orders as ASTM records: H, then P and O for each sample, then L. Without orders the answer is L with `I`, "no information
 * available from the last query" (LIS2-A2, 13.1.3).
 */
export function answerAstm(
  driver: Pick<Driver, 'settings'>,
  profile: AstmAnswerProfile,
  query: OrderQuery | null,
  orders: readonly AnalyzerOrder[],
  context: AnswerContext,
): readonly OutgoingText[] {
  if (query?.cancel || (query === null && orders.length === 0)) return [];
  const records = [
    astmRecord('H', { 5: context.sender, 12: 'P', 13: profile.version, 14: context.now, ...profile.header?.(context) }),
  ];
  orders.forEach((order, index) => {
    records.push(astmRecord('P', { 2: String(index + 1), ...patientFields(order) }));
    records.push(
      astmRecord('O', {
        2: '1',
        3: profile.specimenId(order, query),
        4: profile.instrumentSpecimen?.(order, query) ?? '',
        5: profile.testIds(order.codes),
        6: order.priority === 'stat' ? 'S' : 'R',
        8: order.collectedAt ?? '',
        12: actions[order.action],
        16: order.specimenType ?? '',
        26: query ? 'Q' : 'O',
      }),
    );
  });
  records.push(astmRecord('L', { 2: '1', 3: orders.length === 0 ? 'I' : 'N' }));
  return [{ text: outgoing(driver, context.settings, astmText(records)), expectsReply: false }];
}
