import { Button, Group, List, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { ApproverInput } from '../../shared/billing/order-input.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import { KeysHint } from '../ui/keys-hint.tsx';
import { SearchSelect } from '../ui/search-select.tsx';
import { words } from '../words/index.ts';

interface ApproveProps {
  /** What is to be allowed; undefined: the dialog is closed. */
  readonly what: readonly string[] | undefined;
  readonly busy: boolean;
  readonly error: string | undefined;
  readonly onApprove: (approver: ApproverInput) => void;
  readonly onClose: () => void;
}

/**
 * Asks somebody who may to allow what is beyond the right of the person at the desk, who stays logged in: their name and signing
 * PIN, or their password where there is no PIN.
 */
export function ApproveDialog(props: ApproveProps) {
  return (
    <Modal opened={props.what !== undefined} onClose={props.onClose} title={words.bills.approval} size="sm">
      <ApproveForm {...props} />
    </Modal>
  );
}

function ApproveForm({ what = [], busy, error, onApprove, onClose }: ApproveProps) {
  const trpc = useTRPC();
  const approvers = useQuery(trpc.bills.approvers.queryOptions());
  const [id, setId] = useState<string | null>(null);
  const [byPassword, setByPassword] = useState(false);
  const [secret, setSecret] = useState('');
  const [missing, setMissing] = useState<'name' | 'secret'>();
  const field = useRef<HTMLInputElement>(null);
  const { bills } = words;
  const person = approvers.data?.find((one) => one.id === id);
  const withPin = person?.hasPin === true && !byPassword;
  const choose = (next: string | null) => {
    setId(next);
    setByPassword(false);
    setSecret('');
    setMissing(undefined);
    if (next !== null) setTimeout(() => field.current?.focus());
  };
  const submit = () => {
    setMissing(person ? (secret === '' ? 'secret' : undefined) : 'name');
    if (!person || secret === '' || busy) return;
    setSecret('');
    field.current?.focus();
    onApprove(withPin ? { staffId: person.id, pin: secret } : { username: person.username, password: secret });
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap="sm">
        <List size="sm">
          {what.map((text) => (
            <List.Item key={text}>{text}</List.Item>
          ))}
        </List>
        {approvers.data?.length === 0 ? (
          <Text size="sm" c="red">
            {bills.noApprovers}
          </Text>
        ) : (
          <SearchSelect
            label={bills.approverName}
            data={(approvers.data ?? []).map(({ id: value, name }) => ({ value, label: name }))}
            value={id}
            onChange={choose}
            error={missing === 'name' ? words.ui.required : undefined}
            required
            data-autofocus
          />
        )}
        <PasswordInput
          ref={field}
          label={withPin ? bills.approverPin : bills.approverPassword}
          description={person && secretHint(person)}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          autoComplete="off"
          inputMode={withPin ? 'numeric' : undefined}
          maxLength={withPin ? 8 : 1000}
          required
          error={error ?? (missing === 'secret' ? words.ui.required : undefined)}
          value={secret}
          onChange={({ currentTarget }) => setSecret(currentTarget.value)}
        />
        <Group justify="space-between" gap="xs">
          {person?.hasPin ? (
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => {
                setByPassword(withPin);
                setSecret('');
                field.current?.focus();
              }}
            >
              {withPin ? bills.byPassword : bills.byPin}
            </Button>
          ) : (
            <span />
          )}
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              {words.ui.back}
            </Button>
            <Button type="submit" loading={busy} rightSection={<KeysHint keys="Enter" />}>
              {bills.approve}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

function secretHint({ hasPin }: Outputs['bills']['approvers'][number]): string | undefined {
  return hasPin ? undefined : words.bills.noPin;
}
