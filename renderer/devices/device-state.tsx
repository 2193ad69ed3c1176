import { Group, Text } from '@mantine/core';
import type { Outputs } from '../app/api.ts';
import { StatusDot, type Tone } from '../ui/status-dot.tsx';
import { words } from '../words/index.ts';

type Live = Outputs['devices']['list'][number]['live'];

const tones: Record<NonNullable<Live>['state'], Tone> = {
  off: 'off',
  waiting: 'busy',
  connected: 'ok',
  error: 'error',
};

/** What an analyzer's connection is doing, in a sign and in words. */
export function DeviceStateWords({ live }: { live: Live }) {
  const state = live?.state ?? 'off';
  return (
    <Group gap={6} wrap="nowrap">
      <StatusDot tone={tones[state]} />
      <Text size="sm" truncate title={live?.error}>
        {live?.error ?? words.devices.states[state]}
      </Text>
    </Group>
  );
}
