import { Button, Checkbox, Group, MultiSelect, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconPlus, IconTrash, IconUnlink } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTRPC } from '../app/api.ts';
import { useMay } from '../app/me.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { words } from '../words/index.ts';
import { emptyPolicy, emptyRelative, type PatientValues } from './patient-form-values.ts';
import { PatientPicker } from './patient-picker.tsx';

type Form = UseFormReturnType<PatientValues>;

const holderRelations = Object.entries(words.patients.holderRelations).map(([value, label]) => ({ value, label }));
const relations = Object.entries(words.patients.relations).map(([value, label]) => ({ value, label }));

/** Insurance policies: insurer, group, number, holder, days. */
export function InsuranceFields({ form }: { form: Form }) {
  const trpc = useTRPC();
  const { patients } = words;
  const { data } = useQuery(trpc.patients.insurers.queryOptions());
  const insurers = (data?.insurers ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const noInsurers = data !== undefined && insurers.length === 0;
  return (
    <Stack gap="xs">
      {form.values.insurances.map(({ insurerId, holderRelation }, index) => {
        const path = `insurances.${index}` as const;
        const groups = (data?.groups ?? []).filter((group) => group.insurerId === insurerId);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity besides their place
          <Group key={index} gap="xs" align="flex-start">
            <NativeSelect
              label={patients.insurer}
              data={[{ value: '', label: '' }, ...insurers]}
              w={170}
              {...form.getInputProps(`${path}.insurerId`)}
              onChange={({ currentTarget }) => {
                form.setFieldValue(`${path}.insurerId`, currentTarget.value);
                form.setFieldValue(`${path}.groupId`, '');
              }}
            />
            <NativeSelect
              label={patients.insuranceGroup}
              data={[
                { value: '', label: patients.noGroup },
                ...groups.map(({ id, name }) => ({ value: id, label: name })),
              ]}
              w={150}
              {...form.getInputProps(`${path}.groupId`)}
            />
            <TextInput
              label={patients.policyNumber}
              w={140}
              maxLength={60}
              autoComplete="off"
              {...form.getInputProps(`${path}.policyNumber`)}
            />
            <NativeSelect
              label={patients.holderRelation}
              data={holderRelations}
              w={170}
              {...form.getInputProps(`${path}.holderRelation`)}
            />
            {holderRelation !== 'self' && (
              <TextInput
                label={patients.holderName}
                w={170}
                maxLength={200}
                autoComplete="off"
                {...form.getInputProps(`${path}.holderName`)}
              />
            )}
            <TextInput
              label={patients.validFrom}
              w={105}
              autoComplete="off"
              {...form.getInputProps(`${path}.validFrom`)}
            />
            <TextInput label={patients.validTo} w={105} autoComplete="off" {...form.getInputProps(`${path}.validTo`)} />
            <IconButton
              label={patients.removeInsurance}
              icon={IconTrash}
              mt="1.375rem"
              onClick={() => form.removeListItem('insurances', index)}
            />
          </Group>
        );
      })}
      <Group gap="sm">
        <Button
          variant="subtle"
          leftSection={<IconPlus size={15} aria-hidden />}
          disabled={noInsurers}
          onClick={() => form.insertListItem('insurances', { ...emptyPolicy, insurerId: insurers[0]?.value ?? '' })}
        >
          {patients.addInsurance}
        </Button>
        {noInsurers && (
          <Text size="xs" c="dimmed">
            {patients.noInsurers}
          </Text>
        )}
      </Group>
    </Stack>
  );
}

/** The family: patients of the laboratory, or names; who of them is guardian. */
export function FamilyFields({ form }: { form: Form }) {
  const { patients } = words;
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const link = async (index: number, patientId: string) => {
    const { patient } = await queryClient.fetchQuery(trpc.patients.get.queryOptions({ id: patientId }));
    form.setFieldValue(`family.${index}.patientId`, patientId);
    form.setFieldValue(`family.${index}.name`, `${patient.fullName} (${patient.number})`);
  };
  return (
    <Stack gap="xs">
      {form.values.family.map(({ patientId }, index) => {
        const path = `family.${index}` as const;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity besides their place
          <Group key={index} gap="xs" align="flex-start">
            <NativeSelect
              label={patients.relation}
              data={relations}
              w={130}
              {...form.getInputProps(`${path}.relation`)}
            />
            <Stack gap={4} w={280}>
              <TextInput
                label={patients.relativeName}
                maxLength={200}
                autoComplete="off"
                readOnly={patientId !== ''}
                rightSection={
                  patientId !== '' && (
                    <IconButton
                      label={patients.unlink}
                      icon={IconUnlink}
                      variant="subtle"
                      onClick={() => {
                        form.setFieldValue(`${path}.patientId`, '');
                        form.setFieldValue(`${path}.name`, '');
                      }}
                    />
                  )
                }
                {...form.getInputProps(`${path}.name`)}
              />
              {patientId === '' && <PatientPicker onPick={(id) => void link(index, id)} />}
            </Stack>
            <TextInput
              label={patients.phone}
              type="tel"
              w={150}
              autoComplete="off"
              {...form.getInputProps(`${path}.phone`)}
            />
            <Checkbox
              label={patients.guardian}
              mt="1.7rem"
              {...form.getInputProps(`${path}.guardian`, { type: 'checkbox' })}
            />
            <IconButton
              label={patients.removeRelative}
              icon={IconTrash}
              mt="1.375rem"
              onClick={() => form.removeListItem('family', index)}
            />
          </Group>
        );
      })}
      <Button
        variant="subtle"
        leftSection={<IconPlus size={15} aria-hidden />}
        style={{ alignSelf: 'flex-start' }}
        onClick={() => form.insertListItem('family', emptyRelative)}
      >
        {patients.addRelative}
      </Button>
    </Stack>
  );
}

/** The tests that the patient is limited to; nothing chosen is no limit. */
export function AllowedTestsField({ form }: { form: Form }) {
  const trpc = useTRPC();
  const may = useMay();
  const { data = [] } = useQuery(trpc.catalogue.tests.queryOptions(undefined, { enabled: may('catalogue.read') }));
  return (
    <MultiSelect
      label={words.patients.allowedTests}
      description={words.patients.allowedTestsHint}
      data={data.map(({ id, code, name }) => ({ value: id, label: `${code} · ${name}` }))}
      searchable
      clearable
      limit={50}
      {...form.getInputProps('allowedTests')}
    />
  );
}
