import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeRows, shownRecords } from '../../../renderer/devices/field-map/map-rows.ts';
import {
  outgoingDelimitersSchema,
  rewritten,
  standardDelimiters,
  withDelimiters,
} from '../../../shared/devices/delimiters.ts';
import {
  type AnalyzerOrder,
  candidatesOf,
  type Driver,
  encodeText,
  type FieldMap,
  findDriver,
  isGeneric,
  pastedMessage,
  placesOf,
} from '../../../shared/devices/index.ts';

function driver(id: string): Driver {
  const found = findDriver(id);
  if (!found) throw new Error(`no driver ${id}`);
  return found;
}

const message = (records: readonly string[]) => encodeText(records.map((record) => `${record}\r`).join(''), 'latin1');

function read(id: string, records: readonly string[], map: FieldMap) {
  const outcome = driver(id).read(message(records), { map });
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome.message;
}

describe('places of ASTM records besides H, P, O and R', () => {
  it('take unit and flag from the manufacturer’s record behind each result, the lot from the order’s', () => {
    const { results } = read(
      'generic-astm',
      ['H|\\^&', 'P|1', 'O|1|S-1', 'M|1|LOT|77', 'R|1|^^^A|1', 'M|1|x|mg/dL|H', 'R|2|^^^B|2', 'M|1|x|mmol/L|', 'L|1'],
      {
        unit: [{ record: 'M', field: 4 }],
        flags: [{ record: 'M', field: 5 }],
        name: [{ record: 'M', field: 3 }],
      },
    );
    expect(results.map(({ code, unit, flags, name }) => [code, unit, flags, name])).toEqual([
      ['A', 'mg/dL', ['H'], 'x'],
      ['B', 'mmol/L', [], 'x'],
    ]);
  });

  it('read each record of the instrument’s own as a result where no R is sent', () => {
    const records = ['H|\\^&', 'P|1', 'O|1|S-1', 'Z|GLU|5.6|7.1', 'Z|UREA|4.2', 'O|2|S-2', 'Z|GLU|6.0', 'L|1'];
    const { results, notes } = read('generic-astm', records, {
      code: [{ record: 'Z', field: 2 }],
      value: [{ record: 'Z', field: 3 }],
    });
    expect(results.map(({ sampleId, code, rawValue, unit, flags }) => [sampleId, code, rawValue, unit, flags])).toEqual(
      [
        ['S-1', 'GLU', '5.6', undefined, []],
        ['S-1', 'UREA', '4.2', undefined, []],
        ['S-2', 'GLU', '6.0', undefined, []],
      ],
    );
    expect(results[1]?.recordRef).toMatchObject({ type: 'Z', index: 4, field: 3 });
    expect(notes).toContain('Record 4 is of type "Z", which the standard does not know.');
  });

  it('take those that stand outside of any order, or before any patient', () => {
    const map: FieldMap = {
      sampleId: [{ record: 'M', field: 2 }],
      code: [{ record: 'M', field: 3 }],
      value: [{ record: 'M', field: 4 }],
    };
    for (const before of [[], ['P|1']]) {
      const { results } = read('generic-astm', ['H|\\^&', ...before, 'M|S-1|A|1', 'M|S-2|A|2', 'L|1'], map);
      expect(results.map(({ sampleId, rawValue }) => [sampleId, rawValue])).toEqual([
        ['S-1', '1'],
        ['S-2', '2'],
      ]);
    }
  });

  it('take the comment from another field, for each of the comments, and the patient id from the order', () => {
    const { results, samples } = read(
      'generic-astm',
      ['H|\\^&', 'P|1|wrong', 'O|1|S-1|||||||||||||PAT-9', 'R|1|^^^A|1', 'C|1|one|I', 'C|2|two|I', 'L|1'],
      { comment: [{ record: 'C', field: 3 }], patientId: [{ record: 'O', field: 16 }] },
    );
    expect(results[0]?.comments).toEqual(['one', 'two']);
    expect(samples[0]?.patient?.id).toBe('PAT-9');
  });

  it('find the samples of a query in every repetition', () => {
    const { queries } = read('generic-astm', ['H|\\^&', 'Q|1|^x|A-1^1\\A-2^2', 'L|1'], {
      querySampleId: [{ record: 'Q', field: 4, component: 1 }],
    });
    expect(queries[0]).toMatchObject({ sampleIds: ['A-1', 'A-2'], all: false });
  });

  it('find the sample of an HL7 query where the map has it', () => {
    const { queries } = read('generic-hl7', ['MSH|^~\\&|A||||||QBP^Q11|1|P|2.5.1', 'QPD|WOS|tag|no|TUBE^x'], {
      querySampleId: [{ record: 'QPD', field: 4 }],
    });
    expect(queries[0]?.sampleIds).toEqual(['TUBE']);
  });
});

describe('a place that the map says is one thing', () => {
  it('is no longer another thing by the driver', () => {
    const records = ['H|\\^&', 'O|1|S-1', 'R|1|^^^A|final|||5.6^mmol/L', 'L|1'];
    const { results } = read('generic-astm', records, { value: [{ record: 'R', field: 7, component: 1 }] });
    expect(results[0]).toMatchObject({ rawValue: '5.6', flags: [] });
    expect(results[0]).not.toHaveProperty('unit');
    const moved = placesOf(driver('generic-hl7').places, { unit: [{ record: 'OBX', field: 8 }] });
    expect(moved.flags).toEqual([]);
    expect(moved.value).toEqual(driver('generic-hl7').places.value);
  });

  it('leaves the code where it is found by its component', () => {
    const { results } = read('generic-astm', ['H|\\^&', 'O|1|S-1', 'R|1|^^^7^Glucose|5.6', 'L|1'], {
      name: [{ record: 'R', field: 3, component: 5 }],
    });
    expect(results[0]).toMatchObject({ code: '7', name: 'Glucose' });
  });
});

describe('rows of places', () => {
  const records = () => {
    const found = candidatesOf(
      driver('generic-astm'),
      message(['H|\\^&|||A', 'O|1|S-1', ...Array.from({ length: 9 }, (_, n) => `R|${n + 1}|^^^7^C${n}|1`), 'L|1|N']),
    );
    if (!found.ok) throw new Error(found.error.message);
    return found.records;
  };

  it('show two records of a kind, and say how many like them there are', () => {
    expect(shownRecords(records(), false)).toMatchObject({ hidden: 7, shown: { length: 5 } });
    expect(shownRecords(records(), true)).toMatchObject({ hidden: 0, shown: { length: 12 } });
  });

  it('mark what the driver takes for the code, and what the map says instead', () => {
    const usual = driver('generic-astm').places;
    const isCode = (map: FieldMap) =>
      placeRows(records(), map, placesOf(usual, map))
        .filter((row) => row.own.includes('code') || row.usual.includes('code'))
        .map(({ place }) => place);
    expect(new Set(isCode({}))).toEqual(new Set(['R-3.4']));
    expect(isCode({ code: [{ record: 'R', field: 3, component: 5 }] })).toHaveLength(9);
    expect(placeRows(records(), {}, usual).at(-1)).toMatchObject({
      place: 'L-3',
      targets: [],
      why: expect.any(String),
    });
  });
});

describe('a pasted message', () => {
  it('loses its frames and gets the line ends of the format, however it was copied', () => {
    const records = 'H|\\^&\rR|1|^^^A|1\rL|1|N\r';
    expect(pastedMessage('H|\\^&\nR|1|^^^A|1\r\nL|1|N', 'astm')).toBe(records);
    expect(
      pastedMessage('\x05\x021H|\\^&\r\x03A1\r\n\x022R|1|^^^A|1\r\x0311\r\n\x023L|1|N\r\x03C1\r\n\x04', 'astm'),
    ).toBe(records);
    expect(
      pastedMessage('<STX>1H|\\^&<CR>\nR|1|^^^\n<ETB>5F<CR>\n<LF><STX>2A|1<CR>\nL|1|N<CR>\n<ETX>5F<CR>\n<LF>', 'astm'),
    ).toBe(records);
    expect(pastedMessage('<VT>MSH|^~\\&|A<CR>\nOBX|1<CR>\n<FS><CR>\n', 'hl7')).toBe('MSH|^~\\&|A\rOBX|1\r');
    expect(pastedMessage('a;b\n1;2\n', 'table')).toBe('a;b\n1;2\n');
  });
});

describe('delimiters of what is sent', () => {
  const order: AnalyzerOrder = {
    sampleId: 'S|1@',
    codes: ['A^1', 'B'],
    priority: 'routine',
    action: 'new',
    patient: { family: 'O&M', given: 'x@y' },
  };
  const context = { now: '20260101000000', controlId: '1', sender: 'LAB' };
  const sent = (id: string, delimiters?: string) =>
    (driver(id).answer?.(null, [order], { ...context, settings: { delimiters } }) ?? []).map(({ text }) =>
      Buffer.from(text).toString('latin1'),
    );

  it('are those of the device, at the head and throughout, and the contents stay what they are', () => {
    const [astm = ''] = sent('generic-astm', '!\\@&');
    expect(astm.startsWith('H!\\@&!')).toBe(true);
    expect(astm).not.toContain('|1|');
    const outcome = driver('generic-astm').read(
      encodeText(`${astm.replace(/L!1!N\r$/, '')}R!1!@@@A!1\rL!1!N\r`, 'latin1'),
    );
    expect(outcome.ok && outcome.message.samples[0]).toMatchObject({
      sampleId: 'S|1@',
      patient: { family: 'O&M', given: 'x@y' },
    });
    expect(sent('generic-hl7', '|@~\\&')[0]).toMatch(/^MSH\|@~\\&\|/);
    expect(sent('generic-hl7', '!\\@&')).toEqual(sent('generic-hl7'));
  });

  it('are rewritten without loss, whatever they are', () => {
    const signs = [...'!"#$%\'()*+,-./:;<=>?@[]_`{|}~^&\\'];
    fc.assert(
      fc.property(
        fc.shuffledSubarray(signs, { minLength: 4, maxLength: 4 }),
        fc.array(fc.string({ unit: fc.constantFrom('a', 'Z', '5', ...signs), maxLength: 12 }), { maxLength: 5 }),
        ([field = '', repeat = '', component = '', sign = ''], contents) => {
          expect(outgoingDelimitersSchema.safeParse(`${field}${repeat}${component}${sign}`).success).toBe(true);
          const to = { field, repeat, component, escape: sign };
          const standard = standardDelimiters.astm;
          const inStandard = contents.map((text) => rewritten(`X${escaped(text)}`, standard, to));
          expect(inStandard.map((text) => rewritten(text, to, standard))).toEqual(
            contents.map((text) => `X${escaped(text)}`),
          );
        },
      ),
    );
    expect(outgoingDelimitersSchema.safeParse('||^&').success).toBe(false);
    expect(outgoingDelimitersSchema.safeParse('|a^&').success).toBe(false);
    expect(withDelimiters('H|\\^&|1\r', undefined)).toBe('H|\\^&|1\r');
  });
});

/** A text as our builder writes it. */
function escaped(text: string): string {
  return text.replace(/[&|\\^]/g, (sign) => ({ '&': '&E&', '|': '&F&', '\\': '&R&', '^': '&S&' })[sign] ?? sign);
}

describe('generic drivers', () => {
  it('are those whose map a person makes', () => {
    expect(['generic-astm', 'generic-hl7', 'generic-table', 'sysmex-xn'].map(isGeneric)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});
