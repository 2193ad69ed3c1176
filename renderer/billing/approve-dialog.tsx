import { Button, Group, List, Modal, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { KeysHint } from '../ui/keys-hint.tsx';
import { words } from '../words/index.ts';

/** Asks somebody who may to allow what is beyond the right of the person at the desk: their name and password, nothing else. */
export function ApproveDialog({
  what,
  busy,
  error,
  onApprove,
  onClose,
}: {
  /** What is to be allowed; undefined: the dialog is closed. */
  what: readonly string[] | undefined;
  busy: boolean;
  error: string | undefined;
  onApprove: (approver: { username: string; password: string }) => void;
  onClose: () => void;
}) {
  return (
    <Modal opened={what !== undefined} onClose={onClose} title={words.bills.approval} size="sm">
      <ApproveForm what={what ?? []} busy={busy} error={error} onApprove={onApprove} onClose={onClose} />
    </Modal>
  );
}

function ApproveForm({
  what,
  busy,
  error,
  onApprove,
  onClose,
}: {
  what: readonly string[];
  busy: boolean;
  error: string | undefined;
  onApprove: (approver: { username: string; password: string }) => void;
  onClose: () => void;
}) {
  const form = useForm({ initialValues: { username: '', password: '' } });
  const { bills } = words;
  return (
    <form onSubmit={form.onSubmit(onApprove)}>
      <Stack gap="sm">
        <List size="sm">
          {what.map((text) => (
            <List.Item key={text}>{text}</List.Item>
          ))}
        </List>
        <TextInput
          label={bills.approverName}
          autoComplete="off"
          required
          data-autofocus
          {...form.getInputProps('username')}
        />
        <PasswordInput
          label={bills.approverPassword}
          autoComplete="off"
          required
          error={error}
          {...form.getInputProps('password')}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {words.ui.back}
          </Button>
          <Button type="submit" loading={busy} rightSection={<KeysHint keys="Enter" />}>
            {bills.approve}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
