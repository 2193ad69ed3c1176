import { Group, Text, Tooltip } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { useState } from 'react';
import {
  handling,
  hoursKept,
  type StabilityEnd,
  type StabilityMark,
  stabilityMark,
  type TestStability,
} from '../../shared/specimens/stability.ts';
import type { Format } from '../app/format.ts';
import { useFormat } from '../app/me.tsx';
import { StatusDot, type Tone } from '../ui/status-dot.tsx';
import { words } from '../words/index.ts';

const tones: Record<StabilityMark['state'], Tone> = { stable: 'ok', soon: 'warn', unstable: 'error' };

/** Until when a specimen's tests can be made, by sign and words; kept right while it is on the screen. */
export function Stability({ ends, whole = false }: { ends: readonly StabilityEnd[]; whole?: boolean }) {
  const format = useFormat();
  const [now, setNow] = useState(Date.now);
  useInterval(() => setNow(Date.now()), 30_000, { autoInvoke: true });
  const mark = stabilityMark(ends, now);
  if (!mark) return null;
  const [only] = ends.length === 1 ? ends : [];
  const all = only
    ? endText({ ...only, testCodes: [] }, format, now)
    : ends.map((end) => endText(end, format, now)).join('\n');
  return (
    <Tooltip label={all} multiline disabled={whole} style={{ whiteSpace: 'pre-line' }}>
      <Group gap={6} wrap="nowrap" miw={0} align={whole ? 'baseline' : 'center'}>
        <StatusDot tone={tones[mark.state]} />
        <Text
          component="span"
          inherit
          fw={mark.state === 'stable' ? undefined : 600}
          className={whole ? undefined : 'ellipsis'}
          style={whole ? { whiteSpace: 'pre-line' } : undefined}
        >
          {whole ? all : markText(mark, format)}
        </Text>
      </Group>
    </Tooltip>
  );
}

/** The same as text, for files and screen readers. */
export function stabilityText(ends: readonly StabilityEnd[], format: Format): string {
  const mark = stabilityMark(ends, Date.now());
  return mark ? markText(mark, format) : '';
}

/** How long what is to be drawn keeps: the shortest, and of which tests where others keep longer. */
export function keepsText(stability: readonly TestStability[]): string {
  const known = stability.flatMap((one) => {
    const kept = handling(one);
    const hours = kept && hoursKept(one, kept);
    return kept && hours ? [{ hours, kept, testCodes: one.testCodes }] : [];
  });
  const [shortest] = known.toSorted((a, b) => a.hours - b.hours);
  if (!shortest) return '';
  const { keeps } = words.specimens.stability;
  return keeps[shortest.kept](shortest.hours, known.length > 1 ? shortest.testCodes.join(', ') : '');
}

function markText({ state, at, testCodes }: StabilityMark, format: Format): string {
  const { until, since } = words.specimens.stability;
  return (state === 'unstable' ? since : until)(format.near(at), testCodes.join(', '));
}

function endText({ until, testCodes }: StabilityEnd, format: Format, now: number): string {
  const w = words.specimens.stability;
  return (Date.parse(until) <= now ? w.since : w.until)(format.recent(until), testCodes.join(', '));
}
