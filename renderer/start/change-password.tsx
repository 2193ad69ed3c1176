import { Button, Group, Modal, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { useTRPC } from '../app/api.ts';
import { showAtFields } from '../app/errors.ts';
import { FormErrors } from '../ui/form-errors.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { words } from '../words/index.ts';

/** Everybody's own new password. */
export function ChangePassword({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title={words.password.title} size="22rem">
      <PasswordForm onDone={onClose} />
    </Modal>
  );
}

function PasswordForm({ onDone }: { onDone: () => void }) {
  const trpc = useTRPC();
  const { password: w } = words;
  const [errors, setErrors] = useState<FieldError[]>([]);
  const form = useForm({
    initialValues: { oldPassword: '', newPassword: '', again: '' },
    validate: { again: (again, { newPassword }) => (again === newPassword ? null : w.differ) },
  });
  const change = useMutation(
    trpc.auth.changePassword.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: () => {
        notifyDone(w.saved);
        onDone();
      },
      onError: (error) => setErrors(showAtFields(form, error)),
    }),
  );
  return (
    <form
      onSubmit={form.onSubmit(({ oldPassword, newPassword }) => {
        setErrors([]);
        change.mutate({ oldPassword, newPassword });
      })}
    >
      <Stack gap="sm">
        <FormErrors errors={errors} />
        <PasswordInput
          label={w.old}
          required
          data-autofocus
          autoComplete="current-password"
          {...form.getInputProps('oldPassword')}
        />
        <PasswordInput
          label={w.new}
          description={w.newHint}
          required
          autoComplete="new-password"
          {...form.getInputProps('newPassword')}
        />
        <PasswordInput label={w.again} required autoComplete="new-password" {...form.getInputProps('again')} />
        <Group justify="flex-end">
          <Button type="submit" loading={change.isPending}>
            {w.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
