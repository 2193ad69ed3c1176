import { Button, Group, ScrollArea, Stack, Text } from '@mantine/core';
import { useSubscription } from '@trpc/tanstack-react-query';
import { useState } from 'react';
import { useTRPC } from '../app/api.ts';
import { useFormat } from '../app/me.tsx';
import { nameControls } from '../ui/raw-text.tsx';
import { words } from '../words/index.ts';

interface Line {
  readonly key: number;
  readonly at: string;
  readonly direction: 'in' | 'out' | 'note';
  readonly text: string;
}

const mostLines = 400;
const signs = { in: '→', out: '←', note: '·' } as const;
const colours = { in: undefined, out: 'var(--tone-ok)', note: 'dimmed' } as const;

/** Bytes as they pass: `→` from the analyzer, `←` to it; control characters named. The newest on top. */
export function LiveTraffic({ deviceId }: { deviceId: string }) {
  const trpc = useTRPC();
  const format = useFormat();
  const { devices: w } = words;
  const [paused, setPaused] = useState(false);
  const [lines, setLines] = useState<readonly Line[]>([]);
  useSubscription(
    trpc.devices.onTraffic.subscriptionOptions(
      { deviceId },
      {
        onData: ({ at, direction, text }) => {
          if (paused) return;
          setLines((before) =>
            [{ key: (before[0]?.key ?? 0) + 1, at, direction, text }, ...before].slice(0, mostLines),
          );
        },
      },
    ),
  );
  return (
    <Stack gap="xs" h="100%">
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={() => setPaused(!paused)}>
          {paused ? w.resume : w.pause}
        </Button>
        <Button size="xs" variant="default" onClick={() => setLines([])}>
          {w.clear}
        </Button>
      </Group>
      <ScrollArea style={{ flex: 1 }} type="auto">
        {lines.length === 0 && <Text c="dimmed">{w.liveEmpty}</Text>}
        {lines.map(({ key, at, direction, text }) => (
          <Group key={key} gap="xs" wrap="nowrap" align="flex-start">
            <Text size="xs" c="dimmed" ff="monospace" style={{ whiteSpace: 'nowrap' }}>
              {format.time(at)} {signs[direction]}
            </Text>
            <Text
              size="xs"
              ff="monospace"
              c={colours[direction]}
              style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
            >
              {direction === 'note' ? text : nameControls(text)}
            </Text>
          </Group>
        ))}
      </ScrollArea>
    </Stack>
  );
}
