import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  astmFramesOf,
  createAstmLink,
  type LinkEvent,
  stampOf,
} from '../../../electron/core/devices/protocols/index.ts';
import { ACK, ascii, Driven, ENQ, EOT, textOf } from './drive.ts';

/** Texts a record may hold, delimiters and bytes above ASCII included, control characters not. */
const recordText = fc.stringMatching(/^[ -~¡-ÿ]{0,60}$/);
const message = fc
  .array(recordText, { minLength: 0, maxLength: 6 })
  .map((texts) => ['H|\\^&', ...texts.map((text, index) => `R|${index + 1}|${text}`), 'L|1|N', ''].join('\r'));
const layout = fc.constantFrom('record' as const, 'message' as const);
const frameText = fc.integer({ min: 5, max: 240 });

/** Cuts bytes at the given places. */
function cut(bytes: readonly number[], cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const place of [...places, bytes.length]) {
    parts.push(Uint8Array.from(bytes.slice(from, place)));
    from = place;
  }
  return parts;
}

function sessionOf(text: string, how: 'record' | 'message', longest: number): number[] {
  return [ENQ, ...astmFramesOf(ascii(text), how, longest).flatMap((frame) => [...frame]), EOT];
}

describe('ASTM link, properties', () => {
  it('gives the same message however the stream is chopped', () => {
    fc.assert(
      fc.property(message, layout, frameText, fc.array(fc.nat()), (text, how, longest, cuts) => {
        const driven = new Driven(createAstmLink());
        for (const part of cut(sessionOf(text, how, longest), cuts)) driven.feed({ kind: 'bytes', bytes: part });
        expect(driven.messages).toEqual([text]);
        expect(driven.of('incomplete')).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('never hands on a wrong message when one byte of a frame is wrong, whoever sends it', () => {
    const place = fc.record({
      at: fc.nat(),
      byte: fc.integer({ min: 0, max: 255 }),
      cuts: fc.array(fc.nat(), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(message, layout, frameText, place, (text, how, longest, { at, byte, cuts }) => {
        const session = sessionOf(text, how, longest);
        // Not ENQ and EOT themselves: the checksum does not cover them.
        session[1 + (at % (session.length - 2))] = byte;
        const driven = new Driven(createAstmLink());
        for (const part of cut(session, cuts)) driven.feed({ kind: 'bytes', bytes: part });
        driven.wait(60_000);
        for (const received of driven.messages) expect(received).toBe(text);
        expect(driven.of('message').length + driven.of('incomplete').length).toBeLessThanOrEqual(2);
      }),
      { numRuns: 5000 },
    );
  });

  it('takes a byte that became ETX for no end, even where the next two characters are the right checksum', () => {
    // Every text of which some beginning has, as its checksum, the two characters that follow: made by trying.
    let tried = 0;
    for (let filler = 0; filler < 4096; filler++) {
      const text = `H|\\^&\rR|1|${filler.toString(36)}?${(filler % 256).toString(16).toUpperCase().padStart(2, '0')}5\rL|1|N\r`;
      const session = sessionOf(text, 'message', 240);
      const spot = session.indexOf(0x3f);
      session[spot] = 0x03;
      const body = session.slice(2, spot + 1).reduce((sum, byte) => (sum + byte) & 0xff, 0);
      if (body !== filler % 256) continue;
      tried++;
      const driven = new Driven(createAstmLink());
      driven.feed({ kind: 'bytes', bytes: Uint8Array.from(session) });
      driven.wait(60_000);
      expect(driven.messages).toEqual([]);
    }
    expect(tried).toBeGreaterThan(5);
  });

  it('never throws, never hangs and keeps its buffers bounded, whatever comes', () => {
    const limits = { maxFrameBytes: 500, maxMessageBytes: 2_000 };
    const meaningful = fc.constantFrom(0x02, 0x03, 0x04, 0x05, 0x06, 0x15, 0x17, 0x0d, 0x0a, 0x31, 0x48);
    const bytes = fc.array(fc.oneof(meaningful, fc.integer({ min: 0, max: 255 })), { maxLength: 400 });
    const event: fc.Arbitrary<LinkEvent | { kind: 'wait'; ms: number }> = fc.oneof(
      bytes.map((list) => ({ kind: 'bytes' as const, bytes: Uint8Array.from(list) })),
      message.map((text) => ({ kind: 'bytes' as const, bytes: Uint8Array.from(sessionOf(text, 'record', 240)) })),
      fc.integer({ min: 0, max: 40_000 }).map((ms) => ({ kind: 'wait' as const, ms })),
      fc.integer({ min: 0, max: 50 }).map((token) => ({ kind: 'stored' as const, token })),
      fc.integer({ min: 0, max: 50 }).map((token) => ({ kind: 'storeFailed' as const, token, reason: 'disk' })),
      message.map((text) => ({ kind: 'send' as const, message: { id: 'x', text: ascii(text) } })),
      fc.boolean().map((ready) => ({ kind: 'ready' as const, ready })),
      fc.constant({ kind: 'closed' as const, reason: 'gone' }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.boolean(), (events, hold) => {
        const driven = new Driven(createAstmLink(limits));
        driven.storing = hold ? 'held' : 'at once';
        for (const one of events) {
          if (one.kind === 'wait') driven.wait(one.ms);
          else driven.feed(one);
          const outbox = 60 * 500;
          expect(driven.link.bufferedBytes).toBeLessThanOrEqual(
            limits.maxFrameBytes * 2 + limits.maxMessageBytes * 2 + outbox + 500,
          );
        }
      }),
      { numRuns: 400 },
    );
  });

  it('acknowledges nothing that is not stored', () => {
    fc.assert(
      fc.property(message, fc.array(fc.boolean()), (text, failures) => {
        const driven = new Driven(createAstmLink());
        driven.storing = 'held';
        driven.bytes(ENQ);
        const frames = astmFramesOf(ascii(text), 'record');
        let acknowledged = 0;
        for (let frame = 0, turn = 0; frame < frames.length && turn < 200; turn++) {
          driven.bytes(frames[frame] ?? '');
          const before = driven.written.filter((byte) => byte === ACK).length;
          expect(before).toBe(1 + acknowledged);
          const fails = failures[turn] ?? false;
          const token = driven.held.at(-1) ?? -1;
          driven.feed(fails ? { kind: 'storeFailed', token, reason: 'disk' } : { kind: 'stored', token });
          if (!fails) {
            acknowledged++;
            frame++;
          }
        }
        driven.bytes(EOT);
        expect(driven.messages).toEqual([text]);
      }),
    );
  });

  it('delivers exactly once or reports failure, over a line that loses and spoils', () => {
    const harm = fc.array(
      fc.constantFrom('fine' as const, 'fine' as const, 'fine' as const, 'lost' as const, 'spoilt' as const),
      {
        maxLength: 60,
      },
    );
    const options = fc.record({ resendOnTimeout: fc.boolean(), frameLayout: layout });
    const numbers = fc.constantFrom('strict' as const, 'tolerant' as const);
    fc.assert(
      fc.property(message, harm, options, numbers, (text, harms, sending, frameNumbers) => {
        const sender = new Driven(createAstmLink({ role: 'instrument', ...sending }));
        const receiver = new Driven(createAstmLink({ role: 'host', frameNumbers }));
        sender.now = receiver.now;
        const fates = [...harms];
        let fromSender = 0;
        let fromReceiver = 0;
        const carry = (from: Driven, to: Driven, done: number): number => {
          const sent = from.of('send');
          for (const { bytes } of sent.slice(done)) {
            const fate = bytes.length > 1 || bytes[0] === ACK ? (fates.shift() ?? 'fine') : 'fine';
            if (fate === 'lost') continue;
            const arriving = bytes.slice();
            if (fate === 'spoilt') arriving[arriving.length >> 1] = 0x7f;
            to.feed({ kind: 'bytes', bytes: arriving });
          }
          return sent.length;
        };
        sender.send(text);
        for (let turn = 0; turn < 400 && sender.of('sent').length + sender.of('sendFailed').length === 0; turn++) {
          const before = fromSender + fromReceiver;
          fromSender = carry(sender, receiver, fromSender);
          fromReceiver = carry(receiver, sender, fromReceiver);
          if (fromSender + fromReceiver > before) continue;
          sender.wait(1_000);
          receiver.wait(1_000);
        }
        carry(sender, receiver, fromSender);
        receiver.wait(60_000);
        if (sender.of('sent').length === 1) {
          expect(receiver.messages).toEqual([text]);
          return;
        }
        expect(sender.of('sendFailed')).toHaveLength(1);
        // The last acknowledgement may be what was lost: then the message is there, whole, although the sender does not know.
        for (const received of receiver.messages) expect(received).toBe(text);
        expect(receiver.messages.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('time stamps of acknowledgements', () => {
  it('are fourteen digits of local time', () => {
    const at = new Date(2024, 0, 5, 9, 3, 7).getTime();
    expect(stampOf(at)).toBe('20240105090307');
    expect(textOf(ascii(stampOf(at)))).toMatch(/^\d{14}$/);
  });
});
