import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { astmRecord, astmText } from '../../../shared/devices/astm/build.ts';
import {
  type AstmOutcome,
  componentsOf,
  fieldText,
  parseAstm,
  refOf,
  repeatsOf,
} from '../../../shared/devices/astm/records.ts';
import { treeOf } from '../../../shared/devices/astm/tree.ts';
import { encodeText } from '../../../shared/devices/text.ts';
import { ascii } from './drive.ts';

function parsed(text: string) {
  const outcome = parseAstm(ascii(text), 'latin1');
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome;
}

function errorOf(outcome: AstmOutcome) {
  return outcome.ok ? undefined : outcome.error;
}

describe('ASTM records', () => {
  it('numbers fields, repetitions and components as the standard does', () => {
    const [message] = parsed('H|\\^&|id|pw\rO|1|S^2||^^^A\\^^^B|R\rL|1|N\r').messages;
    const order = message?.records[1];
    if (!message || !order) throw new Error('no order');
    expect(fieldText(message.header, 3)).toBe('id');
    expect(fieldText(order, 3)).toBe('S^2');
    expect(fieldText(order, 3, 2)).toBe('2');
    expect(repeatsOf(order, 5).map((one) => componentsOf(order, one))).toEqual([
      ['', '', '', 'A'],
      ['', '', '', 'B'],
    ]);
    expect(fieldText(order, 99)).toBe('');
  });

  it('takes the delimiters from the header, each message its own', () => {
    const { messages } = parsed('H|@^\\|1\rR|1|a@b\rL|1|N\rH!$%~!2\rR!1!a%b$c\rL!1!N\r');
    const records = messages.map((message) => message.records[1]);
    expect(records.map((record) => record && repeatsOf(record, 3))).toEqual([
      ['a', 'b'],
      ['a%b', 'c'],
    ]);
    expect(records[1] && fieldText(records[1], 3, 2)).toBe('b');
  });

  it('undoes escapes, in the message’s own escape character', () => {
    const [message] = parsed('H|\\^&\rC|1|&F&|&S& &R& &E&|&X4142&|&H&b&N&|A&B|&Q&|R&D&F&\r').messages;
    const record = message?.records[1];
    if (!record) throw new Error('no record');
    const texts = [3, 4, 5, 6, 7, 8, 9].map((field) => fieldText(record, field));
    expect(texts).toEqual(['|', '^ \\ &', 'AB', 'b', 'A&B', '&Q&', 'R&D|']);
  });

  it('reads records however they end', () => {
    for (const end of ['\r', '\n', '\r\n']) {
      expect(parsed(['H|\\^&', 'P|1', 'L|1|N', ''].join(end)).messages[0]?.records.map(({ type }) => type)).toEqual([
        'H',
        'P',
        'L',
      ]);
    }
  });

  it('says where in the bytes a record stands, whatever its characters', () => {
    const text = 'H|\\^&\rP|1||山田\rR|1|x\r';
    const bytes = encodeText(text, 'shift_jis');
    const outcome = parseAstm(bytes, 'shift_jis');
    const record = outcome.ok ? outcome.messages[0]?.records[2] : undefined;
    if (!record) throw new Error('no record');
    const { offset, length } = refOf(record, 3);
    expect(new TextDecoder('shift_jis').decode(bytes.subarray(offset, offset + length))).toBe('R|1|x');
  });

  it('splits a double-byte text only where a delimiter is meant', () => {
    // The second byte of "ソ" and "能" in Shift-JIS is a backslash.
    const outcome = parseAstm(encodeText('H|\\^&\rP|1|ソ能\\x\rL|1\r', 'shift_jis'), 'shift_jis');
    const record = outcome.ok ? outcome.messages[0]?.records[1] : undefined;
    expect(record && repeatsOf(record, 3)).toEqual(['ソ能', 'x']);
  });

  it('names what is wrong and where', () => {
    expect(errorOf(parseAstm(ascii(''), 'latin1'))).toMatchObject({ code: 'empty' });
    expect(errorOf(parseAstm(ascii('P|1\r'), 'latin1'))).toMatchObject({ code: 'no-header', offset: 0, index: 0 });
    expect(errorOf(parseAstm(ascii('H||^&\r'), 'latin1'))).toMatchObject({ code: 'bad-delimiters' });
    expect(errorOf(parseAstm(ascii('H|\\^&\rL|1\rHxyz\r'), 'latin1'))).toMatchObject({
      code: 'bad-delimiters',
      offset: 10,
      index: 2,
    });
    expect(errorOf(parseAstm(ascii(`H|\\^&\rR${'|'.repeat(2000)}\r`), 'latin1'))).toMatchObject({
      code: 'structure',
      index: 1,
    });
    expect(errorOf(parseAstm(ascii(`H|\\^&\r${'C\r'.repeat(60_000)}`), 'latin1'))).toMatchObject({ code: 'too-large' });
  });

  it('never throws, for any bytes, and is done in time that grows with their number only', () => {
    const nasty = fc.stringMatching(/^[H|\\^&@!PORCMQLX0-9\r\n]{0,200}$/).map(ascii);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          nasty,
          nasty.map((bytes) => Uint8Array.from([...ascii('H|\\^&\r'), ...bytes])),
        ),
        (bytes) => {
          const outcome = parseAstm(bytes, 'latin1');
          if (outcome.ok) for (const message of outcome.messages) treeOf(message);
          else expect(outcome.error.message).not.toBe('');
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('ASTM tree', () => {
  const shape = (text: string) => {
    const [message] = parsed(text).messages;
    if (!message) throw new Error('no message');
    const tree = treeOf(message);
    return {
      patients: tree.patients.map((patient) => ({
        orders: patient.orders.map(({ results, comments, manufacturer }) => ({
          results: results.map((one) => [fieldText(one.record, 3), one.comments.length, one.manufacturer.length]),
          comments: comments.length,
          manufacturer: manufacturer.length,
        })),
        comments: patient.comments.length,
      })),
      queries: tree.queries.length,
      notes: tree.notes,
    };
  };

  it('puts results under their order and comments to what they follow', () => {
    expect(
      shape('H|\\^&\rP|1\rC|1||p\rO|1\rC|1||o\rM|1\rR|1|A\rC|1||r\rM|1\rR|2|B\rO|2\rR|1|C\rP|2\rO|1\rL|1\r'),
    ).toEqual({
      patients: [
        {
          orders: [
            {
              results: [
                ['A', 1, 1],
                ['B', 0, 0],
              ],
              comments: 1,
              manufacturer: 1,
            },
            { results: [['C', 0, 0]], comments: 0, manufacturer: 0 },
          ],
          comments: 1,
        },
        { orders: [{ results: [], comments: 0, manufacturer: 0 }], comments: 0 },
      ],
      queries: 0,
      notes: [],
    });
  });

  it('supplies missing levels and says what it tolerated', () => {
    const { patients, notes } = shape('H|\\^&\rR|1|A\rO|1\rZ|1\r');
    expect(patients.map(({ orders }) => orders.length)).toEqual([2]);
    expect(notes).toEqual([
      'Record 2 is a result without an order record.',
      'Record 4 is of type "Z", which the standard does not know.',
      'The message has no terminator record (L).',
    ]);
    expect(shape('H|\\^&\rO|1\rL|1\r').notes).toEqual(['Record 2 is an order without a patient record.']);
    expect(shape('H|\\^&\rQ|1|^A\rL|1\rC|1\r')).toMatchObject({
      queries: 1,
      notes: [expect.stringContaining('follows the terminator')],
    });
  });
});

describe('ASTM building', () => {
  it('writes what the parser reads back, whatever the text', () => {
    const text = fc.stringMatching(/^[ -~¡-ÿ]{0,20}$/);
    fc.assert(
      fc.property(
        fc.array(fc.array(text, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
        (repetitions) => {
          const written = astmText([
            astmRecord('H', { 5: 'us' }),
            astmRecord('O', { 2: '1', 5: repetitions }),
            astmRecord('L', { 2: '1' }),
          ]);
          const record = parsed(written).messages[0]?.records[1];
          if (!record) throw new Error('no record');
          const read = repeatsOf(record, 5).map((one) => [...componentsOf(record, one)]);
          const isEmpty = repetitions.length === 1 && repetitions[0]?.length === 1 && repetitions[0][0] === '';
          expect(read).toEqual(isEmpty ? [] : repetitions);
        },
      ),
    );
  });

  it('lets no control character onto the line', () => {
    expect(astmRecord('C', { 4: 'a\rL|1\x03' })).toBe('C|||a L&F&1 ');
  });
});
