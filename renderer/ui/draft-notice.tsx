import { Group, Text, UnstyledButton } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import type { Draft } from '../app/draft.ts';
import { words } from '../words/index.ts';

/** Tells that a form holds what was typed before, with a way to begin anew. */
export function DraftNotice<Values>({ draft, onDiscard }: { draft: Draft<Values>; onDiscard: () => void }) {
  if (!draft.restored) return null;
  return (
    <Group gap={6} role="status" wrap="nowrap">
      <IconHistory size={15} stroke={1.6} color="var(--tone-info)" aria-hidden />
      <Text size="sm">{words.ui.draftRestored}</Text>
      <UnstyledButton
        fz="sm"
        td="underline"
        onClick={() => {
          draft.clear();
          onDiscard();
        }}
      >
        {words.ui.discardDraft}
      </UnstyledButton>
    </Group>
  );
}
