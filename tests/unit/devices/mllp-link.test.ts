import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMllpLink, type LinkEvent, mllpBlock } from '../../../electron/core/devices/protocols/index.ts';
import { ascii, Driven, textOf, writtenIn } from './drive.ts';

const options = { localTime: () => '20240105120000' };

function header(fields: Record<number, string> = {}): string {
  const parts = ['MSH', '^~\\&', 'BS-240', 'MAKER', 'LIS', 'LAB', '20240105115959', '', 'ORU^R01', '42', 'P', '2.3.1'];
  for (const [number, text] of Object.entries(fields)) {
    while (parts.length < Number(number)) parts.push('');
    parts[Number(number) - 1] = text;
  }
  return parts.join('|');
}

function result(fields: Record<number, string> = {}): string {
  return `${header(fields)}\rOBR|1|A-1\rOBX|1|NM|GLU||5.4|mmol/L\r`;
}

/** The texts of the blocks written, one array of segments each. */
function replies(driven: Driven): string[][] {
  return textOf(Uint8Array.from(driven.written))
    .split('\x0b')
    .slice(1)
    .map((block) =>
      block
        .replace('\x1c\r', '')
        .split('\r')
        .filter((segment) => segment !== ''),
    );
}

function receiving(more: Parameters<typeof createMllpLink>[0] = {}): Driven {
  return new Driven(createMllpLink({ ...options, ...more }));
}

describe('MLLP receiver', () => {
  it('acknowledges only what is stored, with sender and receiver swapped and MSH-10 given back', () => {
    const driven = receiving();
    driven.storing = 'held';
    driven.bytes(mllpBlock(ascii(result())));
    expect(driven.written).toEqual([]);
    driven.feed({ kind: 'stored', token: driven.held[0] ?? -1 });
    expect(replies(driven)).toEqual([
      ['MSH|^~\\&|LIS|LAB|BS-240|MAKER|20240105120000||ACK^R01|42|P|2.3.1', 'MSA|AA|42|Message accepted|||0'],
    ]);
    expect(driven.messages).toEqual([result()]);
    expect(driven.of('message')[0]?.header?.messageType).toBe('ORU^R01');
  });

  it('answers AE when it could not be stored, and hands nothing on', () => {
    const driven = receiving();
    driven.storing = 'failing';
    driven.bytes(mllpBlock(ascii(result())));
    expect(replies(driven)[0]?.[1]).toBe('MSA|AE|42|disk full|||207');
    expect(driven.messages).toEqual([]);
  });

  it('acknowledges a message seen before as before, and hands it on once', () => {
    const driven = receiving();
    driven.storing = 'held';
    driven.bytes(mllpBlock(ascii(result())));
    driven.feed({ kind: 'stored', token: driven.held[0] ?? -1, duplicate: true });
    expect(replies(driven)[0]?.[1]).toContain('MSA|AA|42');
    expect(driven.messages).toEqual([]);
  });

  it('acknowledges in order, however the store answers', () => {
    const driven = receiving();
    driven.storing = 'held';
    driven.bytes(mllpBlock(ascii(result({ 10: '1' }))), mllpBlock(ascii(result({ 10: '2' }))));
    driven.feed({ kind: 'stored', token: driven.held[1] ?? -1 });
    expect(driven.written).toEqual([]);
    driven.feed({ kind: 'stored', token: driven.held[0] ?? -1 });
    expect(replies(driven).map(([, msa]) => msa?.split('|')[2])).toEqual(['1', '2']);
  });

  it('writes in the delimiters, version and character set of the message', () => {
    const driven = receiving();
    driven.bytes(mllpBlock(ascii('MSH#*~\\&#A#B#C#D##x#ORU*R01*ORU_R01#7#T#2.5.1######UNICODE UTF-8\rPID#1\r')));
    expect(replies(driven)[0]).toEqual([
      'MSH#*~\\&#C#D#A#B#20240105120000##ACK*R01*ACK#7#T#2.5.1######UNICODE UTF-8',
      'MSA#AA#7',
    ]);
  });

  it.each([
    [{ 15: 'AL', 16: 'NE' }, ['CA']],
    [{ 15: 'NE', 16: 'AL' }, ['AA']],
    [{ 15: 'AL', 16: 'AL' }, ['CA', 'AA']],
    [{ 15: 'ER', 16: 'NE' }, []],
    [{ 16: '0' }, ['AA']],
  ])('keeps to the acknowledgement conditions %o', (fields, codes) => {
    const driven = receiving();
    driven.bytes(mllpBlock(ascii(result(fields as Record<number, string>))));
    expect(replies(driven).map(([, msa]) => msa?.split('|')[1])).toEqual(codes);
    expect(driven.messages).toHaveLength(1);
  });

  it('tells of an error in enhanced mode where only errors are asked for', () => {
    const driven = receiving();
    driven.storing = 'failing';
    driven.bytes(mllpBlock(ascii(result({ 12: '2.5.1', 15: 'ER', 16: 'NE' }))));
    expect(replies(driven)[0]?.slice(1)).toEqual(['MSA|CE|42', 'ERR|||207|E||||disk full']);
  });

  it('gives back the header fields an instrument wants back', () => {
    const driven = receiving({ acknowledgeEchoes: [16] });
    driven.bytes(mllpBlock(ascii(result({ 16: '2' }))));
    expect(replies(driven)[0]?.[0]?.split('|')[15]).toBe('2');
  });

  it('leaves the acknowledgement of queries to the driver', () => {
    const driven = receiving({ answeredByDriver: ['QRY^Q02'] });
    driven.bytes(mllpBlock(ascii(`${header({ 9: 'QRY^Q02' })}\rQRD|1\r`)));
    expect(driven.written).toEqual([]);
    expect(driven.of('message')[0]).toMatchObject({ unanswered: true });
  });

  it('takes several messages in a packet, without the last CR, with line ends between', () => {
    const driven = receiving();
    driven.bytes(
      0x0b,
      result({ 10: '1' }),
      0x1c,
      0x0b,
      result({ 10: '2' }),
      0x1c,
      0x0d,
      0x0a,
      0x0b,
      result({ 10: '3' }),
      0x1c,
    );
    expect(driven.messages).toEqual([result({ 10: '1' }), result({ 10: '2' }), result({ 10: '3' })]);
  });

  it('passes over garbage between messages and says so', () => {
    const driven = receiving();
    driven.bytes('GET / HTTP/1.1', mllpBlock(ascii(result())));
    expect(driven.messages).toEqual([result()]);
    expect(driven.of('note')[0]?.text).toContain('outside any message');
  });

  it('keeps what it has of a message whose end never came', () => {
    const driven = receiving();
    driven.bytes(0x0b, 'MSH|broken', mllpBlock(ascii(result())));
    expect(textOf(driven.of('incomplete')[0]?.text ?? ascii(''))).toBe('MSH|broken');
    expect(driven.messages).toEqual([result()]);
    driven.bytes(0x0b, 'MSH|cut');
    driven.feed({ kind: 'closed', reason: 'cable pulled' });
    expect(driven.of('incomplete')[1]).toMatchObject({ reason: 'cable pulled' });
  });

  it('stores a message without a header, and rejects it', () => {
    const driven = receiving();
    driven.bytes(mllpBlock(ascii('PID|1\r')));
    expect(driven.of('store')).toHaveLength(1);
    expect(replies(driven)).toEqual([
      ['MSH|^~\\&|||||20240105120000||ACK|20240105120000|P|2.3.1', 'MSA|AR||No message header (MSH) found|||100'],
    ]);
  });

  it('refuses what is too long, naming the remedy, and goes on', () => {
    const driven = receiving({ maxMessageBytes: 2000 });
    driven.bytes(0x0b, result({ 10: '9' }), 'x'.repeat(100_000));
    expect(driven.link.bufferedBytes).toBeLessThanOrEqual(4096);
    driven.bytes(0x1c, 0x0d, mllpBlock(ascii(result())));
    expect(replies(driven)[0]?.[1]).toMatch(/^MSA\|AE\|9\|it is longer than 2000 bytes/);
    expect(driven.messages).toEqual([result()]);
  });

  it('asks the transport to wait while the disk is behind', () => {
    const driven = receiving({ maxPendingBytes: 100 });
    driven.storing = 'held';
    driven.bytes(mllpBlock(ascii(result())), mllpBlock(ascii(result({ 10: '2' }))));
    expect(driven.of('pause')).toHaveLength(1);
    for (const token of driven.held) driven.feed({ kind: 'stored', token });
    expect(driven.of('resume')).toHaveLength(1);
  });

  it('refuses what comes although it was asked to wait, once the limit is passed', () => {
    const driven = receiving({ maxPendingBytes: 100, maxMessageBytes: 200 });
    driven.storing = 'held';
    for (let id = 1; id <= 6; id++) driven.bytes(mllpBlock(ascii(result({ 10: String(id) }))));
    const kept = driven.held.length;
    expect(kept).toBeLessThan(6);
    expect(driven.link.bufferedBytes).toBeLessThanOrEqual(2 * 100 + 200);
    for (const token of driven.held) driven.feed({ kind: 'stored', token });
    const codes = replies(driven).map(([, msa]) => msa?.split('|').slice(1, 3).join(' '));
    expect(codes).toEqual([1, 2, 3, 4, 5, 6].map((id) => `${id <= kept ? 'AA' : 'AE'} ${id}`));
  });

  it('refuses politely while the laboratory is not ready', () => {
    const driven = receiving();
    driven.feed({ kind: 'ready', ready: false });
    driven.bytes(mllpBlock(ascii(result())));
    expect(driven.of('store')).toEqual([]);
    expect(replies(driven)[0]?.[1]).toContain('MSA|AE|42');
  });
});

describe('MLLP sender', () => {
  const order = { text: ascii('MSH|^~\\&|||||x||DSR^Q03|D1|P|2.3.1\r'), expectsReply: true, controlId: 'D1' };
  const ack = (code: string, id = 'D1') =>
    mllpBlock(ascii(`${header({ 9: 'ACK^Q03', 10: '77' })}\rMSA|${code}|${id}|because\r`));

  it('counts a message as sent when its acknowledgement comes', () => {
    const driven = receiving();
    expect(textOf(Uint8Array.from(writtenIn(driven.send('', order))))).toBe(`\x0b${textOf(order.text)}\x1c\r`);
    expect(driven.of('sent')).toEqual([]);
    driven.bytes(ack('AA'));
    expect(driven.of('sent')).toEqual([{ kind: 'sent', id: 'm1' }]);
    expect(driven.of('store')).toEqual([]);
    expect(writtenIn(driven.wait(100_000))).toEqual([]);
  });

  it('does not ask for a reply that is not expected', () => {
    const driven = receiving();
    driven.send('MSH|^~\\&\r');
    expect(driven.of('sent')).toHaveLength(1);
  });

  it('sends again when no reply comes, and gives up after the third time', () => {
    const driven = receiving();
    driven.send('', order);
    expect(writtenIn(driven.wait(30_000))).toHaveLength(order.text.length + 3);
    driven.wait(60_000);
    expect(driven.of('send')).toHaveLength(3);
    expect(driven.of('sendFailed')[0]).toMatchObject({ id: 'm1', again: true });
  });

  it('says why the analyzer refused', () => {
    const driven = receiving();
    driven.send('', order);
    driven.bytes(ack('AE'));
    expect(driven.of('sendFailed')[0]).toMatchObject({ again: false });
    expect(driven.of('sendFailed')[0]?.reason).toContain('because');
  });

  it('is not misled by the acknowledgement of something else', () => {
    const driven = receiving();
    driven.send('', order);
    driven.bytes(ack('AA', 'OTHER'));
    expect(driven.of('sent')).toEqual([]);
    expect(driven.of('note').at(-1)?.text).toContain('OTHER');
  });

  it('sends one after another', () => {
    const driven = receiving();
    driven.send('', order);
    driven.send('', { ...order, id: 'm2', controlId: 'D2' });
    expect(driven.of('send')).toHaveLength(1);
    driven.bytes(ack('CA'));
    expect(driven.of('send')).toHaveLength(2);
    driven.feed({ kind: 'closed', reason: 'gone' });
    expect(driven.of('sendFailed').map(({ id }) => id)).toEqual(['m2']);
  });

  it('takes a reply that says more than yes as a message too, and acknowledges it not', () => {
    const driven = receiving();
    driven.send('', order);
    driven.bytes(mllpBlock(ascii(`${header({ 9: 'QCK^Q02', 10: '1' })}\rMSA|AA|D1\rQAK|SR|OK\r`)));
    expect(driven.of('sent')).toHaveLength(1);
    expect(driven.of('message')[0]).toMatchObject({ unanswered: true });
    expect(driven.of('send')).toHaveLength(1);
  });
});

describe('MLLP link, properties', () => {
  const texts = fc.array(
    fc.stringMatching(/^[ -~\r]{1,80}$/).map((text) => `${header()}\r${text}\r`),
    { minLength: 1, maxLength: 4 },
  );

  it('gives the same messages however the stream is chopped', () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat()), fc.boolean(), (messages, cuts, closed) => {
        const stream = messages.flatMap((text) => [0x0b, ...ascii(text), 0x1c, ...(closed ? [0x0d] : [])]);
        const places = [...cuts.map((place) => place % stream.length), stream.length].sort((a, b) => a - b);
        const driven = receiving();
        let from = 0;
        for (const place of places) {
          driven.feed({ kind: 'bytes', bytes: Uint8Array.from(stream.slice(from, place)) });
          from = place;
        }
        expect(driven.messages).toEqual(messages);
      }),
    );
  });

  it('never throws and keeps its buffers bounded, whatever comes', () => {
    const byte = fc.oneof(fc.constantFrom(0x0b, 0x1c, 0x0d, 0x4d, 0x53, 0x48, 0x7c), fc.integer({ min: 0, max: 255 }));
    const event: fc.Arbitrary<LinkEvent> = fc.oneof(
      fc.array(byte, { maxLength: 500 }).map((list) => ({ kind: 'bytes' as const, bytes: Uint8Array.from(list) })),
      fc
        .array(byte, { maxLength: 60 })
        .map((list) => ({ kind: 'bytes' as const, bytes: mllpBlock(Uint8Array.from([...ascii(header()), ...list])) })),
      fc.integer({ min: 0, max: 30 }).map((token) => ({ kind: 'stored' as const, token })),
      fc.constant({ kind: 'time' as const }),
      fc.constant({ kind: 'closed' as const, reason: 'gone' }),
      fc.constant({
        kind: 'send' as const,
        message: { id: 'x', text: ascii('MSH|'), expectsReply: true, controlId: 'x' },
      }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const driven = receiving({ maxMessageBytes: 300, maxPendingBytes: 1000 });
        driven.storing = 'held';
        for (const one of events) {
          driven.feed(one);
          expect(driven.link.bufferedBytes).toBeLessThan(4096 + 300 + 2 * 1000 + 300 + 60 * 4 + 600);
        }
      }),
    );
  });
});
