import type { FieldError } from '../kernel/errors.ts';
import { type Driver, type DriverSettings, type FieldMap, placeInWords, type ReadOutcome } from './driver.ts';
import { placesOf, settingsOf } from './drivers/common.ts';
import { neededColumns, tableCandidates, usualTable } from './drivers/table-columns.ts';
import { type MapTarget, mapTargets, useOf } from './map-targets.ts';
import type { DeviceMessage, DeviceReading } from './reading.ts';

type Needed = 'sampleId' | 'code' | 'value';

const names: Readonly<Record<Needed, string>> = {
  sampleId: 'sample id',
  code: 'test code',
  value: 'value',
};
const needed = Object.keys(names) as Needed[];

/** Whether a result lacks it. */
const lacks: Readonly<Record<Needed, (reading: DeviceReading) => boolean>> = {
  sampleId: ({ sampleId }) => sampleId === '',
  code: ({ code }) => code === '',
  value: ({ rawValue, images }) => rawValue.trim() === '' && images.length === 0,
};

/**
 * What keeps a device's map from being saved, looked at in the message it was made from: places that the driver does not look
 * at, and a sample id, code or value that is found in none of the results. `field` is the target, or `map`.
 */
export function mapProblems(
  driver: Driver,
  text: Uint8Array,
  settings: DriverSettings,
  outcome: ReadOutcome,
): FieldError[] {
  switch (driver.format) {
    case 'astm':
    case 'hl7': {
      const misplaced = misplacedIn(driver.format, settings.map ?? {});
      return misplaced.length > 0 ? misplaced : recordProblems(driver, settings, outcome);
    }
    case 'table':
      return tableProblems(driver, text, settings, outcome);
    case 'vidas':
      return [noMap('The fields of a VIDAS message are known by their names.')];
    default:
      return driver.format satisfies never;
  }
}

function noMap(message: string): FieldError {
  return { field: 'map', code: 'format', message, remedy: 'Nothing is to be mapped here.' };
}

function misplacedIn(format: 'astm' | 'hl7', map: FieldMap): FieldError[] {
  return mapTargets.flatMap((target) =>
    (map[target] ?? []).flatMap((place): FieldError[] => {
      const { targets, why } = useOf(format, place.record);
      if (targets.includes(target)) return [];
      const message = `${placeInWords(place)} cannot be that. ${why ?? ''}`.trim();
      return [{ field: target, code: 'record', message, remedy: 'Choose a field of another record.' }];
    }),
  );
}

function recordProblems(driver: Driver, settings: DriverSettings, outcome: ReadOutcome): FieldError[] {
  if (!outcome.ok) {
    const remedy = 'Choose another message, or mend protocol and character set of this analyzer.';
    return [{ field: 'map', code: 'unread', message: outcome.error.message, remedy }];
  }
  const { message } = outcome;
  const queries = queryProblems(message, settings);
  if (message.results.length > 0) return [...queries, ...resultProblems(driver, settings, message)];
  if (message.queries.length > 0) return queries;
  const remedy =
    driver.format === 'astm'
      ? 'Results are R records. Where the instrument puts them into records of its own (M), say where the value stands in these.'
      : 'Results are OBX segments. Let the instrument send a measured sample.';
  return [{ field: 'map', code: 'noResults', message: 'Nothing in this message is a result', remedy }];
}

function queryProblems({ queries }: DeviceMessage, { map }: DriverSettings): FieldError[] {
  const places = map?.querySampleId;
  if (!places || queries.length === 0 || queries.some(({ sampleIds, all }) => sampleIds.length > 0 || all)) return [];
  const message = `${inWords(places)} holds nothing in this query`;
  return [{ field: 'querySampleId', code: 'empty', message, remedy: 'Choose the field that holds the sample id.' }];
}

function resultProblems(driver: Driver, { map }: DriverSettings, { results }: DeviceMessage): FieldError[] {
  return needed.flatMap((target): FieldError[] => {
    if (!results.every(lacks[target])) return [];
    const own = map?.[target];
    const message = own
      ? `${inWords(own)} holds no ${names[target]} in this message`
      : `No ${names[target]} was found where the driver looks for it (${inWords(placesOf(driver.places, map)[target]) || 'nowhere'})`;
    return [{ field: target, code: 'empty', message, remedy: `Choose the field that holds the ${names[target]}.` }];
  });
}

function tableProblems(driver: Driver, text: Uint8Array, settings: DriverSettings, outcome: ReadOutcome): FieldError[] {
  const table = tableCandidates(text, driver.settings, settings);
  if (!table.ok) {
    const remedy = 'Choose the row in which the headings stand.';
    return [{ field: 'headingRow', code: 'empty', message: table.error.message, remedy }];
  }
  const map = settingsOf(driver.settings, settings).table ?? usualTable;
  const missing = neededColumns(map).filter((target) => {
    const number = table.found[target];
    return number === undefined || number > table.columns.length;
  });
  if (missing.length > 0) {
    return missing.map((target): FieldError => {
      const message = `No column of this file is the ${names[target as Needed]}`;
      return { field: target, code: 'required', message, remedy: 'Choose the column that holds it.' };
    });
  }
  const results = outcome.ok ? outcome.message.results : [];
  if (results.length === 0) {
    const remedy = 'Choose a file with measured samples, or another row of headings.';
    return [{ field: 'map', code: 'noResults', message: 'Nothing in this file is a result', remedy }];
  }
  return needed.flatMap((target): FieldError[] => {
    if (!results.every(lacks[target])) return [];
    const message = `The column of the ${names[target]} is empty in this file`;
    return [{ field: target, code: 'empty', message, remedy: 'Choose the column that holds it.' }];
  });
}

const inWords = (places: readonly Parameters<typeof placeInWords>[0][]) => places.map(placeInWords).join(', ');

/** A map in one line, for the activity log: `sampleId O-4.2, code R-3.5`. */
export function mapInWords(settings: Pick<DriverSettings, 'map' | 'table'>): string {
  const places = mapTargets.flatMap((target: MapTarget) => {
    const own = settings.map?.[target];
    return own ? [`${target} ${inWords(own)}`] : [];
  });
  const columns = Object.entries(settings.table ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} "${value}"`],
  );
  return [...places, ...columns].join(', ') || 'as the driver says';
}
