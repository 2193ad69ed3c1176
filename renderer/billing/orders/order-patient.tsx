import { Button, Checkbox, Group, NumberInput, Stack, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { skipToken, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type Ref, useState } from 'react';
import { formatPhone } from '../../../shared/patients/contact.ts';
import { mayBePregnant } from '../../../shared/patients/pregnancy.ts';
import { useTRPC } from '../../app/api.ts';
import { useKeys } from '../../app/keys.tsx';
import { useFormat, useMay } from '../../app/me.tsx';
import { PatientPicker } from '../../patients/patient-picker.tsx';
import { PatientWarnings } from '../../patients/patient-warning.tsx';
import { KeysHint } from '../../ui/keys-hint.tsx';
import { LinkButton } from '../../ui/link.tsx';
import { Panel } from '../../ui/panel.tsx';
import { words } from '../../words/index.ts';
import type { OrderValues } from './order-values.ts';

/** Whom the order is for: a search field, then the patient. */
export function OrderPatient({
  form,
  inputRef,
  onPicked,
}: {
  form: UseFormReturnType<OrderValues>;
  inputRef: Ref<HTMLInputElement>;
  onPicked: () => void;
}) {
  const trpc = useTRPC();
  const may = useMay();
  const navigate = useNavigate();
  const format = useFormat();
  const [typed, setTyped] = useState('');
  const { patientId } = form.values;
  const mayRegister = patientId === '' && may('patient.create');
  const register = { name: typed.trim() || undefined };
  useKeys(words.orders.title, [
    {
      keys: 'F3',
      label: words.orders.registerInstead,
      run: () => void navigate({ to: '/patients/new', search: register }),
      disabled: !mayRegister,
    },
  ]);
  const { data } = useQuery(trpc.patients.get.queryOptions(patientId ? { id: patientId } : skipToken));
  if (patientId === '') {
    return (
      <Panel
        title={words.orders.patient}
        actions={
          mayRegister && (
            <LinkButton to="/patients/new" search={register} variant="subtle" rightSection={<KeysHint keys="F3" />}>
              {words.orders.registerInstead}
            </LinkButton>
          )
        }
      >
        <PatientPicker
          inputRef={inputRef}
          autoFocus
          error={form.errors.patientId}
          onType={setTyped}
          onPick={(id) => {
            form.setFieldValue('patientId', id);
            form.clearFieldError('patientId');
            onPicked();
          }}
        />
      </Panel>
    );
  }
  return (
    <Panel
      title={words.orders.patient}
      actions={
        <Button
          variant="subtle"
          rightSection={<KeysHint keys="F2" />}
          onClick={() => form.setFieldValue('patientId', '')}
        >
          {words.orders.changePatient}
        </Button>
      }
    >
      {data && data.patient.id === patientId ? (
        <Stack gap="xs">
          <Group gap="sm" align="baseline">
            <Text size="md" fw={600}>
              {data.patient.fullName}
            </Text>
            <Text size="sm" c="dimmed">
              {[
                data.patient.number,
                words.patients.sexes[data.patient.sex],
                data.ageText,
                data.patient.phone && formatPhone(data.patient.phone),
              ]
                .filter(Boolean)
                .join(' · ')}
            </Text>
          </Group>
          <PatientWarnings patient={data.patient} />
          {mayBePregnant(data.patient, format.today()) && <PregnancyFields form={form} />}
        </Stack>
      ) : (
        <Text size="md">{words.ui.loading}</Text>
      )}
    </Panel>
  );
}

/** Whether the patient is pregnant, and how long: reference ranges are chosen by it. */
function PregnancyFields({ form }: { form: UseFormReturnType<OrderValues> }) {
  const { patientId, pregnancy } = form.values;
  const { orders } = words;
  const isPregnant = pregnancy?.patientId === patientId;
  return (
    <Group gap="md" align="flex-start" mih={30}>
      <Checkbox
        label={orders.pregnant}
        mt={6}
        checked={isPregnant}
        error={form.errors.pregnancy}
        onChange={({ currentTarget }) => {
          form.setFieldValue('pregnancy', { patientId: currentTarget.checked ? patientId : '', weeks: '' });
          form.clearFieldError('pregnancy');
        }}
      />
      {isPregnant && (
        <NumberInput
          aria-label={orders.pregnancyWeeks}
          placeholder={orders.pregnancyWeeks}
          w={170}
          min={1}
          max={44}
          allowDecimal={false}
          suffix={orders.weeksSuffix}
          hideControls
          autoFocus
          value={pregnancy.weeks}
          onChange={(weeks) => form.setFieldValue('pregnancy', { patientId, weeks: String(weeks) })}
        />
      )}
    </Group>
  );
}
