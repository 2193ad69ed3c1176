import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVidasLink, encodeVidasFrame } from '../../../electron/core/devices/protocols/index.ts';
import { ACK, ascii, Driven, ENQ, EOT, NAK, writtenIn } from './drive.ts';

const text = '\x1emtrsl|\x1eciAQ-1|\x1ertTSH|\x1eqn2.10 mUI/l|';
const frame = encodeVidasFrame(ascii(text));

function receiving(): Driven {
  const driven = new Driven(createVidasLink());
  driven.bytes(ENQ);
  return driven;
}

describe('VIDAS link', () => {
  it('answers ENQ, stores the frame, acknowledges it and hands the message on', () => {
    const driven = new Driven(createVidasLink());
    expect(writtenIn(driven.bytes(ENQ))).toEqual([ACK]);
    driven.storing = 'held';
    expect(writtenIn(driven.bytes(frame))).toEqual([]);
    expect(driven.of('store')[0]).toMatchObject({ what: 'frame', bytes: frame });
    expect(writtenIn(driven.feed({ kind: 'stored', token: driven.held[0] ?? -1 }))).toEqual([ACK]);
    driven.bytes(EOT);
    expect(driven.messages).toEqual([text]);
    expect(driven.of('message')[0]?.tolerated).toEqual([]);
  });

  it('refuses a wrong checksum and what could not be stored', () => {
    const driven = receiving();
    const wrong = frame.slice();
    wrong[4] = 0x41;
    expect(writtenIn(driven.bytes(wrong))).toEqual([NAK]);
    driven.storing = 'failing';
    expect(writtenIn(driven.bytes(frame))).toEqual([NAK]);
    expect(driven.messages).toEqual([]);
    driven.storing = 'at once';
    expect(writtenIn(driven.bytes(frame))).toEqual([ACK]);
    driven.bytes(EOT);
    expect(driven.messages).toEqual([text]);
  });

  it('takes a message sent again once', () => {
    const driven = receiving();
    driven.bytes(frame);
    expect(writtenIn(driven.bytes(frame))).toEqual([ACK]);
    driven.bytes(EOT);
    expect(driven.messages).toEqual([text]);
  });

  it('tolerates a missing ENQ and a missing ETX', () => {
    const driven = new Driven(createVidasLink());
    driven.bytes(frame.subarray(0, -1));
    expect(driven.messages).toEqual([]);
    driven.wait(250);
    expect(driven.messages).toEqual([text]);
    expect(driven.of('message')[0]?.tolerated).toHaveLength(2);
  });

  it('refuses a frame that breaks off, and one without end', () => {
    const driven = receiving();
    driven.bytes(frame.subarray(0, 10));
    expect(writtenIn(driven.wait(10_000))).toEqual([NAK]);
    driven.bytes(0x02, 'x'.repeat(100_000));
    expect(driven.link.bufferedBytes).toBe(0);
    expect(driven.messages).toEqual([]);
  });

  it('tells the instrument to wait while the laboratory is not ready', () => {
    const driven = new Driven(createVidasLink());
    driven.feed({ kind: 'ready', ready: false });
    expect(writtenIn(driven.bytes(ENQ))).toEqual([NAK]);
    expect(writtenIn(driven.bytes(frame))).toEqual([NAK]);
    expect(driven.of('store')).toEqual([]);
  });

  it('takes the same result in another session as another message', () => {
    const driven = receiving();
    driven.bytes(frame);
    driven.bytes(EOT, ENQ);
    driven.bytes(frame);
    driven.bytes(EOT);
    expect(driven.messages).toEqual([text, text]);
  });

  it('says what it lost when the line goes, and nothing when it lost nothing', () => {
    const driven = receiving();
    driven.feed({ kind: 'closed', reason: 'gone' });
    expect(driven.of('note')).toEqual([]);
    driven.bytes(frame.subarray(0, 9));
    driven.feed({ kind: 'closed', reason: 'gone' });
    expect(driven.of('note')[0]?.text).toContain('broke off: gone');
  });

  it('sends nothing', () => {
    const driven = receiving();
    driven.send('mtmpr|');
    expect(driven.of('sendFailed')[0]).toMatchObject({ id: 'm1', again: false });
  });

  it('hands on what is being stored when the line goes', () => {
    const driven = receiving();
    driven.storing = 'held';
    driven.bytes(frame);
    driven.feed({ kind: 'closed', reason: 'gone' });
    expect(driven.messages).toEqual([]);
    expect(driven.of('incomplete')).toMatchObject([{ whole: true, reason: 'gone', text: ascii(text) }]);
  });

  it.each([
    ['the line goes', (driven: Driven) => driven.feed({ kind: 'closed', reason: 'gone' })],
    ['nothing comes any more', (driven: Driven) => driven.wait(30_000)],
    ['it begins anew', (driven: Driven) => driven.bytes(ENQ)],
  ])('holds it for doubtful whether the instrument heard the ACK when, in place of EOT, %s', (_, end) => {
    const driven = receiving();
    expect(writtenIn(driven.bytes(frame))).toEqual([ACK]);
    end(driven);
    expect(driven.messages).toEqual([]);
    expect(driven.of('incomplete')).toMatchObject([{ whole: true, tokens: [1] }]);
  });

  it('takes the next frame of a session for a sign that the ACK was heard', () => {
    const driven = receiving();
    driven.bytes(frame);
    driven.bytes(encodeVidasFrame(ascii('\x1emtrsl|\x1eciAQ-2|')));
    expect(driven.messages).toEqual([text]);
  });

  it('gives the same messages however the stream is chopped, and never a wrong one when a byte is wrong', () => {
    const field = fc.stringMatching(/^[a-z]{2}[ -{}~]{0,20}$/);
    fc.assert(
      fc.property(
        fc.array(field, { minLength: 1, maxLength: 8 }),
        fc.array(fc.nat()),
        fc.option(fc.tuple(fc.nat(), fc.nat(255))),
        (fields, cuts, wrong) => {
          const sent = fields.map((one) => `\x1e${one}|`).join('');
          const stream = [ENQ, ...encodeVidasFrame(ascii(sent)), EOT];
          if (wrong) stream[1 + (wrong[0] % (stream.length - 2))] = wrong[1];
          const driven = new Driven(createVidasLink());
          let from = 0;
          for (const place of [...cuts.map((cut) => cut % stream.length), stream.length].sort((a, b) => a - b)) {
            driven.feed({ kind: 'bytes', bytes: Uint8Array.from(stream.slice(from, place)) });
            from = place;
          }
          driven.wait(60_000);
          if (wrong) for (const received of driven.messages) expect(received).toBe(sent);
          else expect(driven.messages).toEqual([sent]);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('never throws and keeps its buffers bounded, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 30 }), (chunks) => {
        const driven = new Driven(createVidasLink({ maxFrameBytes: 100 }));
        driven.storing = 'held';
        for (const bytes of chunks) {
          driven.feed({ kind: 'bytes', bytes });
          expect(driven.link.bufferedBytes).toBeLessThan(100 * 110);
        }
      }),
    );
  });
});
