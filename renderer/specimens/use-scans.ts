import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLayoutEffect, useRef, useState } from 'react';
import { parseAccession } from '../../shared/specimens/accession.ts';
import type { SpecimenState } from '../../shared/specimens/schema.ts';
import { stabilityMark } from '../../shared/specimens/stability.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import { describeError } from '../app/errors.ts';
import { useFormat } from '../app/me.tsx';
import { words } from '../words/index.ts';

export type Mode = 'collect' | 'receive';
export type Scanned = Outputs['specimens']['scan'];

/** What came of one scan. */
export interface ScanOutcome {
  readonly id: number;
  readonly at: string;
  readonly code: string;
  readonly tone: 'ok' | 'warn' | 'error';
  readonly title: string;
  readonly text?: string;
  readonly found?: Scanned;
}

/** The scans of a screen. */
export interface Scans {
  readonly outcomes: readonly ScanOutcome[];
  readonly busy: boolean;
  readonly scan: (typed: string) => void;
}

const mostKept = 30;
const stepFrom: Record<Mode, readonly SpecimenState[]> = { collect: ['expected'], receive: ['expected', 'collected'] };

/** What a screen does with the specimen of a scan; throws when it cannot. */
export type ScanStep = (found: Scanned, code: string) => Promise<Pick<ScanOutcome, 'tone' | 'title' | 'text'>>;

/** Takes scans one after the other, in the order they came, and keeps what came of each, the newest first. */
export function useScans(step: ScanStep): Scans {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [outcomes, setOutcomes] = useState<readonly ScanOutcome[]>([]);
  const [busy, setBusy] = useState(0);
  const line = useRef<Promise<void>>(Promise.resolve());
  const nextId = useRef(1);
  // A scan that waits in line is taken with what the screen shows by then (the next cell of a rack).
  const latestStep = useRef(step);
  useLayoutEffect(() => {
    latestStep.current = step;
  });

  const fetchScan = (code: string) =>
    queryClient.fetchQuery(trpc.specimens.scan.queryOptions({ code }, { staleTime: 0 }));

  const take = async (typed: string): Promise<Omit<ScanOutcome, 'id' | 'at'>> => {
    const read = parseAccession(typed);
    const code = 'accession' in read ? read.accession.text : typed;
    try {
      const found = await fetchScan(code);
      const outcome = await latestStep.current(found, code);
      if (outcome.tone !== 'ok') return { code, found, ...outcome };
      const after = await fetchScan(found.specimen.accession);
      const isUnstable = stabilityMark(after.ends, Date.now())?.state === 'unstable';
      return { code, found: after, ...outcome, ...(isUnstable ? { tone: 'warn' } : {}) };
    } catch (error) {
      const { message, remedy } = describeError(error);
      return { code, tone: 'error', title: message, text: remedy };
    }
  };

  const scan = (typed: string) => {
    setBusy((count) => count + 1);
    line.current = line.current.then(async () => {
      const outcome = await take(typed);
      const id = nextId.current++;
      setOutcomes((known) => [{ ...outcome, id, at: new Date().toISOString() }, ...known].slice(0, mostKept));
      setBusy((count) => count - 1);
    });
  };
  return { outcomes, busy: busy > 0, scan };
}

/** Collecting or receiving what is scanned. */
export function useCollectionStep(mode: Mode): ScanStep {
  const trpc = useTRPC();
  const format = useFormat();
  const own = { meta: { showsOwnErrors: true } };
  const collect = useMutation(trpc.specimens.collect.mutationOptions(own));
  const receive = useMutation(trpc.specimens.receive.mutationOptions(own));
  return async ({ specimen }) => {
    if (!stepFrom[mode].includes(specimen.state)) return already(mode, specimen, format.recent);
    await (mode === 'collect' ? collect : receive).mutateAsync({ ids: [specimen.id] });
    return { tone: 'ok', title: mode === 'collect' ? words.specimens.collected : words.specimens.received };
  };
}

/** The specimen is beyond the step, or the step is not for it: said, nothing done. */
function already(
  mode: Mode,
  { state, collectedAt, receivedAt }: Scanned['specimen'],
  time: (instant: string) => string,
): Pick<ScanOutcome, 'tone' | 'title' | 'text'> {
  const { specimens } = words;
  if (mode === 'collect' && state === 'collected') {
    return { tone: 'warn', title: specimens.alreadyCollected, text: collectedAt && specimens.at(time(collectedAt)) };
  }
  if (state === 'received') {
    return { tone: 'warn', title: specimens.alreadyReceived, text: receivedAt && specimens.at(time(receivedAt)) };
  }
  return { tone: 'error', title: specimens.states[state], text: specimens.refused };
}
