import type { Hl7Message, Hl7Segment } from './message.ts';

export interface Hl7Observation {
  readonly obx: Hl7Segment;
  /** NTE after the OBX. */
  readonly comments: readonly Hl7Segment[];
}

/** What belongs to one ordered specimen, whatever the message type calls the group. */
export interface Hl7Group {
  /** Latest PID, SPM, SAC, ORC, OBR in force, by name. */
  readonly segments: ReadonlyMap<string, Hl7Segment>;
  /** NTE before the first OBX. */
  readonly comments: readonly Hl7Segment[];
  readonly observations: readonly Hl7Observation[];
}

interface OpenGroup {
  readonly segments: Map<string, Hl7Segment>;
  readonly comments: Hl7Segment[];
  readonly observations: { readonly obx: Hl7Segment; readonly comments: Hl7Segment[] }[];
}

/** What a segment ends, when a new one of its kind begins: a new patient ends the specimen, a new specimen the order. */
const ends: Readonly<Record<string, readonly string[]>> = {
  PID: ['SPM', 'SAC', 'ORC', 'OBR'],
  SPM: ['SAC', 'ORC', 'OBR'],
  SAC: ['ORC', 'OBR'],
  ORC: ['OBR'],
  OBR: [],
};

/** Whether a segment of this name belongs to a patient, specimen or order, and ends with it. */
export function isGrouped(name: string): boolean {
  return name in ends;
}

/**
 * Groups the segments of a result message. In ORU the specimen (SPM) follows the results of its order, in OUL^R22 it comes before
 * them; both are read. Observations without any OBR get a group of their own.
 */
export function groupsOf(message: Hl7Message): readonly Hl7Group[] {
  const groups: OpenGroup[] = [];
  const force = new Map<string, Hl7Segment>();
  const specimenFirst = message.header.messageType.startsWith('OUL');
  let group: OpenGroup | undefined;
  const open = (): OpenGroup => {
    const opened: OpenGroup = { segments: new Map(force), comments: [], observations: [] };
    groups.push(opened);
    group = opened;
    return opened;
  };
  for (const segment of message.segments) {
    const { name } = segment;
    if (name === 'SPM' && !specimenFirst && group) {
      group.segments.set(name, segment);
    } else if (name in ends) {
      for (const ended of ends[name] ?? []) force.delete(ended);
      force.set(name, segment);
      group = undefined;
      if (name === 'OBR') open();
    } else if (name === 'OBX') {
      (group ?? open()).observations.push({ obx: segment, comments: [] });
    } else if (name === 'NTE' && group) {
      (group.observations.at(-1)?.comments ?? group.comments).push(segment);
    }
  }
  return groups;
}
