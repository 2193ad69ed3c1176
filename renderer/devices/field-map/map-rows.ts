import type { CandidateRecord } from '../../../shared/devices/candidates.ts';
import type { FieldMap, Locator } from '../../../shared/devices/driver.ts';
import { type MapTarget, mapTargets } from '../../../shared/devices/map-targets.ts';
import type { Outputs } from '../../app/api.ts';

export type MapView = Outputs['devices']['mapView'];
type Usual = MapView['usual'];

/** A place of the message as the table shows it; the first of a record names the record. */
export interface PlaceRow {
  readonly key: string;
  readonly record: string;
  readonly isFirst: boolean;
  readonly place: string;
  readonly text: string;
  readonly locator: Locator | undefined;
  readonly targets: readonly MapTarget[];
  readonly why?: string | undefined;
  /** What it is by the map, and by the driver where the map says nothing. */
  readonly own: readonly MapTarget[];
  readonly usual: readonly MapTarget[];
  /** Which of the places of a thing it is, from 1, where there are several. */
  readonly order: Readonly<Partial<Record<MapTarget, number>>>;
}

/** Of each kind of record so many are shown unless all are asked for. */
const shownOfKind = 2;

/** The records to be shown, and how many like them are not. */
export function shownRecords(records: readonly CandidateRecord[], all: boolean) {
  const seen = new Map<string, number>();
  const shown = records.filter(({ type }) => {
    const count = (seen.get(type) ?? 0) + 1;
    seen.set(type, count);
    return all || count <= shownOfKind;
  });
  return { shown, hidden: records.length - shown.length };
}

/** The rows of the table of places, with what each is. */
export function placeRows(records: readonly CandidateRecord[], map: FieldMap, usual: Usual): PlaceRow[] {
  const bare = records.flatMap((record): PlaceRow[] => {
    const { index, type, title, targets, why } = record;
    const name = title === type ? type : `${type} · ${title}`;
    const places = record.fields.flatMap((field) => field.places);
    const shared = { record: `${index + 1}  ${name}`, targets, why, own: [], usual: [], order: {} };
    if (places.length === 0) {
      return [{ ...shared, key: String(index), isFirst: true, place: type, text: '', locator: undefined }];
    }
    return places.map(({ locator, place, text }, at) => {
      return { ...shared, key: `${index} ${place}`, isFirst: at === 0, place, text, locator };
    });
  });
  const ours = inForce(bare, map, usual);
  return bare.map((row) => ({
    ...row,
    own: ours.filter(({ at, isOwn }) => isOwn && at(row)).map(({ target }) => target),
    usual: ours.filter(({ at, isOwn }) => !isOwn && at(row)).map(({ target }) => target),
    order: Object.fromEntries(
      ours.filter(({ at, order }) => order !== undefined && at(row)).map(({ target, order }) => [target, order]),
    ),
  }));
}

/** For each thing the places chosen for it; of the driver's, the first that is in the message. */
function inForce(rows: readonly PlaceRow[], map: FieldMap, usual: Usual) {
  return mapTargets.flatMap((target) => {
    const own = map[target];
    const found = (own ?? usual[target]).flatMap((place, index) => {
      const first = rowAt(rows, place, target);
      if (!first?.locator) return [];
      const { record, field, repetition = 1, component } = first.locator;
      const at = ({ locator }: PlaceRow) =>
        locator?.record === record &&
        locator.field === field &&
        (locator.repetition ?? 1) === repetition &&
        locator.component === component;
      const order = own !== undefined && own.length > 1 ? index + 1 : undefined;
      return [{ target, at, isOwn: own !== undefined, order }];
    });
    return own ? found : found.slice(0, 1);
  });
}

/** The row that holds what stands at a place. A whole universal test id is looked for from its fourth component on. */
function rowAt(rows: readonly PlaceRow[], place: Locator, target: MapTarget): PlaceRow | undefined {
  const inField = rows.filter(
    ({ locator }) =>
      locator?.record === place.record &&
      locator.field === place.field &&
      (locator.repetition ?? 1) === (place.repetition ?? 1),
  );
  if (place.component === undefined) {
    const local =
      target === 'code' && place.record === 'R' && inField.find(({ locator }) => (locator?.component ?? 0) > 3);
    return local || inField[0];
  }
  const { component } = place;
  return inField.find(({ locator }) => (locator?.component ?? 1) === component);
}

/** What stands now where a thing is looked for: the first of its places that holds text. */
export function foundAt(rows: readonly PlaceRow[], target: MapTarget): PlaceRow | undefined {
  const found = rows.filter(({ own, usual }) => own.includes(target) || usual.includes(target));
  const placed = (row: PlaceRow) => row.order[target] ?? 0;
  return found.filter(({ text }) => text.trim() !== '').toSorted((a, b) => placed(a) - placed(b))[0] ?? found[0];
}
