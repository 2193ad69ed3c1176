import { Button, Group, Modal, Stack, Table, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlus } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import { showAtFields } from '../app/errors.ts';
import { useKeys } from '../app/keys.tsx';
import { FormErrors } from '../ui/form-errors.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { Panel } from '../ui/panel.tsx';
import { words } from '../words/index.ts';

type Branch = Outputs['setup']['branches'][number];

const { setup: w } = words;

/** The laboratory's places. */
export function Branches({ branches, mayChange }: { branches: readonly Branch[]; mayChange: boolean }) {
  const [open, setOpen] = useState<Branch | 'new'>();
  useKeys(w.branches, [{ keys: 'F2', label: w.addBranch, run: () => setOpen('new'), disabled: !mayChange }]);
  return (
    <Panel
      title={w.branches}
      actions={
        mayChange && (
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconPlus size={15} aria-hidden />}
            rightSection={<KeysHint keys="F2" />}
            onClick={() => setOpen('new')}
          >
            {w.addBranch}
          </Button>
        )
      }
    >
      {branches.length === 0 ? (
        <Text size="sm" c="dimmed">
          {w.noBranches}. {w.noBranchesText}
        </Text>
      ) : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={140}>{w.code}</Table.Th>
              <Table.Th>{w.name}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {branches.map((branch) => (
              <Table.Tr key={branch.id}>
                <Table.Td>{branch.code}</Table.Td>
                <Table.Td>
                  {mayChange ? (
                    <UnstyledButton fz="sm" td="underline" onClick={() => setOpen(branch)}>
                      {branch.name}
                    </UnstyledButton>
                  ) : (
                    branch.name
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <Modal
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        title={w.branchTitle(open && open !== 'new' ? open.name : '')}
        size="sm"
      >
        {open && <BranchForm branch={open === 'new' ? undefined : open} onDone={() => setOpen(undefined)} />}
      </Modal>
    </Panel>
  );
}

function BranchForm({ branch, onDone }: { branch: Branch | undefined; onDone: () => void }) {
  const trpc = useTRPC();
  const [errors, setErrors] = useState<FieldError[]>([]);
  const form = useForm({ initialValues: { code: branch?.code ?? '', name: branch?.name ?? '' } });
  const save = useMutation(
    trpc.setup.saveBranch.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: onDone,
      onError: (error) => setErrors(showAtFields(form, error)),
    }),
  );
  return (
    <form
      noValidate
      onSubmit={form.onSubmit((values) => {
        setErrors([]);
        save.mutate({ ...values, id: branch?.id, rev: branch?._rev });
      })}
    >
      <Stack gap="sm">
        <FormErrors errors={errors} />
        <TextInput
          label={w.code}
          required
          data-autofocus
          maxLength={20}
          {...form.getInputProps('code')}
          onChange={({ currentTarget }) => form.setFieldValue('code', currentTarget.value.toUpperCase())}
        />
        <TextInput label={w.name} required maxLength={200} {...form.getInputProps('name')} />
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {w.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
