import { Button, Chip, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useKeys } from '../app/keys.tsx';
import { words } from '../words/index.ts';
import { KeysHint } from './keys-hint.tsx';

interface ConfirmProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What will happen, in a sentence. */
  readonly children: ReactNode;
  /** Reasons that come up again and again, one click each. */
  readonly usual?: readonly string[];
  /** The word on the button. */
  readonly confirm: string;
  /** It only goes on: the button is not red. */
  readonly calm?: boolean;
  readonly busy: boolean;
  readonly onConfirm: (reason: string) => void;
}

/** Asks for a reason before something that cannot be taken back. */
export function ConfirmWithReason(props: ConfirmProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title} size="sm">
      <ReasonForm {...props} />
    </Modal>
  );
}

function ReasonForm({ onClose, children, usual = [], confirm, calm = false, busy, onConfirm }: ConfirmProps) {
  const [reason, setReason] = useState('');
  const given = reason.trim();
  const send = () => {
    if (given) onConfirm(given);
  };
  useKeys(confirm, [{ keys: 'mod+Enter', label: confirm, run: send, disabled: !given || busy }], { inDialog: true });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{children}</Text>
        {usual.length > 0 && (
          <Chip.Group value={reason} onChange={(value) => setReason(String(value))}>
            <Group gap={6}>
              {usual.map((text) => (
                <Chip key={text} value={text} size="xs" variant="outline">
                  {text}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        )}
        <Textarea
          label={words.ui.reason}
          required
          data-autofocus
          maxLength={300}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {words.ui.back}
          </Button>
          <Button
            type="submit"
            color={calm ? undefined : 'red'}
            disabled={!given}
            loading={busy}
            rightSection={<KeysHint keys="mod+Enter" />}
          >
            {confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
