import { Notes } from '../notes.ts';
import type { AstmMessage, AstmRecord } from './records.ts';

interface Annotated {
  readonly record: AstmRecord;
  /** C records that follow it. */
  readonly comments: AstmRecord[];
  /** M records that follow it, and those of a manufacturer's own letters. */
  readonly manufacturer: AstmRecord[];
}

export type AstmResultNode = Annotated;

export interface AstmOrderNode {
  /** Absent where results came without an order record. */
  readonly record: AstmRecord | undefined;
  readonly comments: AstmRecord[];
  readonly manufacturer: AstmRecord[];
  readonly results: AstmResultNode[];
}

export interface AstmPatientNode {
  /** Absent where orders came without a patient record. */
  readonly record: AstmRecord | undefined;
  readonly comments: AstmRecord[];
  readonly manufacturer: AstmRecord[];
  readonly orders: AstmOrderNode[];
}

export interface AstmTree {
  readonly header: Annotated;
  readonly patients: readonly AstmPatientNode[];
  readonly queries: readonly Annotated[];
  /** L-3: `N` normal, `I` no information for the query, `T`, `E`, … */
  readonly terminator: AstmRecord | undefined;
  /** What broke the order of LIS2-A2 and was read all the same. */
  readonly notes: readonly string[];
}

/**
 * Arranges the records of a message as the standard's tree H > P > O > R, with comments (C) and manufacturer records (M) at
 * the record they follow. Missing levels are supplied and noted; nothing is dropped.
 */
export function treeOf(message: AstmMessage): AstmTree {
  const header: Annotated = { record: message.header, comments: [], manufacturer: [] };
  const patients: AstmPatientNode[] = [];
  const queries: Annotated[] = [];
  const notes = new Notes();
  let terminator: AstmRecord | undefined;
  let patient: AstmPatientNode | undefined;
  let order: AstmOrderNode | undefined;
  let last: { readonly comments: AstmRecord[]; readonly manufacturer: AstmRecord[] } = header;

  const openPatient = (record: AstmRecord | undefined): AstmPatientNode => {
    const opened: AstmPatientNode = { record, comments: [], manufacturer: [], orders: [] };
    patients.push(opened);
    patient = opened;
    order = undefined;
    return opened;
  };
  const openOrder = (record: AstmRecord | undefined): AstmOrderNode => {
    const opened: AstmOrderNode = { record, comments: [], manufacturer: [], results: [] };
    (patient ?? openPatient(undefined)).orders.push(opened);
    order = opened;
    return opened;
  };

  for (const record of message.records.slice(1)) {
    if (terminator) notes.add(`Record ${record.index + 1} (${record.type}) follows the terminator.`);
    switch (record.type) {
      case 'P':
        last = openPatient(record);
        break;
      case 'O':
        if (!patient) notes.add(`Record ${record.index + 1} is an order without a patient record.`);
        last = openOrder(record);
        break;
      case 'R': {
        if (!order) notes.add(`Record ${record.index + 1} is a result without an order record.`);
        const result: AstmResultNode = { record, comments: [], manufacturer: [] };
        (order ?? openOrder(undefined)).results.push(result);
        last = result;
        break;
      }
      case 'C':
        last.comments.push(record);
        break;
      case 'Q': {
        const query: Annotated = { record, comments: [], manufacturer: [] };
        queries.push(query);
        last = query;
        break;
      }
      case 'L':
        terminator = record;
        break;
      case 'M':
        last.manufacturer.push(record);
        break;
      default:
        notes.add(
          `Record ${record.index + 1} is of type "${record.type.slice(0, 10)}", which the standard does not know.`,
        );
        last.manufacturer.push(record);
    }
  }
  if (!terminator) notes.add('The message has no terminator record (L).');
  return { header, patients, queries, terminator, notes: notes.list };
}
