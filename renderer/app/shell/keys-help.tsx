import { Group, Modal, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { KeysHint } from '../../ui/keys-hint.tsx';
import { words } from '../../words/index.ts';
import { useKeyGroups } from '../keys.tsx';

const tableKeys = [
  { keys: '↑ ↓', label: words.keys.move },
  { keys: 'PageUp / PageDown', label: words.keys.pages },
  { keys: 'Home / End', label: words.keys.ends },
  { keys: 'Enter', label: words.keys.open },
  { keys: 'Space', label: words.keys.tick },
];

/** The keys that work on this screen. */
export function KeysHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title={words.keys.title} size="lg">
      <Groups />
    </Modal>
  );
}

function Groups() {
  const groups = useKeyGroups()();
  const scan = { keys: words.keys.scan, label: words.keys.scanText };
  const shown: { title: string; keys: readonly { keys: string; label: string }[] }[] = [
    ...groups
      .toReversed()
      .map(({ title, keys }) => ({ title, keys: title === words.keys.everywhere ? [...keys, scan] : keys })),
    { title: words.keys.table, keys: tableKeys },
  ];
  return (
    <SimpleGrid cols={2} spacing="lg">
      {shown.map(({ title, keys }) => (
        <Stack key={title} gap={6}>
          <Title order={3}>{title}</Title>
          {keys.map(({ keys: combination, label }) => (
            <Group key={combination + label} justify="space-between" gap="sm" wrap="nowrap">
              <Text size="sm">{label}</Text>
              <KeysHint keys={combination} />
            </Group>
          ))}
        </Stack>
      ))}
    </SimpleGrid>
  );
}
