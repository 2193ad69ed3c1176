import { Button, Group, List, Modal, Stack, Stepper, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { useTRPC } from '../app/api.ts';
import { useDraft } from '../app/draft.ts';
import { fieldErrors, showAtFields } from '../app/errors.ts';
import { useKeys } from '../app/keys.tsx';
import { DraftNotice } from '../ui/draft-notice.tsx';
import { FormErrors } from '../ui/form-errors.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { SearchSelect } from '../ui/search-select.tsx';
import { words } from '../words/index.ts';
import { ConnectionFields, type DeviceFormType } from './connection-fields.tsx';
import { type Device, type DriverInfo, fieldOf, inputOf, stepOf, usualOf, valuesOf } from './device-values.ts';
import { SettingsFields } from './settings-fields.tsx';
import { TryOut } from './try-out.tsx';

interface DeviceFormProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly device: Device | undefined;
}

/** Adds an analyzer, or changes one: instrument, connection, settings, and a test that shows what arrives. */
export function DeviceForm({ opened, onClose, device }: DeviceFormProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={device ? device.name : words.devices.add} size="56rem">
      <Wizard onClose={onClose} device={device} />
    </Modal>
  );
}

const lastFields = 2;
const test = 3;

function Wizard({ onClose, device }: Omit<DeviceFormProps, 'opened'>) {
  const trpc = useTRPC();
  const { devices: w } = words;
  const [step, setStep] = useState(0);
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [saved, setSaved] = useState<{ id: string; since: string }>();
  const drivers = useQuery(trpc.devices.drivers.queryOptions());
  const list = useQuery(trpc.devices.list.queryOptions());
  const current = list.data?.find(({ id }) => id === (saved?.id ?? device?.id)) ?? device;
  const draft = useDraft(device ? `analyzer.${device.id}` : 'analyzer', valuesOf(device));
  const form = useForm({
    initialValues: draft.initial,
    onValuesChange: draft.keep,
    validate: {
      driver: (value) => (value === '' ? w.chooseDriver : null),
      name: (value) => (value.trim() === '' ? w.enterName : null),
    },
  });
  const driver = drivers.data?.find(({ id }) => id === form.values.driver);
  const save = useMutation(
    trpc.devices.save.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: ({ id, updatedAt }) => {
        draft.clear();
        setErrors([]);
        // By the core's clock, not by that of the PC that the browser runs on.
        setSaved({ id, since: updatedAt });
        setStep(test);
      },
      onError: (error) => {
        const found = showAtFields(form, error, fieldOf);
        setErrors(found);
        setStep(stepOf(found.map(({ field }) => field)));
      },
    }),
  );
  const submit = () => {
    const { hasErrors, errors: problems } = form.validate();
    setErrors(fieldErrors(problems));
    if (hasErrors) setStep(0);
    else save.mutate(inputOf(form.values, current, driver?.protocol.framing ?? 'astm'));
  };
  const next = () => {
    if (step >= test) onClose();
    else if (step === lastFields) submit();
    else if (!form.validate().hasErrors) setStep(step + 1);
  };
  useKeys(
    w.add,
    [
      { keys: 'mod+Enter', label: step >= test ? w.done : w.next, run: next, disabled: save.isPending },
      { keys: 'F8', label: w.saveAndTest, run: submit, disabled: save.isPending || step >= test },
    ],
    { inDialog: true },
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        next();
      }}
    >
      <Stack gap="sm">
        <DraftNotice draft={draft} onDiscard={() => form.setValues(valuesOf(device))} />
        <Stepper size="sm" active={step} onStepClick={(to) => to < test && setStep(to)}>
          <Stepper.Step label={w.instrument} />
          <Stepper.Step label={w.connection} />
          <Stepper.Step label={w.settings} />
          <Stepper.Step label={w.test} allowStepSelect={false} />
        </Stepper>
        <FormErrors errors={errors} />
        {step === 0 && <InstrumentFields form={form} drivers={drivers.data ?? []} isNew={!device} />}
        {step === 1 && (
          <ConnectionFields
            form={form}
            driver={driver}
            others={(list.data ?? []).filter(({ id }) => id !== current?.id)}
          />
        )}
        {step === 2 && <SettingsFields form={form} driver={driver} />}
        {step === test && saved && current && <TryOut device={current} since={saved.since} onLeave={onClose} />}
        <Group justify="flex-end" gap="xs">
          {step > 0 && (
            <Button variant="default" onClick={() => setStep(step - 1)}>
              {w.back}
            </Button>
          )}
          {step < lastFields && (
            <Button variant="default" loading={save.isPending} onClick={submit} rightSection={<KeysHint keys="F8" />}>
              {w.saveAndTest}
            </Button>
          )}
          <Button type="submit" loading={save.isPending} rightSection={<KeysHint keys="mod+Enter" />}>
            {step >= test ? w.done : step === lastFields ? w.saveAndTest : w.next}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function InstrumentFields({
  form,
  drivers,
  isNew,
}: {
  form: DeviceFormType;
  drivers: readonly DriverInfo[];
  isNew: boolean;
}) {
  const { devices: w } = words;
  const driver = drivers.find(({ id }) => id === form.values.driver);
  const choose = (id: string | null) => {
    const chosen = drivers.find((one) => one.id === id);
    if (!chosen) return;
    const name = form.values.name.trim() === '' ? { name: chosen.models[0] ?? chosen.name } : {};
    // What an analyzer in use is cabled to is not changed by another driver.
    form.setValues({ driver: chosen.id, ...(isNew ? { ...usualOf(chosen), ...name } : {}) });
  };
  return (
    <Stack gap="sm">
      <Group grow align="flex-start">
        <SearchSelect
          label={w.driver}
          required
          data-autofocus
          data={drivers.map(({ id, name }) => ({ value: id, label: name }))}
          {...form.getInputProps('driver')}
          onChange={choose}
        />
        <TextInput label={w.name} required {...form.getInputProps('name')} />
      </Group>
      {driver && <Guide driver={driver} />}
    </Stack>
  );
}

/** What has to be known of the instrument before it is cabled. */
function Guide({ driver }: { driver: DriverInfo }) {
  const { devices: w } = words;
  const { framing } = driver.protocol;
  return (
    <Stack gap={6}>
      <Text size="sm" c="dimmed">
        {[driver.models.join(', '), w.framings[framing]].filter(Boolean).join(' · ')}
      </Text>
      <Text size="sm">{driver.guide.cabling}</Text>
      <Points title={w.onTheInstrument} points={driver.guide.settings} />
      <Points title={w.quirks} points={driver.quirks} />
      <Points title={w.guessed} points={driver.guide.guessed} />
    </Stack>
  );
}

function Points({ title, points }: { title: string; points: readonly string[] }) {
  if (points.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <List size="sm" spacing={2}>
        {points.map((point) => (
          <List.Item key={point}>{point}</List.Item>
        ))}
      </List>
    </div>
  );
}
