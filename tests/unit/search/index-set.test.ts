import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IndexSet } from '../../../electron/core/search/index-set.ts';
import { beginsWords, indexWordsOf, wordsOf } from '../../../shared/search/words.ts';

function patients(...names: string[]): IndexSet {
  const set = new IndexSet();
  for (const [place, name] of names.entries()) set.set('patients', `p${place}`, 'lab-1', name);
  return set;
}
const find = (set: IndexSet, text: string, limit = 10, lab = 'lab-1') =>
  set.search(['patients'], lab, text, limit).patients ?? [];

describe('IndexSet', () => {
  it('finds words in any order, in any case, without accents, by their beginnings', () => {
    const set = patients('José Müller García', 'Josefine Miller', 'Garcia Marquez');
    for (const text of ['garcia jose', 'JOSÉ', 'mull', 'gar mü jo', 'García, José']) {
      expect(find(set, text), text).toContain('p0');
    }
    expect(find(set, 'jose miller')).toEqual(['p1']);
    expect(find(set, 'jose xavier')).toEqual([]);
    expect(find(set, 'arcia')).toEqual([]);
    expect(find(set, ' - ')).toEqual([]);
  });

  it('ranks whole words before beginnings, first words before later ones, short names before long, new before old', () => {
    const set = patients('Anand Rao', 'Rao Ana', 'Ana Rao', 'Ana Maria Rao', 'Ana Rao');
    expect(find(set, 'ana')).toEqual(['p4', 'p2', 'p3', 'p1', 'p0']);
    expect(find(set, 'ana', 2)).toEqual(['p4', 'p2']);
    // Of two words that fit, the whole one decides.
    set.set('patients', 'both', 'lab-1', 'Anand Ana');
    expect(find(set, 'ana', 2)).toEqual(['both', 'p4']);
  });

  it('ranks so whatever was tidied before, and whatever was changed since', () => {
    const word = fc.constantFrom('ana', 'anand', 'an', 'rao', 'ravi', 'anabel', 'roy');
    const name = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
    const typed = fc.uniqueArray(fc.constantFrom('a', 'an', 'ana', 'r', 'ra', 'rao', 'roy'), {
      minLength: 1,
      maxLength: 3,
    });
    const change = fc.record({ id: fc.nat({ max: 25 }), name, tidy: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 60 }),
        typed,
        fc.integer({ min: 1, max: 6 }),
        (changes, texts, limit) => {
          const set = new IndexSet();
          const living = new Map<string, string[]>();
          for (const { id, name: changed, tidy } of changes) {
            // A document that changes is the newest from then on.
            if (set.set('patients', `p${id}`, 'lab-1', changed)) living.delete(`p${id}`);
            living.set(`p${id}`, indexWordsOf(changed));
            if (tidy) set.tidy(true);
          }
          const score = (words: string[]) =>
            1024 * texts.filter((text) => words.includes(text)).length +
            (texts.some((text) => words[0]?.startsWith(text)) ? 512 : 0) -
            words.length;
          const expected = [...living]
            .toReversed()
            .filter(([, words]) => texts.every((text) => words.some((one) => one.startsWith(text))))
            .toSorted(([, one], [, other]) => score(other) - score(one))
            .slice(0, limit)
            .map(([id]) => id);
          expect(find(set, texts.join(' '), limit)).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('orders reports and activity by their newness alone', () => {
    const set = new IndexSet();
    for (let number = 0; number < 100; number++) set.set('activity_logs', `a${number}`, 'lab-1', `bill ${number} paid`);
    expect(set.search(['activity_logs'], 'lab-1', 'pa', 3).activity_logs).toEqual(['a99', 'a98', 'a97']);
    expect(set.search(['activity_logs'], 'lab-1', '42', 3).activity_logs).toEqual(['a42']);
  });

  it('keeps labs apart', () => {
    const set = patients('Ana Rao');
    set.set('patients', 'other', 'lab-2', 'Ana Rao');
    expect(find(set, 'ana')).toEqual(['p0']);
    expect(find(set, 'ana', 10, 'lab-2')).toEqual(['other']);
    expect(find(set, 'ana', 10, 'lab-3')).toEqual([]);
  });

  it('says whether a document is found otherwise than before', () => {
    const set = patients('Ana Rao');
    expect(set.set('patients', 'p0', 'lab-1', 'ANA rao')).toBe(false);
    expect(set.set('patients', 'p0', 'lab-1', 'Ana Roy')).toBe(true);
    expect(set.remove('patients', 'p0')).toBe(true);
    expect(set.remove('patients', 'p0')).toBe(false);
    expect(set.set('patients', 'p0', 'lab-1', 'Ana Roy')).toBe(true);
    expect(set.sizes.patients).toBe(1);
  });

  it('is not confused by words that are names of JavaScript, or by more words than it takes', () => {
    const set = patients('Constructor Prototype hasOwnProperty', 'a b c d e f g h i j k');
    expect(find(set, 'constructor')).toEqual(['p0']);
    expect(find(set, 'hasown proto')).toEqual(['p0']);
    expect(find(set, 'a b c d e f g h i j k')).toEqual(['p1']);
  });

  it('after any changes, tidied and restored at any point, finds the documents that hold the words and no others', async () => {
    const name = fc
      .array(fc.constantFrom('ana', 'anand', 'rao', 'roy', "o'brien", 'brie', 'Ánà', 'khan', 'k'), {
        minLength: 1,
        maxLength: 4,
      })
      .map((words) => words.join(' '));
    const change = fc.oneof(
      { weight: 6, arbitrary: fc.record({ id: fc.nat({ max: 30 }), name }) },
      { weight: 3, arbitrary: fc.record({ id: fc.nat({ max: 12 }), name: fc.constant(undefined) }) },
      { weight: 1, arbitrary: fc.constantFrom('tidy' as const, 'restore' as const) },
    );
    const typed = fc.array(fc.constantFrom('a', 'an', 'ana', 'r', 'ra', 'bri', 'o', 'obr', 'khan', 'K', 'zz'), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 60 }),
        fc.array(typed, { minLength: 1, maxLength: 6 }),
        async (changes, questions) => {
          let set = new IndexSet();
          const names = new Map<string, string>();
          for (const step of changes) {
            if (step === 'tidy') set.tidy(true);
            else if (step === 'restore') set = new IndexSet(structuredClone(await set.data()));
            else if (step.name === undefined) {
              set.remove('patients', `p${step.id}`);
              names.delete(`p${step.id}`);
            } else {
              set.set('patients', `p${step.id}`, 'lab-1', step.name);
              names.set(`p${step.id}`, step.name);
            }
          }
          expect(set.sizes.patients).toBe(names.size);
          for (const words of questions) {
            const text = words.join(' ');
            const expected = [...names].filter(([, name]) => beginsWords(name, wordsOf(text))).map(([id]) => id);
            expect(find(set, text, 100).toSorted()).toEqual(expected.toSorted());
            for (const limit of [1, 2, 3]) expect(find(set, text, limit)).toEqual(find(set, text, 100).slice(0, limit));
          }
        },
      ),
    );
  });
});
