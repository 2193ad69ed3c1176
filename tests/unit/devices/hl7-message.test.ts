import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hl7Message, hl7Segment } from '../../../shared/devices/hl7/build.ts';
import { groupsOf } from '../../../shared/devices/hl7/groups.ts';
import { readHl7Acknowledgement, readHl7Header } from '../../../shared/devices/hl7/header.ts';
import { type Hl7Message, hl7RefOf, hl7Text, parseHl7 } from '../../../shared/devices/hl7/message.ts';
import { encodeText } from '../../../shared/devices/text.ts';
import { ascii } from './drive.ts';

const msh = 'MSH|^~\\&|A|B|C|D|20240105||ORU^R01|7|P|2.5.1';

function parsed(text: string | Uint8Array): {
  readonly messages: readonly Hl7Message[];
  readonly notes: readonly string[];
} {
  const outcome = parseHl7(typeof text === 'string' ? ascii(text) : text, { fallbackCharset: 'utf-8' });
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome;
}

function segment(text: string | Uint8Array, index = 1) {
  const found = parsed(text).messages[0]?.segments[index];
  if (!found) throw new Error('no segment');
  return found;
}

/** Without what is empty at the end: an absent component and an empty one are the same. */
function trimmed<T>(items: readonly T[], empty: unknown): T[] {
  const isEmpty = (item: T) => item === empty || (Array.isArray(item) && item.length === 0);
  let last = items.length;
  while (last > 0 && isEmpty(items[last - 1] as T)) last--;
  return items.slice(0, last);
}

describe('HL7 messages', () => {
  it('reads repetitions, components and subcomponents', () => {
    const obx = segment(`${msh}\rOBX|1|ST|A^B&C^D||x~y^z&w||L~A\r`);
    expect(hl7Text(obx, 3, 2, 1, 2)).toBe('C');
    expect(hl7Text(obx, 5, 1, 1)).toBe('x');
    expect(hl7Text(obx, 5, 2, 2, 2)).toBe('w');
    expect(obx.fields[7]?.map((repetition) => repetition[0]?.[0])).toEqual(['L', 'A']);
    expect(hl7Text(obx, 99)).toBe('');
  });

  it('reads subcomponents of a field without components', () => {
    expect(segment(`${msh}\rSPM|1|AQ-1&LAB\r`).fields[2]).toEqual([[['AQ-1', 'LAB']]]);
  });

  it('undoes escapes', () => {
    const obx = segment(`${msh}\rOBX|1|ST|a||\\F\\\\S\\\\T\\\\R\\\\E\\ \\X41\\ \\H\\b\\N\\ C:\\x \\.br\\end\r`);
    expect(hl7Text(obx, 5)).toBe('|^&~\\ A b C:\\x \nend');
  });

  it('reads other delimiters, and the usual ones as plain text among them', () => {
    const text = 'MSH#*%$@#A#B#C#D#20240105##ORU*R01#7#P#2.3.1\rOBX#1#ST#c*d@e##p|q^r&s%t$F$u\\v\r';
    const obx = segment(text);
    expect(hl7Text(obx, 3, 2, 1, 2)).toBe('e');
    expect(hl7Text(obx, 5)).toBe('p|q^r&s');
    expect(hl7Text(obx, 5, 1, 2)).toBe('t#u\\v'.replace('#', '|'));
    expect(parsed(text).messages[0]?.header.messageType).toBe('ORU^R01');
  });

  it('reads the character set MSH-18 names, unless the device is set to another', () => {
    const text = `${msh}||||||UNICODE UTF-8\rPID|1||||王\r`;
    expect(hl7Text(segment(encodeText(text, 'utf-8')), 5)).toBe('王');
    const gbk = parseHl7(encodeText(text, 'gbk'), { charset: 'gbk', fallbackCharset: 'latin1' });
    expect(gbk.ok && hl7Text(gbk.messages[0]?.segments[1], 5)).toBe('王');
    expect(parsed(encodeText(text, 'gbk')).notes[0]).toContain('utf-8');
  });

  it('knows where a segment stands in the bytes', () => {
    const bytes = encodeText(`${msh}\r\nPID|1||||王\r\nOBX|1\r\n`, 'utf-8');
    const { offset, length } = hl7RefOf(segment(bytes, 2), 5);
    expect(new TextDecoder().decode(bytes.subarray(offset, offset + length))).toBe('OBX|1');
  });

  it('takes a line that is no segment as the rest of the one before it', () => {
    const { messages, notes } = parsed(`${msh}\rNTE|1||first\rsecond line\rOBX|1\r`);
    expect(hl7Text(messages[0]?.segments[1], 3)).toBe('first\nsecond line');
    expect(messages[0]?.segments).toHaveLength(3);
    expect(notes[0]).toContain('no segment');
  });

  it('reads several messages of one block', () => {
    expect(
      parsed(`${msh}\rOBX|1\r${msh}\rOBX|2\r`).messages.map(({ segments }) => segments.map(({ index }) => index)),
    ).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('passes over batch headers', () => {
    expect(parsed(`FHS|^~\\&\rBHS|^~\\&\r${msh}\rOBX|1\r`).messages[0]?.segments.map(({ name }) => name)).toEqual([
      'MSH',
      'OBX',
    ]);
  });

  it('names what is wrong and where', () => {
    const error = (text: string) => {
      const outcome = parseHl7(ascii(text), { fallbackCharset: 'latin1' });
      return outcome.ok ? undefined : outcome.error.code;
    };
    expect(error('')).toBe('empty');
    expect(error('PID|1\r')).toBe('no-header');
    expect(error('MSH|||||\r')).toBe('bad-delimiters');
    expect(error('MSH|^^\\&|\r')).toBe('bad-delimiters');
    expect(error(`${msh}\r${'OBX|1\r'.repeat(25_000)}`)).toBe('too-large');
    expect(error(`${msh}\rOBX|${'^'.repeat(1_100_000)}\r`)).toBe('too-large');
  });

  it('writes what the parser reads back, whatever the text', () => {
    const text = fc.stringMatching(/^[ -~]{0,20}$/);
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (components) => {
        const written = hl7Message([
          hl7Segment('MSH', { 9: ['ORU', 'R01'] }),
          hl7Segment('OBX', { 1: '1', 5: components }),
        ]);
        const read = components.map((_, index) => hl7Text(segment(written), 5, index + 1));
        expect(read).toEqual(components);
      }),
    );
  });

  it('loses nothing hl7-standard drops: every repetition, component and subcomponent comes out, escapes undone', () => {
    // Read here by splitting alone, as the standard has it, and compared with what comes through hl7-standard.
    const escapes: Readonly<Record<string, string>> = { F: '|', S: '^', T: '&', R: '~', E: '\\' };
    const plain = (text: string) => text.replace(/\\([FSTRE])\\/g, (_, sign: string) => escapes[sign] ?? '');
    const split = (field: string) =>
      field.split('~').map((repetition) => repetition.split('^').map((part) => part.split('&').map(plain)));
    const bare = (field: readonly (readonly (readonly string[])[])[]) =>
      field.map((repetition) =>
        trimmed(
          repetition.map((subs) => trimmed(subs, '')),
          [],
        ),
      );
    const piece = fc.constantFrom('a', 'b c', '1.5', '', '^', '~', '&', '\\T\\', '\\F\\x', '\\E\\', 'é');
    const field = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 6 }), (fields) => {
        const obx = segment(encodeText(`${msh}||||||UNICODE UTF-8\rZZZ|${fields.join('|')}\r`, 'utf-8'));
        fields.forEach((written, index) => {
          const read = obx.fields[index + 1] ?? [];
          expect(trimmed(bare(read), []), written).toEqual(trimmed(bare(split(written)), []));
        });
      }),
      { numRuns: 300 },
    );
  });

  it('never throws, for any bytes', () => {
    const nasty = fc.stringMatching(/^[MSHOBXPIDZ|^~\\&#0-9 \r\n.]{0,200}$/).map(ascii);
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      nasty,
      nasty.map((bytes) => Uint8Array.from([...ascii(`${msh}\r`), ...bytes])),
      fc
        .tuple(fc.stringMatching(/^[!-~]{5}$/), nasty)
        .map(([signs, bytes]) => Uint8Array.from([...ascii(`MSH${signs}`), ...bytes])),
    );
    fc.assert(
      fc.property(anything, (bytes) => {
        const outcome = parseHl7(bytes, { fallbackCharset: 'latin1' });
        if (outcome.ok) for (const message of outcome.messages) groupsOf(message);
        const header = readHl7Header(bytes);
        if (header) readHl7Acknowledgement(bytes, header);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('HL7 groups', () => {
  const names = (text: string) =>
    parsed(text).messages.flatMap((message) =>
      groupsOf(message).map(({ segments, observations, comments }) => ({
        segments: [...segments.values()].map((one) => `${one.name}${hl7Text(one, 1)}`),
        results: observations.map(({ obx, comments: own }) => `${hl7Text(obx, 1)}:${own.length}`),
        comments: comments.length,
      })),
    );

  it('reads ORU with the specimen behind its results', () => {
    expect(names(`${msh}\rPID|1\rOBR|1\rNTE|1||c\rOBX|1\rNTE|1||d\rOBX|2\rSPM|9\rPID|2\rOBR|2\rOBX|3\r`)).toEqual([
      { segments: ['PID1', 'OBR1', 'SPM9'], results: ['1:1', '2:0'], comments: 1 },
      { segments: ['PID2', 'OBR2'], results: ['3:0'], comments: 0 },
    ]);
  });

  it('reads OUL with the specimen before them', () => {
    const oul = msh.replace('ORU^R01', 'OUL^R22');
    expect(names(`${oul}\rSPM|1\rOBR|1\rOBX|1\rSPM|2\rOBR|2\rOBX|2\r`)).toEqual([
      { segments: ['SPM1', 'OBR1'], results: ['1:0'], comments: 0 },
      { segments: ['SPM2', 'OBR2'], results: ['2:0'], comments: 0 },
    ]);
  });

  it('loses no result that has no order', () => {
    expect(names(`${msh}\rPID|1\rOBX|1\rOBX|2\r`)).toEqual([
      { segments: ['PID1'], results: ['1:0', '2:0'], comments: 0 },
    ]);
  });
});
