import { Badge, Text } from '@mantine/core';
import { mayBeOtherZone } from '../../shared/devices/clock.ts';
import { useFormat } from '../app/me.tsx';
import { words } from '../words/index.ts';

/** The instrument says that it measured again. */
export function RerunBadge() {
  return (
    <Badge size="xs" variant="light" color="gray" style={{ flex: 'none' }} title={words.results.rerunText}>
      {words.results.rerunMark}
    </Badge>
  );
}

/** By how much an analyzer's clock is wrong, in words: the time it gave is not to be trusted. */
export function ClockNote({ minutes }: { minutes: number }) {
  const format = useFormat();
  const { results: w } = words;
  const size = Math.abs(minutes);
  const [count, unit] =
    size < 120
      ? [size, w.minutes]
      : size < 2 * 24 * 60
        ? [Math.round(size / 60), w.hours]
        : [Math.round(size / 1440), w.days];
  // A clock in another zone is right: nothing to worry about, and told once where it can be set.
  const otherZone = mayBeOtherZone(minutes);
  return (
    <Text span size="xs" c={otherZone ? 'dimmed' : 'var(--tone-warn)'}>
      {(otherZone ? w.clockZone : w.clockOff)(`${format.number(count)} ${unit}`, minutes > 0)}
    </Text>
  );
}

/** The analyzer's flags without those that say nothing: normal goes without saying. */
export function tellingFlags(flags: readonly string[]): string[] {
  return flags.filter((flag) => flag !== '' && flag !== 'N');
}
