import type { DeviceResult } from '../../../shared/results/schema.ts';
import { needMessage } from '../archive/index.ts';
import type { ScopedReads } from '../kernel/index.ts';
import { picturesAt, type SamplePictures } from './pictures.ts';

/** A result with the raw message it came from. */
export interface Trace {
  result: Pick<
    DeviceResult,
    | 'deviceName'
    | 'sampleId'
    | 'deviceCode'
    | 'originalValue'
    | 'originalUnit'
    | 'receivedAt'
    | 'resultAt'
    | 'clockOffMinutes'
    | 'analyzerFlags'
    | 'comments'
    | 'sampleComments'
    | 'rerun'
    | 'dilution'
  > & { id: string };
  message: {
    id: string;
    at: string;
    peer: string;
    protocol: string;
    digest: string;
    tolerated: string[];
    archived: boolean;
  };
  /** Pictures and histograms of the sample that came with this message, or next to it. */
  pictures: SamplePictures;
  /** The message text, one character a byte. */
  text: string;
  /** The record that holds the value: first character and one behind the last. */
  highlight: { start: number; end: number };
}

/**
 * From a report value back to the raw bytes of the analyzer (promise 5), which may be in the archive by now.
 * @param folder the data folder
 */
export function traceResult(reads: ScopedReads, folder: string, deviceResultId: string): Trace {
  const result = reads.need('deviceResults', deviceResultId);
  const { message, archived } = needMessage(reads, folder, result.journalId);
  const { offset, length } = result.recordRef;
  return {
    result: {
      id: result.id,
      deviceName: result.deviceName,
      sampleId: result.sampleId,
      deviceCode: result.deviceCode,
      originalValue: result.originalValue,
      originalUnit: result.originalUnit,
      receivedAt: result.receivedAt,
      resultAt: result.resultAt,
      clockOffMinutes: result.clockOffMinutes,
      analyzerFlags: result.analyzerFlags,
      comments: result.comments,
      sampleComments: result.sampleComments,
      rerun: result.rerun,
      dilution: result.dilution,
    },
    message: {
      id: message.id,
      at: message.at,
      peer: message.peer,
      protocol: message.protocol,
      digest: message.digest,
      tolerated: message.tolerated,
      archived,
    },
    pictures: picturesAt(reads, result),
    text: message.bytes,
    highlight: { start: offset, end: offset + length },
  };
}
