import {
  Alert,
  Button,
  Group,
  Modal,
  MultiSelect,
  PasswordInput,
  SimpleGrid,
  Stack,
  Switch,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconLock } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { type Outputs, type RowOf, useTRPC } from '../app/api.ts';
import { fieldErrors, showAtFields } from '../app/errors.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat } from '../app/me.tsx';
import { FormErrors } from '../ui/form-errors.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { words } from '../words/index.ts';

type Person = RowOf<Outputs['staff']['list']>;

const { staff: w } = words;

/** Adds a colleague or changes one; unlocks the account and ends sessions. */
export function StaffForm({ person, onClose }: { person: Person | 'new' | undefined; onClose: () => void }) {
  return (
    <Modal
      opened={person !== undefined}
      onClose={onClose}
      title={person === 'new' ? w.add : person?.fullName}
      size="lg"
    >
      {person && <Form person={person === 'new' ? undefined : person} onClose={onClose} />}
    </Modal>
  );
}

function Form({ person, onClose }: { person: Person | undefined; onClose: () => void }) {
  const trpc = useTRPC();
  const roles = useQuery(trpc.staff.roles.queryOptions());
  const [errors, setErrors] = useState<FieldError[]>([]);
  const form = useForm({
    initialValues: {
      fullName: person?.fullName ?? '',
      username: person?.username ?? '',
      designation: person?.designation ?? '',
      roleIds: person?.roleIds ?? [],
      active: person?.active ?? true,
      password: '',
    },
  });
  const save = useMutation(
    trpc.staff.save.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: ({ fullName }) => {
        notifyDone(w.saved(fullName));
        onClose();
      },
      onError: (error) => setErrors(showAtFields(form, error)),
    }),
  );
  const send = () => {
    const empty = (['fullName', 'username', 'roleIds', 'password'] as const).filter(
      (field) => form.values[field].length === 0 && !(field === 'password' && person),
    );
    const problems = Object.fromEntries(empty.map((field) => [field, words.ui.required]));
    form.setErrors(problems);
    setErrors(fieldErrors(problems));
    if (empty.length > 0 || save.isPending) return;
    const { designation, password, username, ...values } = form.values;
    save.mutate({
      ...values,
      id: person?.id,
      rev: person?.rev,
      username: username.trim().toLowerCase(),
      designation: designation.trim() || undefined,
      password: password || undefined,
    });
  };
  useKeys(w.save, [{ keys: 'mod+Enter', label: w.save, run: send, disabled: save.isPending }], { inDialog: true });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Stack gap="sm">
        <FormErrors errors={errors} />
        {person?.lockedUntil && <Locked person={person} until={person.lockedUntil} />}
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
          <TextInput label={w.fullName} required data-autofocus maxLength={200} {...form.getInputProps('fullName')} />
          <TextInput
            label={w.username}
            required
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            maxLength={60}
            {...form.getInputProps('username')}
          />
          <TextInput
            label={w.designation}
            description={w.designationHint}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            maxLength={200}
            {...form.getInputProps('designation')}
          />
          <MultiSelect
            label={w.role}
            required
            searchable
            data={(roles.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            {...form.getInputProps('roleIds')}
          />
          <PasswordInput
            label={person ? w.newPassword : w.firstPassword}
            description={person ? w.passwordStays : words.password.newHint}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            required={!person}
            autoComplete="new-password"
            {...form.getInputProps('password')}
          />
          <Switch mt="lg" label={w.mayLogIn} {...form.getInputProps('active', { type: 'checkbox' })} />
        </SimpleGrid>
        <Group justify="space-between">
          <Group gap="xs">
            {person && person.sessions > 0 && <EndSessions person={person} onDone={onClose} />}
            {person?.hasPin && <RemovePin person={person} onDone={onClose} />}
          </Group>
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              {words.ui.cancel}
            </Button>
            <Button type="submit" loading={save.isPending} rightSection={<KeysHint keys="mod+Enter" />}>
              {w.save}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

function Locked({ person, until }: { person: Person; until: string }) {
  const trpc = useTRPC();
  const format = useFormat();
  const unlock = useMutation(
    trpc.staff.unlock.mutationOptions({ onSuccess: () => notifyDone(w.unlocked(person.fullName)) }),
  );
  if (unlock.isSuccess) return null;
  return (
    <Alert color="orange" icon={<IconLock size={16} aria-hidden />} title={w.lockedUntil(format.recent(until))}>
      <Button variant="default" loading={unlock.isPending} onClick={() => unlock.mutate({ id: person.id })}>
        {w.unlock}
      </Button>
    </Alert>
  );
}

function EndSessions({ person, onDone }: { person: Person; onDone: () => void }) {
  const trpc = useTRPC();
  const end = useMutation(
    trpc.staff.endSessions.mutationOptions({
      onSuccess: () => {
        notifyDone(w.ended(person.fullName));
        onDone();
      },
    }),
  );
  return (
    <Button variant="default" loading={end.isPending} onClick={() => end.mutate({ id: person.id })}>
      {w.endSessions(person.sessions)}
    </Button>
  );
}

/** Takes a PIN away that was forgotten, or that others know. */
function RemovePin({ person, onDone }: { person: Person; onDone: () => void }) {
  const trpc = useTRPC();
  const remove = useMutation(
    trpc.staff.removePin.mutationOptions({
      onSuccess: () => {
        notifyDone(w.pinRemoved(person.fullName));
        onDone();
      },
    }),
  );
  return (
    <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate({ id: person.id })}>
      {w.removePin}
    </Button>
  );
}
