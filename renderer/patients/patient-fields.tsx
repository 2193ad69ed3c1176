import {
  Button,
  Checkbox,
  Fieldset,
  Group,
  Input,
  NativeSelect,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Textarea,
  TextInput,
} from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconAlertTriangle, IconPlus, IconTrash } from '@tabler/icons-react';
import { findNationalIdRule, nationalIdRules } from '../../shared/patients/national-id.ts';
import { useFormat, useMe } from '../app/me.tsx';
import { countryChoices, countryName } from '../app/regions.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { words } from '../words/index.ts';
import { birthText } from './birth-text.ts';
import { AllowedTestsField, FamilyFields, InsuranceFields } from './more-fields.tsx';
import { birthMeaning, isAlone, type PatientValues } from './patient-form-values.ts';
import { MinorWarning } from './patient-warning.tsx';

type Form = UseFormReturnType<PatientValues>;

const countries = countryChoices();
const sexes = Object.entries(words.patients.sexes).map(([value, label]) => ({ value, label }));
const channels = ['sms', 'whatsapp', 'email'] as const;

/** All fields of a patient, in the order reception asks. */
export function PatientFields({ form }: { form: Form }) {
  const format = useFormat();
  const { country } = useMe();
  const meaning = birthMeaning(form.values.birth, format);
  const { patients } = words;
  return (
    <Stack gap="sm">
      <Fieldset legend={patients.person}>
        <Stack gap="sm">
          <TextInput
            label={patients.fullName}
            required
            data-autofocus
            autoFocus
            autoComplete="off"
            maxLength={200}
            {...form.getInputProps('fullName')}
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            <Input.Wrapper label={patients.sex} required error={form.errors.sex} labelElement="div">
              <SegmentedControl
                fullWidth
                mt={2}
                aria-label={patients.sex}
                data={sexes}
                data-path="sex"
                value={form.values.sex}
                onChange={(value) => form.setFieldValue('sex', value as PatientValues['sex'])}
              />
            </Input.Wrapper>
            <TextInput
              label={patients.birth}
              required
              autoComplete="off"
              placeholder={patients.birthHint(birthText('1990-05-12', 'exact', format.locale))}
              description={meaning ?? '\u00a0'}
              {...form.getInputProps('birth')}
            />
          </SimpleGrid>
          {isAlone(form.values, format) && <MinorWarning />}
        </Stack>
      </Fieldset>
      <Fieldset legend={patients.contact}>
        <Stack gap="sm">
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            <TextInput
              label={patients.phone}
              type="tel"
              autoComplete="off"
              description={patients.phoneHint(countryName(country))}
              {...form.getInputProps('phone')}
            />
            <TextInput label={patients.email} type="email" autoComplete="off" {...form.getInputProps('email')} />
            <TextInput
              label={patients.otherPhones}
              description={patients.otherPhonesHint}
              autoComplete="off"
              {...form.getInputProps('otherPhones')}
            />
            <TextInput
              label={patients.otherNumbers}
              description={patients.otherNumbersHint}
              autoComplete="off"
              {...form.getInputProps('otherNumbers')}
            />
          </SimpleGrid>
          <Input.Wrapper label={patients.consent} labelElement="div">
            <Group gap="lg" mt={4} align="flex-start">
              {channels.map((channel) => (
                <Checkbox
                  key={channel}
                  label={patients.consents[channel]}
                  {...form.getInputProps(`consent.${channel}`, { type: 'checkbox' })}
                />
              ))}
            </Group>
          </Input.Wrapper>
          <Textarea label={patients.address} minRows={1} maxLength={500} {...form.getInputProps('address')} />
        </Stack>
      </Fieldset>
      <Fieldset legend={patients.identityAndNote}>
        <Stack gap="xs">
          {form.values.nationalIds.map((_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity besides their place
            <NationalIdRow key={index} form={form} index={index} />
          ))}
          <Button
            variant="subtle"
            leftSection={<IconPlus size={15} aria-hidden />}
            style={{ alignSelf: 'flex-start' }}
            onClick={() =>
              form.insertListItem('nationalIds', { country, type: kindsOf(country)[0]?.value ?? '', value: '' })
            }
          >
            {patients.addId}
          </Button>
          <Textarea
            label={patients.note}
            description={patients.noteHint}
            minRows={1}
            maxLength={2000}
            {...form.getInputProps('note')}
          />
          <TextInput
            label={patients.warning}
            description={patients.warningHint}
            maxLength={300}
            leftSection={<IconAlertTriangle size={15} aria-hidden />}
            {...form.getInputProps('warning')}
          />
        </Stack>
      </Fieldset>
      <Fieldset legend={patients.limits}>
        <Stack gap="sm">
          <InsuranceFields form={form} />
          <FamilyFields form={form} />
          <AllowedTestsField form={form} />
        </Stack>
      </Fieldset>
    </Stack>
  );
}

function NationalIdRow({ form, index }: { form: Form; index: number }) {
  const { patients } = words;
  const { country = '', type = '' } = form.values.nationalIds[index] ?? {};
  return (
    <Group gap="xs" align="flex-start" wrap="nowrap">
      <NativeSelect
        label={patients.idCountry}
        data={countries}
        style={{ flex: 2 }}
        {...form.getInputProps(`nationalIds.${index}.country`)}
        onChange={({ currentTarget }) => {
          form.setFieldValue(`nationalIds.${index}.country`, currentTarget.value);
          form.setFieldValue(`nationalIds.${index}.type`, kindsOf(currentTarget.value)[0]?.value ?? '');
        }}
      />
      <NativeSelect
        label={patients.idType}
        data={kindsOf(country)}
        style={{ flex: 2 }}
        {...form.getInputProps(`nationalIds.${index}.type`)}
      />
      <TextInput
        label={patients.idValue}
        autoFocus
        autoComplete="off"
        placeholder={findNationalIdRule(country, type)?.example}
        style={{ flex: 3 }}
        {...form.getInputProps(`nationalIds.${index}.value`)}
      />
      <IconButton
        label={patients.removeId}
        icon={IconTrash}
        mt="1.375rem"
        onClick={() => form.removeListItem('nationalIds', index)}
      />
    </Group>
  );
}

/** The kinds of document that a country issues. */
function kindsOf(country: string) {
  return nationalIdRules
    .filter((rule) => rule.country === country || rule.country === '*')
    .map(({ type, name }) => ({ value: type, label: words.patients.idTypes[type] ?? name }));
}
