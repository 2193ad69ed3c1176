import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { newPinSchema } from '../../shared/directory/pin.ts';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { useTRPC } from '../app/api.ts';
import { showAtFields } from '../app/errors.ts';
import { FormErrors } from '../ui/form-errors.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { words } from '../words/index.ts';

/** Everybody's own signing PIN, the first or another one. */
export function SetPin({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title={words.pin.title} size="22rem">
      <PinForm onDone={onClose} />
    </Modal>
  );
}

function PinForm({ onDone }: { onDone: () => void }) {
  const trpc = useTRPC();
  const { pin: w } = words;
  const known = useQuery(trpc.auth.pin.queryOptions());
  const [errors, setErrors] = useState<FieldError[]>([]);
  const form = useForm({
    initialValues: { password: '', pin: '', again: '' },
    validate: {
      password: (password) => (password === '' ? words.ui.required : null),
      pin: (pin) => newPinSchema.safeParse(pin).error?.issues[0]?.message ?? null,
      again: (again, { pin }) => (again === pin ? null : w.differ),
    },
  });
  const set = useMutation(
    trpc.auth.setPin.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: () => {
        notifyDone(w.saved);
        onDone();
      },
      onError: (error) => setErrors(showAtFields(form, error)),
    }),
  );
  const digits = { inputMode: 'numeric', maxLength: 8, autoComplete: 'off', required: true } as const;
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(({ password, pin }) => {
        setErrors([]);
        set.mutate({ password, pin });
      })}
    >
      <Stack gap="sm">
        <Text size="sm">{known.data?.hasPin ? w.change : w.explain}</Text>
        <FormErrors errors={errors} />
        <PasswordInput
          label={w.password}
          required
          data-autofocus
          autoComplete="current-password"
          {...form.getInputProps('password')}
        />
        <PasswordInput
          label={w.pin}
          description={w.hint}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          {...digits}
          {...form.getInputProps('pin')}
        />
        <PasswordInput label={w.again} {...digits} {...form.getInputProps('again')} />
        <Group justify="flex-end">
          <Button type="submit" loading={set.isPending} rightSection={<KeysHint keys="Enter" />}>
            {w.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
