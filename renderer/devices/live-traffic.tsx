import { Button, CopyButton, Group, ScrollArea, Stack, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { useSubscription } from '@trpc/tanstack-react-query';
import { type ReactNode, useRef, useState } from 'react';
import { type Outputs, useTRPC } from '../app/api.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat } from '../app/me.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { nameControls } from '../ui/raw-text.tsx';
import { saveFile } from '../ui/save-file.ts';
import { words } from '../words/index.ts';

type Device = Outputs['devices']['list'][number];

interface Line {
  readonly key: number;
  readonly at: string;
  readonly direction: 'in' | 'out' | 'note';
  readonly text: string;
}

const mostLines = 1000;
const mostCharacters = 2_000_000;
/** More lines than anybody reads would only make the browser slow. */
const mostShown = 300;
const mostMarks = 400;
const signs = { in: '→', out: '←', note: '·' } as const;
const colours = { in: 'var(--tone-info)', out: 'var(--tone-ok)', note: 'dimmed' } as const;

/** Bytes as they pass: `→` from the analyzer, `←` to it; control characters named. The newest on top; memory is bounded. */
export function LiveTraffic({ device }: { device: Pick<Device, 'id' | 'name'> }) {
  const trpc = useTRPC();
  const format = useFormat();
  const { devices: w } = words;
  const [paused, setPaused] = useState(false);
  const [missed, setMissed] = useState(0);
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [typed, setTyped] = useState('');
  const search = useRef<HTMLInputElement>(null);
  useSubscription(
    trpc.devices.onTraffic.subscriptionOptions(
      { deviceId: device.id },
      {
        onData: ({ at, direction, text }) => {
          if (paused) return setMissed((count) => count + 1);
          const shown = direction === 'note' ? text : nameControls(text);
          setLines((before) =>
            bounded([{ key: (before[0]?.key ?? 0) + 1, at, direction, text: shown.slice(0, 100_000) }, ...before]),
          );
        },
      },
    ),
  );
  const flip = () => {
    setPaused(!paused);
    setMissed(0);
  };
  const wanted = typed.trim().toLowerCase();
  const found = wanted === '' ? lines : lines.filter(({ text }) => text.toLowerCase().includes(wanted));
  const asText = () =>
    found
      .toReversed()
      .map(({ at, direction, text }) => `${at} ${signs[direction]} ${text}`)
      .join('\n');
  const save = () =>
    saveFile(
      `${device.name} ${new Date().toISOString().slice(0, 10)}.txt`,
      new Blob([asText()], { type: 'text/plain' }),
    );
  useKeys(w.live, [
    { keys: 'F7', label: paused ? w.resume : w.pause, run: flip },
    { keys: '/', label: w.findText, run: () => search.current?.focus() },
    { keys: 'F8', label: w.saveText, run: save, disabled: found.length === 0 },
  ]);
  return (
    <Stack gap="xs" h="100%">
      <Group gap="xs">
        <TextInput
          ref={search}
          size="xs"
          w={220}
          aria-label={w.findText}
          placeholder={`${w.findText} ( / )`}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        <Button size="xs" variant={paused ? 'filled' : 'default'} onClick={flip} rightSection={<KeysHint keys="F7" />}>
          {paused ? w.resume : w.pause}
        </Button>
        <Button size="xs" variant="default" onClick={() => setLines([])}>
          {w.clear}
        </Button>
        <CopyButton value={asText()}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" disabled={found.length === 0} onClick={copy}>
              {copied ? w.copied : w.copy}
            </Button>
          )}
        </CopyButton>
        <Button
          size="xs"
          variant="default"
          disabled={found.length === 0}
          onClick={save}
          rightSection={<KeysHint keys="F8" />}
        >
          {w.saveText}
        </Button>
        <Text size="sm" c="dimmed">
          {paused && missed > 0 ? w.pausedLines(missed) : w.linesOf(found.length, lines.length)}
        </Text>
        <Group gap="sm" ml="auto" aria-hidden>
          {(['in', 'out'] as const).map((direction) => (
            <Text key={direction} size="xs" c={colours[direction]}>
              {signs[direction]} {w.directions[direction]}
            </Text>
          ))}
        </Group>
      </Group>
      <ScrollArea style={{ flex: 1 }} type="auto">
        {found.length === 0 && <Text c="dimmed">{lines.length === 0 ? w.liveEmpty : w.notInTraffic}</Text>}
        {found.slice(0, mostShown).map(({ key, at, direction, text }) => (
          <Group key={key} gap="xs" wrap="nowrap" align="flex-start">
            <Text size="xs" c="dimmed" ff="monospace" style={{ whiteSpace: 'nowrap' }}>
              {format.seconds(at)}
            </Text>
            <Text size="xs" ff="monospace" fw={700} c={colours[direction]}>
              <span aria-hidden>{signs[direction]}</span>
              <VisuallyHidden>{w.directions[direction]}</VisuallyHidden>
            </Text>
            <Text
              size="xs"
              ff="monospace"
              c={colours[direction]}
              style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
            >
              <Marked text={text} wanted={wanted} />
            </Text>
          </Group>
        ))}
      </ScrollArea>
    </Stack>
  );
}

/** What is searched for stands out. */
function Marked({ text, wanted }: { text: string; wanted: string }) {
  if (wanted === '') return text;
  const parts: ReactNode[] = [];
  const lower = text.toLowerCase();
  let at = 0;
  for (let hit = lower.indexOf(wanted); hit >= 0 && parts.length < mostMarks; hit = lower.indexOf(wanted, at)) {
    parts.push(text.slice(at, hit), <mark key={hit}>{text.slice(hit, hit + wanted.length)}</mark>);
    at = hit + wanted.length;
  }
  return [...parts, text.slice(at)];
}

/** The newest lines, within a number and a length. */
function bounded(lines: readonly Line[]): readonly Line[] {
  let characters = 0;
  const end = lines.findIndex(({ text }, index) => {
    characters += text.length;
    return index >= mostLines || (index > 0 && characters > mostCharacters);
  });
  return end < 0 ? lines : lines.slice(0, end);
}
