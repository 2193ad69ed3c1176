import type { DriverSettings, Locator } from '../driver.ts';
import { type Hl7Message, type Hl7Segment, hl7RefOf, hl7Text } from '../hl7/message.ts';
import type { OrderQuery } from '../reading.ts';
import { plainSampleId } from './common.ts';

/** What an answer repeats of the header of its question. */
export function headerEcho({ header }: Hl7Message): Record<string, string> {
  return {
    controlId: header.controlId,
    messageType: header.messageType,
    version: header.version,
    sendingApplication: header.fields[3] ?? '',
    sendingFacility: header.fields[4] ?? '',
    charset: header.fields[18] ?? '',
  };
}

/** Queries of the original mode (QRY^Q02: QRD-8) and by parameters (QBP: QPD-3, as in IHE LAW). */
export function standardQueries(message: Hl7Message, settings: DriverSettings): OrderQuery[] {
  const type = message.header.messageType;
  if (!/^(?:QRY|QBP)(?:\^|$)/.test(type)) return [];
  return message.segments.flatMap((segment) => {
    const field = segment.name === 'QRD' ? 8 : segment.name === 'QPD' ? 3 : undefined;
    if (field === undefined) return [];
    const mapped = settings.map?.querySampleId;
    const id = plainSampleId(mapped ? firstText(mapped, message.segments) : hl7Text(segment, field), settings);
    const filter = message.segments.find(({ name }) => name === 'QRF');
    const all = id === '' || id.toUpperCase() === 'ALL';
    return [
      {
        sampleIds: all ? [] : [id],
        all,
        cancel: segment.name === 'QRD' && hl7Text(segment, 9).toUpperCase() === 'CAN',
        codes: [],
        echo: { ...headerEcho(message), definition: segment.canonical, filter: filter?.canonical ?? '' },
        recordRef: hl7RefOf(segment, field),
      },
    ];
  });
}

/** Text at the first of the places that holds any, wherever in the message its segment stands. */
function firstText(places: readonly Locator[], segments: readonly Hl7Segment[]): string {
  for (const { record, field, component, repetition } of places) {
    for (const segment of segments) {
      const text = segment.name === record ? hl7Text(segment, field, component ?? 1, repetition ?? 1) : '';
      if (text.trim() !== '') return text;
    }
  }
  return '';
}
