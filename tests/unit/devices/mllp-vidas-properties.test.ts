import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createMllpLink,
  createVidasLink,
  encodeVidasFrame,
  mllpBlock,
} from '../../../electron/core/devices/protocols/index.ts';
import { ACK, ascii, Driven, ENQ, EOT } from './drive.ts';

/** Cuts bytes at the given places. */
function cut(bytes: readonly number[], cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...places, bytes.length].map((place, index) =>
    Uint8Array.from(bytes.slice(index === 0 ? 0 : places[index - 1], place)),
  );
}

const fieldText = fc.stringMatching(/^[ -{}-~¡-ÿ]{0,40}$/);
const cuts = fc.array(fc.nat(), { maxLength: 30 });

describe('MLLP link, properties', () => {
  /** Messages with control ids of their own; values hold anything but what ends a segment or a block. */
  const messages = fc
    .array(fc.array(fieldText, { maxLength: 5 }), { minLength: 1, maxLength: 5 })
    .map((all) =>
      all.map((values, index) =>
        [
          `MSH|^~\\&|A|B|||20240105||ORU^R01|${index + 1}|P|2.3.1`,
          ...values.map((value) => `OBX|1|ST|X||${value}`),
          '',
        ].join('\r'),
      ),
    );
  const link = () => new Driven(createMllpLink({ localTime: () => '20240105120000' }));
  const stream = (texts: readonly string[]) => texts.flatMap((text) => [...mllpBlock(ascii(text))]);
  const acknowledged = (driven: Driven) =>
    [...String.fromCharCode(...driven.written).matchAll(/MSA\|(\w\w)\|(\d+)/g)].map(([, code, id]) => `${code} ${id}`);

  it('gives the same messages and the same acknowledgements, in order, however the stream is chopped', () => {
    fc.assert(
      fc.property(messages, cuts, (texts, places) => {
        const driven = link();
        for (const bytes of cut(stream(texts), places)) driven.feed({ kind: 'bytes', bytes });
        expect(driven.messages).toEqual(texts);
        expect(acknowledged(driven)).toEqual(texts.map((_, index) => `AA ${index + 1}`));
        expect(driven.of('incomplete')).toEqual([]);
        expect(driven.link.bufferedBytes).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  it('acknowledges none before it is stored, and none that could not be', () => {
    fc.assert(
      fc.property(messages, cuts, fc.array(fc.boolean()), (texts, places, failures) => {
        const driven = link();
        driven.storing = 'held';
        for (const bytes of cut(stream(texts), places)) driven.feed({ kind: 'bytes', bytes });
        expect(driven.written).toEqual([]);
        driven.held.forEach((token, index) => {
          driven.feed(failures[index] ? { kind: 'storeFailed', token, reason: 'disk' } : { kind: 'stored', token });
        });
        expect(acknowledged(driven)).toEqual(texts.map((_, index) => `${failures[index] ? 'AE' : 'AA'} ${index + 1}`));
        expect(driven.messages).toEqual(texts.filter((_, index) => !failures[index]));
      }),
    );
  });

  it('never takes the beginning of a message for a whole one when its end is lost', () => {
    fc.assert(
      fc.property(messages, cuts, fc.nat(), (texts, places, lost) => {
        const spoilt = lost % texts.length;
        const bytes = texts.flatMap((text, index) => {
          const block = [...mllpBlock(ascii(text))];
          return index === spoilt ? block.slice(0, -2) : block;
        });
        const driven = link();
        for (const part of cut(bytes, places)) driven.feed({ kind: 'bytes', bytes: part });
        expect(driven.messages).toEqual(texts.filter((_, index) => index !== spoilt));
        driven.feed({ kind: 'closed', reason: 'cut' });
        expect(driven.of('incomplete')).toHaveLength(1);
      }),
    );
  });
});

describe('VIDAS link, properties', () => {
  const message = fc
    .array(fieldText, { minLength: 1, maxLength: 6 })
    .map((values) => `\x1emtrsl|${values.map((value) => `\x1eqn${value}|`).join('')}`);
  const session = (texts: readonly string[]) => texts.flatMap((text) => [ENQ, ...encodeVidasFrame(ascii(text)), EOT]);

  it('gives the same messages however the stream is chopped', () => {
    fc.assert(
      fc.property(fc.uniqueArray(message, { minLength: 1, maxLength: 4 }), cuts, (texts, places) => {
        const driven = new Driven(createVidasLink());
        for (const bytes of cut(session(texts), places)) driven.feed({ kind: 'bytes', bytes });
        expect(driven.messages).toEqual(texts);
        expect(driven.written.every((byte) => byte === ACK)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('never hands on a wrong message when one byte of the frame is wrong', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.integer({ min: 0, max: 255 }), cuts, (text, at, byte, places) => {
        const bytes = session([text]);
        // Not ENQ and EOT themselves: the checksum does not cover them.
        bytes[1 + (at % (bytes.length - 2))] = byte;
        const driven = new Driven(createVidasLink());
        for (const part of cut(bytes, places)) driven.feed({ kind: 'bytes', bytes: part });
        driven.wait(60_000);
        for (const received of driven.messages) expect(received).toBe(text);
      }),
      { numRuns: 5000 },
    );
  });
});
