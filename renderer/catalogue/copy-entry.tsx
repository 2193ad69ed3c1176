import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { CatalogueEntry } from '../../shared/catalogue/schema.ts';
import { useTRPC } from '../app/api.ts';
import { showAtFields } from '../app/errors.ts';
import { notifyDone } from '../ui/notify.tsx';
import { words } from '../words/index.ts';

/** Asks for code and name of the copy, makes it and leads to it. */
export function CopyEntry({
  entry,
  id,
  opened,
  onClose,
}: {
  entry: CatalogueEntry;
  id: string;
  opened: boolean;
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const navigate = useNavigate();
  const { catalogue: w } = words;
  const form = useForm({ initialValues: { code: '', name: 'name' in entry ? entry.name : entry.parameter } });
  const copy = useMutation(
    trpc.catalogue.copy.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: ({ saved: [first] }) => {
        onClose();
        if (!first) return;
        notifyDone(w.copied(first.code));
        void navigate({ to: '/catalogue/$entryId', params: { entryId: first.id } });
      },
      onError: (error) => showAtFields(form, error, (field) => (field.endsWith('code') ? 'code' : field)),
    }),
  );
  return (
    <Modal opened={opened} onClose={onClose} title={w.copyTitle(entry.code)} size="sm">
      <form onSubmit={form.onSubmit((values) => copy.mutate({ id, ...values }))}>
        <Stack gap="sm">
          <TextInput
            label={w.newCode}
            required
            data-autofocus
            {...form.getInputProps('code')}
            onChange={(event) => form.setFieldValue('code', event.currentTarget.value.toUpperCase())}
          />
          <TextInput label={w.newName} required {...form.getInputProps('name')} />
          <Group justify="flex-end">
            <Button type="submit" loading={copy.isPending}>
              {w.copy}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
