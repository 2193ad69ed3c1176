import {
  Button,
  Checkbox,
  Fieldset,
  Group,
  Modal,
  NumberInput,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { FieldError } from '../../shared/kernel/errors.ts';
import {
  type Permission,
  permissionNames,
  permissions,
  type StrictField,
  strictFields,
} from '../../shared/kernel/permissions.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import { useDraft } from '../app/draft.ts';
import { showAtFields } from '../app/errors.ts';
import { useKeys } from '../app/keys.tsx';
import { DraftNotice } from '../ui/draft-notice.tsx';
import { FormErrors } from '../ui/form-errors.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { words } from '../words/index.ts';

type Role = Outputs['staff']['roles'][number];

/** What the form begins with: nothing, a role that is changed, or a copy of one. */
export type RoleStart = { kind: 'new' } | { kind: 'change'; role: Role } | { kind: 'copy'; role: Role };

interface Values {
  name: string;
  permissions: Permission[];
  strictFields: StrictField[];
  discountLimitPercent: number | string;
}

const { staff: w } = words;

/** Rights by the part of the laboratory they are for, in the order of `permissions`. */
const groups = Object.entries(Object.groupBy(permissionNames, (name) => name.split('.')[0] ?? name));

/** Adds, copies, changes or deletes a role. */
export function RoleForm({
  start,
  onStart,
  onClose,
}: {
  start: RoleStart | undefined;
  onStart: (start: RoleStart) => void;
  onClose: () => void;
}) {
  return (
    <Modal
      opened={start !== undefined}
      onClose={onClose}
      title={start?.kind === 'change' ? start.role.name : w.newRole}
      size="62rem"
    >
      {start && (
        <Form
          key={`${start.kind} ${start.kind === 'new' ? '' : start.role.id}`}
          start={start}
          onStart={onStart}
          onClose={onClose}
        />
      )}
    </Modal>
  );
}

function valuesOf(start: RoleStart): Values {
  if (start.kind === 'new') return { name: '', permissions: [], strictFields: [], discountLimitPercent: '' };
  const { name, permissions: rights, strictFields: fields, discountLimitPercent = '' } = start.role;
  return {
    name: start.kind === 'copy' ? w.copyOf(name) : name,
    permissions: rights,
    strictFields: fields,
    discountLimitPercent,
  };
}

function Form({
  start,
  onStart,
  onClose,
}: {
  start: RoleStart;
  onStart: (start: RoleStart) => void;
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const [changed] = useState(start.kind === 'change' ? start.role : undefined);
  const before = valuesOf(start);
  const draft = useDraft<Values>(`role.${start.kind}.${start.kind === 'new' ? '' : start.role.id}`, before);
  const form = useForm<Values>({ initialValues: draft.initial, onValuesChange: draft.keep });
  const [errors, setErrors] = useState<FieldError[]>([]);
  const save = useMutation(
    trpc.staff.saveRole.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: ({ name }) => {
        draft.clear();
        notifyDone(w.saved(name));
        onClose();
      },
      onError: (error) => setErrors(showAtFields(form, error)),
    }),
  );
  const send = () => {
    setErrors([]);
    const { discountLimitPercent, ...values } = form.values;
    save.mutate({
      ...values,
      id: changed?.id,
      rev: changed?._rev,
      discountLimitPercent: discountLimitPercent === '' ? undefined : Number(discountLimitPercent),
    });
  };
  useKeys(w.save, [{ keys: 'mod+Enter', label: w.save, run: send, disabled: save.isPending }], { inDialog: true });
  return (
    <Stack gap="sm">
      <FormErrors errors={errors} />
      <DraftNotice draft={draft} onDiscard={() => form.setValues(before)} />
      <Group align="flex-start">
        <TextInput label={w.roleName} required data-autofocus w={320} maxLength={100} {...form.getInputProps('name')} />
        <NumberInput
          label={w.discountLimit}
          description={w.discountHint}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          w={200}
          min={0}
          max={100}
          {...form.getInputProps('discountLimitPercent')}
        />
      </Group>
      <div data-path="permissions">
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="xs" verticalSpacing="xs">
          {groups.map(([group, rights = []]) => (
            <RightsGroup key={group} group={group} rights={rights} form={form} />
          ))}
          <Fieldset legend={w.strictFields}>
            <Checkbox.Group {...form.getInputProps('strictFields')}>
              <Stack gap={6}>
                {Object.entries(strictFields).map(([field, label]) => (
                  <Checkbox key={field} value={field} label={label} />
                ))}
              </Stack>
            </Checkbox.Group>
          </Fieldset>
        </SimpleGrid>
      </div>
      <Group justify="space-between">
        <Group gap="xs">
          {changed && (
            <Button variant="default" onClick={() => onStart({ kind: 'copy', role: changed })}>
              {w.copy}
            </Button>
          )}
          {changed && changed.staffCount === 0 && <DeleteRole role={changed} onDone={onClose} />}
        </Group>
        <Group gap="xs">
          <Button
            variant="default"
            onClick={() => {
              draft.clear();
              onClose();
            }}
          >
            {words.ui.cancel}
          </Button>
          <Button loading={save.isPending} onClick={send} rightSection={<KeysHint keys="mod+Enter" />}>
            {w.save}
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}

function RightsGroup({
  group,
  rights,
  form,
}: {
  group: string;
  rights: readonly Permission[];
  form: UseFormReturnType<Values>;
}) {
  const held = form.values.permissions;
  const some = rights.filter((right) => held.includes(right));
  const toggleAll = () => {
    const others = held.filter((right) => !rights.includes(right));
    form.setFieldValue('permissions', some.length === rights.length ? others : [...others, ...rights]);
  };
  return (
    <Fieldset
      legend={
        <Checkbox
          label={`${w.groups[group] ?? group} · ${w.of(some.length, rights.length)}`}
          checked={some.length === rights.length}
          indeterminate={some.length > 0 && some.length < rights.length}
          onChange={toggleAll}
        />
      }
    >
      <Checkbox.Group {...form.getInputProps('permissions')} error={undefined}>
        <Stack gap={6}>
          {rights.map((right) => (
            <Checkbox key={right} value={right} label={permissions[right].replace(/ \(reference:.*\)$/, '')} />
          ))}
        </Stack>
      </Checkbox.Group>
    </Fieldset>
  );
}

function DeleteRole({ role, onDone }: { role: Role; onDone: () => void }) {
  const trpc = useTRPC();
  const [asked, setAsked] = useState(false);
  const remove = useMutation(
    trpc.staff.deleteRole.mutationOptions({
      onSuccess: () => {
        notifyDone(w.removed(role.name));
        onDone();
      },
    }),
  );
  return (
    <>
      <Button variant="default" c="var(--tone-error)" onClick={() => setAsked(true)}>
        {w.remove}
      </Button>
      <Modal opened={asked} onClose={() => setAsked(false)} title={w.removeTitle(role.name)} size="sm">
        <Stack gap="sm">
          <Text size="sm">{w.removeText}</Text>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={() => setAsked(false)}>
              {words.ui.back}
            </Button>
            <Button
              color="red"
              data-autofocus
              loading={remove.isPending}
              onClick={() => remove.mutate({ id: role.id, rev: role._rev })}
            >
              {w.remove}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
