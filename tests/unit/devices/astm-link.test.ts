import { describe, expect, it } from 'vitest';
import { hasTerminator } from '../../../electron/core/devices/protocols/astm-frame.ts';
import {
  astmFramesOf,
  astmTextOf,
  createAstmLink,
  encodeAstmFrame,
} from '../../../electron/core/devices/protocols/index.ts';
import { ACK, ascii, Driven, ENQ, EOT, NAK, STX, textOf, writtenIn } from './drive.ts';

const records = ['H|\\^&|||ANALYZER\r', 'P|1\r', 'O|1|A-1||^^^GLU\r', 'R|1|^^^GLU|5.4|mmol/L\r', 'L|1|N\r'];
const text = records.join('');
const frames = records.map((record, index) => encodeAstmFrame(index + 1, ascii(record), true));

function receiving(options: Parameters<typeof createAstmLink>[0] = {}): Driven {
  const driven = new Driven(createAstmLink(options));
  driven.bytes(ENQ);
  return driven;
}

describe('ASTM frames', () => {
  it('writes the checksum of the standard’s own form', () => {
    // Sum of "1", "A", ETX = 0x31 + 0x41 + 0x03 = 0x75.
    expect(textOf(encodeAstmFrame(1, ascii('A'), true))).toBe('\x021A\x0375\r\n');
  });

  it('splits long records with ETB, numbers from 1 over 7 to 0, and puts them together again', () => {
    const long = `H|\\^&${'x'.repeat(600)}\rL|1|N\r`;
    const split = astmFramesOf(ascii(long), 'record');
    expect(split.map((frame) => textOf(frame)[1])).toEqual(['1', '2', '3', '4']);
    expect(split.map((frame) => frame.at(-5))).toEqual([0x17, 0x17, 0x03, 0x03]);
    expect(textOf(astmTextOf(split))).toBe(long);
    expect(astmFramesOf(ascii('R\r'.repeat(9)), 'record').map((frame) => textOf(frame)[1])).toEqual([...'123456701']);
  });
});

describe('frames of exactly the longest text', () => {
  it('end with ETX, and no empty frame follows', () => {
    const split = astmFramesOf(ascii('H|\\^&1234\r'), 'record', 5);
    expect(split.map((frame) => textOf(frame).slice(1, -4))).toEqual(['1H|\\^&\x17', '21234\r\x03']);
  });
});

describe('whole messages', () => {
  it('go from header to terminator, however records end', () => {
    expect(hasTerminator(ascii('H|\\^&\rL|1|N\r'))).toBe(true);
    expect(hasTerminator(ascii('H|\\^&\r\nL|1|N\r\n'))).toBe(true);
    expect(hasTerminator(ascii('H|\\^&\rR|1|L\r'))).toBe(false);
    expect(hasTerminator(ascii('H|\\^&\rL|1|N\rH|\\^&\rP|1\r'))).toBe(false);
    expect(hasTerminator(ascii(''))).toBe(false);
  });

  it('are put together from frames without numbers too', () => {
    const unnumbered = ascii('\x02H|\\^&\r\x03xx\r\n');
    expect(textOf(astmTextOf([unnumbered]))).toBe('H|\\^&\r');
    expect(textOf(astmTextOf([ascii('\x028R|\x03xx')]))).toBe('8R|\r');
    expect(textOf(astmTextOf([ascii('\x02/R|\x03xx')]))).toBe('/R|\r');
  });
});

describe('ASTM receiver', () => {
  it('hands on a session of one record a frame and acknowledges each', () => {
    const driven = receiving();
    for (const frame of frames) expect(writtenIn(driven.bytes(frame))).toEqual([ACK]);
    expect(driven.messages).toEqual([]);
    driven.bytes(EOT);
    expect(driven.messages).toEqual([text]);
    expect(driven.of('message')[0]?.tokens).toEqual(driven.of('store').map(({ token }) => token));
    expect(driven.link.bufferedBytes).toBe(0);
  });

  it('acknowledges a frame only when it is stored', () => {
    const driven = receiving();
    driven.storing = 'held';
    expect(writtenIn(driven.bytes(frames[0] ?? ''))).toEqual([]);
    expect(driven.link.state).toBe('storing');
    expect(writtenIn(driven.wait(60_000))).toEqual([]);
    expect(writtenIn(driven.feed({ kind: 'stored', token: driven.held[0] ?? -1 }))).toEqual([ACK]);
  });

  it('answers NAK when a frame cannot be stored, and takes it when it comes again', () => {
    const driven = receiving();
    driven.storing = 'failing';
    expect(writtenIn(driven.bytes(frames[0] ?? ''))).toEqual([NAK]);
    driven.storing = 'at once';
    for (const frame of frames) driven.bytes(frame);
    driven.bytes(EOT);
    expect(driven.messages).toEqual([text]);
  });

  it('stores the frame as it stood on the wire', () => {
    const driven = receiving();
    driven.bytes(frames[0] ?? '');
    expect(driven.of('store')[0]).toMatchObject({ what: 'frame', bytes: frames[0] });
  });

  it('acknowledges a frame that comes again and takes it once', () => {
    const driven = receiving();
    for (const frame of frames) {
      driven.bytes(frame);
      expect(writtenIn(driven.bytes(frame))).toEqual([ACK]);
    }
    driven.bytes(EOT);
    expect(driven.messages).toEqual([text]);
    expect(driven.of('store')).toHaveLength(frames.length);
  });

  it('answers a frame sent twice before its ACK with one ACK', () => {
    const driven = receiving();
    driven.storing = 'held';
    driven.bytes(frames[0] ?? '', frames[0] ?? '');
    expect(writtenIn(driven.feed({ kind: 'stored', token: driven.held[0] ?? -1 }))).toEqual([ACK]);
  });

  it('refuses a wrong checksum and accepts lower-case ones', () => {
    const driven = receiving();
    const lower = ascii(textOf(frames[0] ?? ascii('')).replace(/[0-9A-F]{2}\r\n$/, (sum) => sum.toLowerCase()));
    const wrong = (frames[0] ?? ascii('')).slice();
    wrong[5] = 0x41;
    expect(writtenIn(driven.bytes(wrong))).toEqual([NAK]);
    expect(writtenIn(driven.bytes(lower))).toEqual([ACK]);
  });

  it('joins records over frames ended with ETB', () => {
    const driven = receiving();
    for (const frame of astmFramesOf(ascii(text), 'message', 20)) driven.bytes(frame);
    driven.bytes(EOT);
    expect(driven.messages).toEqual([text]);
  });

  it('takes a whole message in one long frame', () => {
    const driven = receiving();
    const long = text.replace('P|1\r', `P|1|${'n'.repeat(20_000)}\r`);
    driven.bytes(encodeAstmFrame(1, ascii(long), true), EOT);
    expect(driven.messages).toEqual([long]);
  });

  it('supplies the CR of a record that ends with its frame', () => {
    const driven = receiving();
    for (const [index, record] of records.entries()) {
      driven.bytes(encodeAstmFrame(index + 1, ascii(record.slice(0, -1)), true));
    }
    driven.bytes(EOT);
    expect(driven.messages).toEqual([text]);
  });

  it.each([
    ['LF alone', '\n'],
    ['CR alone', '\r'],
    ['nothing', ''],
  ])('tolerates %s behind the checksum', (_, end) => {
    const driven = receiving();
    for (const frame of frames) {
      driven.bytes(frame.subarray(0, -2), end);
      expect(writtenIn(driven.wait(300)).concat(driven.written.slice(-1))).toContain(ACK);
    }
    driven.bytes(EOT);
    expect(driven.messages).toEqual([text]);
    expect(driven.of('message')[0]?.tolerated).toHaveLength(1);
  });

  it('takes frames without ENQ and says so', () => {
    const driven = new Driven(createAstmLink());
    for (const frame of frames) driven.bytes(frame);
    driven.bytes(EOT);
    expect(driven.messages).toEqual([text]);
    expect(driven.of('message')[0]?.tolerated[0]).toContain('without ENQ');
  });

  it('serves an instrument that does not wait for ACKs', () => {
    const driven = new Driven(createAstmLink());
    driven.storing = 'held';
    driven.bytes(ENQ, ...frames, EOT);
    for (let answered = 0; answered < frames.length; answered++) {
      driven.feed({ kind: 'stored', token: driven.held[answered] ?? -1 });
    }
    expect(driven.written).toEqual([ACK, ...frames.map(() => ACK)]);
    expect(driven.messages).toEqual([text]);
  });

  it('refuses a frame out of turn and names the remedy', () => {
    const driven = receiving();
    driven.bytes(frames[0] ?? '');
    expect(writtenIn(driven.bytes(frames[2] ?? ''))).toEqual([NAK]);
    expect(driven.of('note').at(-1)?.text).toContain('tolerant');
  });

  it('takes frames in any numbering where the device is set so, without taking the last one twice', () => {
    const driven = receiving({ frameNumbers: 'tolerant' });
    const odd = records.map((record) => encodeAstmFrame(1, ascii(record), true));
    for (const frame of odd) driven.bytes(frame);
    driven.bytes(odd.at(-1) ?? '', EOT);
    expect(driven.messages).toEqual([text]);
    expect(driven.of('message')[0]?.tolerated.join()).toContain('not numbered');
  });

  it('keeps a session cut before its terminator as incomplete', () => {
    const driven = receiving();
    driven.bytes(frames[0] ?? '', frames[1] ?? '', EOT);
    expect(driven.messages).toEqual([]);
    expect(driven.of('incomplete')[0]).toMatchObject({ tokens: [1, 2] });
    expect(textOf(driven.of('incomplete')[0]?.text ?? ascii(''))).toBe(`${records[0]}${records[1]}`);
  });

  it('keeps a session whose last frame never came right as incomplete', () => {
    const driven = receiving({ requireTerminator: false });
    const wrong = (frames[1] ?? ascii('')).slice();
    wrong[3] = 0x58;
    driven.bytes(frames[0] ?? '', wrong, EOT);
    expect(driven.messages).toEqual([]);
    expect(driven.of('incomplete')[0]?.reason).toContain('wrong checksum');
  });

  it('gives up after 30 s of silence, not sooner', () => {
    const driven = receiving();
    driven.bytes(frames[0] ?? '');
    driven.wait(29_999);
    expect(driven.of('incomplete')).toEqual([]);
    driven.wait(1);
    expect(driven.of('incomplete')).toHaveLength(1);
    expect(driven.link.state).toBe('idle');
  });

  it('keeps what it has when the line goes, the frame on its way to disk included', () => {
    const driven = receiving();
    driven.bytes(frames[0] ?? '');
    driven.storing = 'held';
    driven.bytes(frames[1] ?? '');
    driven.feed({ kind: 'closed', reason: 'cable pulled' });
    expect(driven.of('incomplete')[0]).toMatchObject({ tokens: [1, 2], reason: 'cable pulled' });
    expect(driven.feed({ kind: 'stored', token: 2 })).toEqual([]);
  });

  it('starts over when the analyzer asks again in the middle', () => {
    const driven = receiving();
    driven.bytes(frames[0] ?? '', ENQ, ...frames, EOT);
    expect(driven.of('incomplete')).toHaveLength(1);
    expect(driven.messages).toEqual([text]);
  });

  it('asks again for a frame that broke off, before the sender gives up', () => {
    const driven = receiving();
    driven.bytes(STX, '1H|\\^&');
    expect(writtenIn(driven.wait(10_000))).toEqual([NAK]);
    for (const frame of frames) driven.bytes(frame);
    driven.bytes(EOT);
    expect(driven.messages).toEqual([text]);
  });

  it('sees the EOT behind a frame that broke off', () => {
    const driven = receiving();
    driven.bytes(frames[0] ?? '', STX, '2P|', EOT);
    driven.wait(2_000);
    expect(driven.of('incomplete')).toHaveLength(1);
  });

  it('answers the ENQ behind a frame that broke off', () => {
    const driven = receiving();
    driven.bytes(frames[0] ?? '', STX, '2P|', ENQ);
    const actions = driven.wait(2_000);
    expect(writtenIn(actions).at(-1)).toBe(ACK);
    expect(driven.of('incomplete')).toHaveLength(1);
    for (const frame of frames) driven.bytes(frame);
    driven.bytes(EOT);
    expect(driven.messages).toEqual([text]);
  });

  it('takes frames that follow one another without any line end', () => {
    const driven = receiving();
    driven.bytes(...frames.map((frame) => frame.subarray(0, -2)), EOT);
    expect(driven.messages).toEqual([text]);
  });

  it('refuses a checksum of which one character is no hexadecimal digit', () => {
    const driven = receiving();
    for (const place of [-4, -3]) {
      const wrong = (frames[0] ?? ascii('')).slice();
      wrong[wrong.length + place] = 0x47;
      expect(writtenIn(driven.bytes(wrong))).toEqual([NAK]);
    }
  });

  it('asks again when a frame seems to have lost its beginning and the sender falls silent', () => {
    const driven = receiving();
    expect(writtenIn(driven.bytes((frames[0] ?? ascii('')).subarray(1)))).toEqual([]);
    expect(writtenIn(driven.wait(10_000))).toEqual([NAK]);
    expect(driven.of('note').at(-1)?.text).toContain('the first <0x31>');
    for (const frame of frames) driven.bytes(frame);
    driven.bytes(EOT);
    expect(driven.messages).toEqual([text]);
  });

  it('passes over a little noise between frames without asking for anything', () => {
    const driven = receiving();
    for (const frame of frames) expect(writtenIn(driven.bytes('~?', frame))).toEqual([ACK]);
    driven.bytes(EOT);
    expect(driven.messages).toEqual([text]);
  });

  it('keeps its memory when frames come much faster than they are stored, and calls the session incomplete', () => {
    const driven = receiving({ maxMessageBytes: 5_000 });
    driven.storing = 'held';
    const filler = Array.from({ length: 300 }, (_, index) =>
      encodeAstmFrame(index + 1, ascii(`C|${index}|${'x'.repeat(80)}\r`), true),
    );
    driven.bytes(encodeAstmFrame(1, ascii('H|\\^&\r'), true), ...filler, EOT);
    expect(driven.link.bufferedBytes).toBeLessThan(6_000);
    for (let token = 1; driven.of('incomplete').length === 0 && token < 1000; token++) {
      driven.feed({ kind: 'stored', token });
    }
    expect(driven.messages).toEqual([]);
    expect(driven.of('incomplete')[0]?.reason).toContain('missing');
  });

  it('asks the transport to wait while many frames wait for the disk', () => {
    const driven = receiving();
    driven.storing = 'held';
    for (let index = 1; index <= 700; index++) driven.bytes(encodeAstmFrame(index, ascii(`C|${index}\r`), true));
    expect(driven.of('pause')).toHaveLength(1);
    for (let token = 1; token <= 700; token++) driven.feed({ kind: 'stored', token });
    expect(driven.of('resume')).toHaveLength(1);
  });

  it('tells an analyzer to wait while the laboratory is not ready', () => {
    const driven = new Driven(createAstmLink());
    driven.feed({ kind: 'ready', ready: false });
    expect(writtenIn(driven.bytes(ENQ))).toEqual([NAK]);
    driven.feed({ kind: 'ready', ready: true });
    expect(writtenIn(driven.bytes(ENQ))).toEqual([ACK]);
  });

  it('refuses what exceeds its limits, without keeping it', () => {
    const driven = receiving({ maxFrameBytes: 1000 });
    expect(writtenIn(driven.bytes(encodeAstmFrame(1, ascii('H'.repeat(5000)), true)))).toEqual([NAK]);
    expect(driven.of('note').at(-1)?.text).toContain('limit');
    const small = receiving({ maxMessageBytes: 60 });
    small.bytes(...frames, EOT);
    expect(small.messages).toEqual([]);
    expect(small.of('incomplete')).toHaveLength(1);
  });

  it('says so when bytes come that belong to nothing', () => {
    const driven = new Driven(createAstmLink());
    expect(writtenIn(driven.bytes('GET / HTTP/1.1\r\n\r\n'))).toEqual([]);
    expect(driven.of('note')[0]?.text).toContain('outside any session');
    expect(writtenIn(driven.bytes(ENQ))).toEqual([ACK]);
  });
});

describe('ASTM sender', () => {
  const sending = (options: Parameters<typeof createAstmLink>[0] = {}) => {
    const driven = new Driven(createAstmLink(options));
    driven.send(text);
    return driven;
  };

  it('asks, sends frame by frame and ends', () => {
    const driven = sending();
    expect(driven.written).toEqual([ENQ]);
    for (const frame of frames) expect(writtenIn(driven.bytes(ACK))).toEqual([...frame]);
    expect(writtenIn(driven.bytes(ACK))).toEqual([EOT]);
    expect(driven.of('sent')).toEqual([{ kind: 'sent', id: 'm1' }]);
    expect(driven.link.state).toBe('idle');
  });

  it('sends a refused frame six times more, then gives up with EOT', () => {
    const driven = sending();
    driven.bytes(ACK);
    for (let time = 0; time < 6; time++) expect(writtenIn(driven.bytes(NAK))).toEqual([...(frames[0] ?? [])]);
    expect(writtenIn(driven.bytes(NAK))).toEqual([EOT]);
    expect(driven.of('sendFailed')[0]).toMatchObject({ id: 'm1', again: true });
  });

  it('gives up with EOT when no reply comes in 15 s', () => {
    const driven = sending();
    driven.bytes(ACK);
    expect(writtenIn(driven.wait(14_999))).toEqual([]);
    expect(writtenIn(driven.wait(1))).toEqual([EOT]);
    expect(driven.of('sendFailed')).toHaveLength(1);
  });

  it('waits 10 s when the other side is busy', () => {
    const driven = sending();
    driven.bytes(NAK);
    expect(writtenIn(driven.wait(9_999))).toEqual([]);
    expect(writtenIn(driven.wait(1))).toEqual([ENQ]);
  });

  it('gives up on a side that stays busy', () => {
    const driven = sending();
    for (let time = 0; time < 7; time++) {
      driven.bytes(NAK);
      driven.wait(10_000);
    }
    expect(driven.of('sendFailed')[0]).toMatchObject({ reason: expect.stringContaining('busy'), again: true });
    expect(driven.link.state).toBe('idle');
  });

  it('yields to the analyzer when both ask, receives, and asks again after 20 s', () => {
    const driven = sending();
    expect(writtenIn(driven.bytes(ENQ))).toEqual([]);
    driven.wait(1_000);
    expect(writtenIn(driven.bytes(ENQ))).toEqual([ACK]);
    for (const frame of frames) driven.bytes(frame);
    driven.bytes(EOT);
    expect(driven.messages).toEqual([text]);
    expect(writtenIn(driven.wait(18_999))).toEqual([]);
    expect(writtenIn(driven.wait(1))).toEqual([ENQ]);
  });

  it('asks again after a second in the role of the instrument', () => {
    const driven = sending({ role: 'instrument' });
    driven.bytes(ENQ);
    expect(writtenIn(driven.wait(1_000))).toEqual([ENQ]);
  });

  it('takes EOT in place of ACK as ACK', () => {
    const driven = sending();
    driven.bytes(ACK);
    expect(writtenIn(driven.bytes(EOT))).toEqual([...(frames[1] ?? [])]);
  });

  it('leaves the line alone for 15 s after the receiver asked to be let in, and only then', () => {
    const send = (reply: number) => {
      const driven = new Driven(createAstmLink());
      driven.send('H|\\^&\r');
      driven.send('H|\\^&\r', { id: 'm2' });
      driven.bytes(ACK);
      driven.bytes(reply);
      return driven;
    };
    expect(send(ACK).written.at(-1)).toBe(ENQ);
    const interrupted = send(EOT);
    expect(interrupted.written.at(-1)).toBe(EOT);
    expect(writtenIn(interrupted.wait(14_999))).toEqual([]);
    expect(writtenIn(interrupted.wait(1))).toEqual([ENQ]);
    interrupted.bytes(ACK);
    interrupted.bytes(ACK);
    interrupted.send('H|\\^&\r', { id: 'm3' });
    expect(interrupted.written.at(-1)).toBe(ENQ);
  });

  it('sends a frame again instead of giving up, as often as it may, where it is set so', () => {
    const driven = sending({ resendOnTimeout: true, retries: 2 });
    driven.bytes(ACK);
    expect(writtenIn(driven.wait(15_000))).toEqual([...(frames[0] ?? [])]);
    expect(writtenIn(driven.wait(15_000))).toEqual([...(frames[0] ?? [])]);
    expect(writtenIn(driven.wait(15_000))).toEqual([EOT]);
    expect(driven.of('sendFailed')).toHaveLength(1);
  });

  it('counts a burst of noise as one NAK', () => {
    const driven = sending();
    driven.bytes(ACK);
    expect(writtenIn(driven.bytes('????????'))).toEqual([...(frames[0] ?? [])]);
  });

  it('waits for the end of a session before it asks', () => {
    const driven = receiving();
    expect(writtenIn(driven.send(text))).toEqual([]);
    for (const frame of frames) driven.bytes(frame);
    expect(writtenIn(driven.bytes(EOT))).toEqual([ENQ]);
  });

  it('fails all messages when the line goes', () => {
    const driven = sending();
    driven.send(text, { id: 'm2' });
    driven.feed({ kind: 'closed', reason: 'cable pulled' });
    expect(driven.of('sendFailed').map(({ id, again }) => [id, again])).toEqual([
      ['m1', true],
      ['m2', true],
    ]);
    expect(driven.link.bufferedBytes).toBe(0);
  });

  it('refuses text that would break the frames', () => {
    const driven = new Driven(createAstmLink());
    driven.send('H|\x03');
    expect(driven.of('sendFailed')[0]).toMatchObject({ again: false });
    expect(driven.written).toEqual([]);
  });
});
