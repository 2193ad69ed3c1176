import type { Parameter } from '../../../shared/catalogue/documents.ts';
import { chooseRange, findChoice, flagOf, formatRange } from '../../../shared/catalogue/ranges.ts';
import type { ReferenceRange } from '../../../shared/catalogue/schema.ts';
import { formatTitre, parseTitre } from '../../../shared/catalogue/titre.ts';
import { displayUnit } from '../../../shared/catalogue/units.ts';
import type { DeviceReading } from '../../../shared/devices/index.ts';
import type { Stored } from '../../../shared/kernel/document.ts';
import { civilMoment } from '../../../shared/patients/age.ts';
import type { Pregnancy } from '../../../shared/patients/pregnancy.ts';
import type { Patient } from '../../../shared/patients/schema.ts';
import type { Report } from '../../../shared/reports/schema.ts';
import { personAt, takesResults } from '../../../shared/reports/values.ts';
import { convertNumeric, formatNumeric } from '../../../shared/results/conversion.ts';
import type { DeviceResult, HoldReason } from '../../../shared/results/schema.ts';
import { longestValue } from '../../../shared/results/schema.ts';
import type { CodeMap } from '../../../shared/setup/schema.ts';
import type { Specimen } from '../../../shared/specimens/schema.ts';
import { rangesOf } from '../catalogue/index.ts';
import type { ScopedReads } from '../kernel/index.ts';
import { centreOf, setupOf } from '../setup/index.ts';

/** A sample and code to be matched. */
export interface ToMatch {
  readonly deviceId: string;
  readonly sampleId: string;
  readonly kind: DeviceResult['kind'];
  readonly code: string;
  readonly value: DeviceReading['value'];
  readonly unit: string | undefined;
  /** The message has two tubes with this id. */
  readonly isTwice?: boolean;
  /** A person said whose it is. */
  readonly isAssigned?: boolean;
}

/**
 * Analyzers that number their samples use the same ids again. A specimen that came in longer ago than this takes no results
 * by itself: they are held, and a person says whether they are its.
 */
export const accessionWindowMs = 14 * 24 * 60 * 60 * 1000;

/** What a match adds to a device result. */
export type Match = Pick<
  DeviceResult,
  | 'specimenId'
  | 'reportId'
  | 'patientId'
  | 'parameterId'
  | 'parameterCode'
  | 'parameterName'
  | 'value'
  | 'unit'
  | 'flag'
  | 'rangeText'
  | 'state'
  | 'holdReason'
  | 'decision'
>;

/**
 * Everything needed to match any number of results, read in a constant number of statements (the reference's N+1
 * warning for device results).
 */
export class Matcher {
  private readonly maps: ReadonlyMap<string, CodeMap>;
  private readonly specimens: ReadonlyMap<string, readonly Stored<Specimen>[]>;
  private readonly reports: ReadonlyMap<string, Stored<Report>>;
  private readonly patients: ReadonlyMap<string, Stored<Patient>>;
  private readonly parameters: ReadonlyMap<string, Parameter>;
  private readonly ranges: ReadonlyMap<string, readonly ReferenceRange[]>;
  private readonly today: string;
  private readonly windowStart: string;

  constructor(reads: ScopedReads, now: string, wanted: readonly Pick<ToMatch, 'sampleId' | 'code'>[]) {
    this.maps = new Map(setupOf(reads, 'codeMap').map((map) => [map.deviceId, map]));
    this.specimens = reads.byKeys('specimens', [...new Set(wanted.map((one) => one.sampleId))]);
    const specimens = [...this.specimens.values()].flat();
    this.reports = reads.mapOf(
      'reports',
      specimens.flatMap((specimen) => specimen.reportIds),
    );
    this.patients = reads.mapOf(
      'patients',
      specimens.map((specimen) => specimen.patientId),
    );
    const codes = new Set(wanted.map(({ code }) => code));
    const entries = [...this.maps.values()].flatMap((map) => map.entries).filter((one) => codes.has(one.deviceCode));
    const mapped = entries.flatMap((entry) => entry.parameterId ?? []);
    const documents = reads.cached('catalogue', [...new Set(mapped)]);
    this.parameters = new Map(
      documents.flatMap((one) => (one.kind === 'parameter' ? [[one.id, one as Parameter]] : [])),
    );
    this.windowStart = new Date(Date.parse(now) - accessionWindowMs).toISOString();
    this.today = civilMoment(new Date(now), centreOf(reads).timeZone);
    this.ranges = rangesOf(reads, [...this.parameters.values()], this.today.slice(0, 10));
  }

  /**
   * Sample id → specimen → report by the code map; converts and flags. What does not match is held, with the reason. A
   * control or calibration is of no specimen: it is mapped and converted, and kept apart.
   */
  match(result: ToMatch): Match {
    if (result.kind === 'control' || result.kind === 'calibration') return this.matchControl(result);
    const specimen = this.specimenOf(result.sampleId);
    const found: Partial<Match> = { specimenId: specimen?.id, patientId: specimen?.patientId };
    if (result.kind === 'picture') return held('picture', found);
    const entry = this.maps.get(result.deviceId)?.entries.find((one) => one.deviceCode === result.code);
    if (entry && entry.parameterId === undefined) {
      return { ...found, flag: '', state: 'rejected', decision: 'The code map leaves this code out' };
    }
    // Before all other reasons, so that it is not forgotten when one of those was seen to.
    if (result.isTwice && !result.isAssigned) return held('sameSampleTwice', found);
    const parameter = entry?.parameterId === undefined ? undefined : this.parameters.get(entry.parameterId);
    if (!entry || !parameter) return held(specimen ? 'unmappedCode' : 'unknownSample', found);
    const converted = convert(result, entry, parameter);
    const named = {
      ...found,
      parameterId: parameter.id,
      parameterCode: parameter.code,
      parameterName: parameter.name,
      unit: displayUnit(parameter.unit) || undefined,
    };
    if (!specimen) return held('unknownSample', { ...named, value: converted.value });
    if (converted.hold) return held(converted.hold, named);
    const { value } = converted;
    const report = this.reportOf(specimen, parameter.id);
    const judged = { ...named, value, ...this.judge(value, parameter, specimen.patientId, report?.pregnancy) };
    if (!report) return held('notOrdered', judged);
    if (!takesResults(report.state)) return held(closedReason(report), { ...judged, reportId: report.id });
    if (!result.isAssigned && (specimen.receivedAt ?? specimen.createdAt) < this.windowStart) {
      return held('oldSample', { ...judged, reportId: report.id });
    }
    return { ...judged, reportId: report.id, state: 'pending' };
  }

  private matchControl(result: ToMatch): Match {
    const entry = this.maps.get(result.deviceId)?.entries.find((one) => one.deviceCode === result.code);
    const parameter = entry?.parameterId === undefined ? undefined : this.parameters.get(entry.parameterId);
    if (!entry || !parameter) return held('control', {});
    return held('control', {
      parameterId: parameter.id,
      parameterCode: parameter.code,
      parameterName: parameter.name,
      value: convert(result, entry, parameter).value,
      unit: displayUnit(parameter.unit) || undefined,
    });
  }

  private specimenOf(sampleId: string): Stored<Specimen> | undefined {
    const usable = this.specimens.get(sampleId)?.filter(({ state }) => state !== 'rejected' && state !== 'discarded');
    // Of two with one number the later is in the laboratory.
    return usable?.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))[0];
  }

  private reportOf(specimen: Specimen, parameterId: string): Stored<Report> | undefined {
    const reports = specimen.reportIds
      .flatMap((id) => this.reports.get(id) ?? [])
      .filter((report) => report.values.some((value) => value.parameterId === parameterId));
    // A test that was cancelled may have been ordered again.
    return (
      reports.find(({ state }) => takesResults(state)) ??
      reports.find(({ state }) => state !== 'cancelled') ??
      reports[0]
    );
  }

  private judge(
    value: string,
    parameter: Parameter,
    patientId: string,
    pregnancy: Pregnancy | undefined,
  ): Pick<Match, 'flag' | 'rangeText'> {
    const person = personAt(this.patients.get(patientId) ?? { sex: 'unknown' }, this.today, pregnancy);
    const range = chooseRange(this.ranges.get(parameter.code) ?? [], person);
    return { flag: flagOf(value, parameter, range), rangeText: formatRange(parameter, range) };
  }
}

/** Why a report that takes no results any more holds them. */
export function closedReason({ state }: Pick<Report, 'state'>): HoldReason {
  return state === 'cancelled' ? 'reportCancelled' : 'reportClosed';
}

type Converted = { value: string; hold?: undefined } | { value?: undefined; hold: HoldReason };

/** The value in the parameter's unit and form, or the reason why there is none. Nothing is cut: half a finding may say the contrary. */
function convert(result: ToMatch, entry: CodeMap['entries'][number], parameter: Parameter): Converted {
  const converted = inForm(result, entry, parameter);
  return converted.value !== undefined && converted.value.length > longestValue ? { hold: 'tooLong' } : converted;
}

function inForm(result: ToMatch, entry: CodeMap['entries'][number], parameter: Parameter): Converted {
  const { value } = result;
  if (value.kind === 'missing') return { hold: 'noValue' };
  if (entry.deviceUnit !== undefined && sameUnit(entry.deviceUnit) !== sameUnit(result.unit ?? '')) {
    return { hold: 'unitMismatch' };
  }
  const text = value.kind === 'numeric' ? `${value.comparator ?? ''}${value.number}` : value.text;
  switch (parameter.valueType) {
    case 'numeric':
      if (value.kind !== 'numeric') return { hold: 'notNumeric' };
      return { value: formatNumeric(convertNumeric(value, entry.factor, parameter.decimals ?? 0)) };
    case 'choice': {
      const choice =
        findChoice(text, parameter) ?? (value.kind === 'choice' ? findChoice(value.choice, parameter) : undefined);
      return choice ? { value: choice.value } : { hold: 'noValue' };
    }
    case 'titre': {
      const titre = parseTitre(text);
      return titre ? { value: formatTitre(titre) } : { hold: 'noValue' };
    }
    case 'text':
      return { value: text };
    case 'image':
      return { hold: 'noValue' };
    default:
      return parameter.valueType satisfies never;
  }
}

/** Units are compared as analyzers write them, without regard to case, blanks and the many signs for micro and times. */
function sameUnit(unit: string): string {
  return unit
    .toLowerCase()
    .replaceAll(/[\s*^]/g, '')
    .replaceAll(/[µμ]/g, 'u');
}

function held(holdReason: HoldReason, rest: Partial<Match>): Match {
  return { flag: '', ...rest, state: 'held', holdReason };
}
