import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyzerPages } from '../../../build/analyzer-pages.ts';
import { componentsOf, parseAstm, repeatsOf } from '../../../shared/devices/astm/records.ts';
import { parseHl7 } from '../../../shared/devices/hl7/message.ts';
import { type Driver, drivers, encodeText, type Locator, valueInLine } from '../../../shared/devices/index.ts';

const folder = join(import.meta.dirname, '../../../docs/analyzers');

/** Every text that stands at one of the places, read without the driver. */
function textsAt({ format, sample, settings }: Driver, places: readonly Locator[]): string[] {
  const bytes = encodeText(sample.text, settings.charset ?? 'latin1');
  if (format === 'astm') {
    const parsed = parseAstm(bytes, settings.charset ?? 'latin1');
    const records = parsed.ok ? parsed.messages.flatMap((message) => message.records) : [];
    return places.flatMap(({ record: type, field, component }) =>
      records
        .filter((record) => record.type === type)
        .map((record) => componentsOf(record, repeatsOf(record, field)[0] ?? ''))
        .map((components) => (component === undefined ? components.join('^') : (components[component - 1] ?? ''))),
    );
  }
  const parsed = parseHl7(bytes, { fallbackCharset: settings.charset ?? 'latin1' });
  const segments = parsed.ok ? parsed.messages.flatMap((message) => message.segments) : [];
  return places.flatMap(({ record, field, component }) =>
    segments
      .filter(({ name }) => name === record)
      .map(({ fields }) => {
        const [repetition = []] = fields[field] ?? [];
        const components = repetition.map((subs) => subs.join('&'));
        return component === undefined ? components.join('^') : (components[component - 1] ?? '');
      }),
  );
}

describe('docs/analyzers', () => {
  it('has a page for each driver, as `npm run analyzer-docs` writes it, and no other', () => {
    const pages = analyzerPages();
    expect(readdirSync(folder).sort()).toEqual([...pages.keys()].sort());
    for (const [file, text] of pages) expect(readFileSync(join(folder, file), 'utf8'), file).toBe(text);
  });

  it.each(drivers.map((driver) => [driver.id, driver] as const))('tells of %s what a person needs', (id, driver) => {
    // Cells of tables are padded.
    const text = readFileSync(join(folder, `${id}.md`), 'utf8').replace(/ +/g, ' ');
    const { guide, sample } = driver;
    expect(guide.source.length).toBeGreaterThan(20);
    expect(guide.cabling.length).toBeGreaterThan(20);
    expect(guide.settings.length).toBeGreaterThan(1);
    for (const said of [guide.source, guide.cabling, ...guide.settings, ...guide.guessed, ...driver.quirks])
      expect(text).toContain(said);
    for (const { sampleId, code, value } of sample.results)
      expect(text).toContain(`| ${sampleId} | \`${code}\` | ${value}`);
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(`(${id}.md)`);
  });

  it.each(
    drivers.filter(({ format }) => format === 'astm' || format === 'hl7').map((driver) => [driver.id, driver] as const),
  )('says truly where things are in messages of %s', (_, driver) => {
    const outcome = driver.read(encodeText(driver.sample.text, driver.settings.charset ?? 'latin1'));
    if (!outcome.ok) throw new Error(outcome.error.message);
    const ids = textsAt(driver, driver.places.sampleId).map((text) => text.trim());
    const codes = textsAt(driver, driver.places.code);
    const values = textsAt(driver, driver.places.value);
    const units = textsAt(driver, driver.places.unit);
    for (const result of outcome.message.results) {
      expect(ids).toContain(result.sampleId);
      const [first = ''] = result.code.split('^');
      expect(
        codes.some((code) => code.includes(first)),
        result.code,
      ).toBe(true);
      if (result.value.kind === 'numeric' && result.value.number)
        expect(
          values.some((text) => text.includes(result.rawValue.trim())),
          valueInLine(result.value),
        ).toBe(true);
      // A Pentra sends the number of a unit system.
      if (result.unit && driver.id !== 'pentra') expect(units).toContain(result.unit);
    }
  });
});
