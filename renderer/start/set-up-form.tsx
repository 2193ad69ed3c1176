import {
  Button,
  Checkbox,
  Fieldset,
  Group,
  NumberInput,
  PasswordInput,
  ScrollArea,
  Select,
  SimpleGrid,
  Stack,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import { isNotEmpty, useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { useTRPC } from '../app/api.ts';
import { fieldErrors, showAtFields } from '../app/errors.ts';
import { useKeys } from '../app/keys.tsx';
import { countryChoices, currencyChoices, localeChoices, ownRegion, timeZoneChoices } from '../app/regions.ts';
import { useSessionStore } from '../app/session.tsx';
import { FormErrors } from '../ui/form-errors.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { SearchSelect } from '../ui/search-select.tsx';
import { words } from '../words/index.ts';

const countries = countryChoices();
const currencies = currencyChoices();
const timeZones = timeZoneChoices();

function emptyForm() {
  const { country, timeZone } = ownRegion();
  return {
    labName: '',
    address: '',
    country,
    currency: '',
    timeZone,
    locale: country ? `en-${country}` : 'en-GB',
    taxPercent: 0 as number | string,
    stationName: '',
    stationPrefix: 'A',
    starter: true,
    administrator: { fullName: '', username: '', password: '' },
    passwordAgain: '',
  };
}

/** The laboratory, this station and the first administrator, on one page. The administrator is logged in afterwards. */
export function SetUpForm({ onBack }: { onBack: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const session = useSessionStore();
  const [errors, setErrors] = useState<FieldError[]>([]);
  const form = useForm({
    initialValues: emptyForm(),
    validate: {
      labName: isNotEmpty(words.ui.required),
      country: isNotEmpty(words.ui.required),
      currency: isNotEmpty(words.ui.required),
      stationName: isNotEmpty(words.ui.required),
      stationPrefix: isNotEmpty(words.ui.required),
      administrator: {
        fullName: isNotEmpty(words.ui.required),
        username: isNotEmpty(words.ui.required),
        password: isNotEmpty(words.ui.required),
      },
      passwordAgain: (again, { administrator }) =>
        again === administrator.password ? null : words.start.passwordsDiffer,
    },
  });
  const logIn = useMutation(trpc.auth.login.mutationOptions());
  const create = useMutation(
    trpc.setup.createLaboratory.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: async () => {
        const { username, password } = form.values.administrator;
        const { token } = await logIn.mutateAsync({ username, password });
        session.loggedIn(token);
        await queryClient.invalidateQueries();
      },
      onError: (error) => setErrors(showAtFields(form, error)),
    }),
  );
  const submit = form.onSubmit(
    ({ passwordAgain: _, taxPercent, starter, ...values }) => {
      setErrors([]);
      create.mutate({
        ...values,
        taxPercent: Number(taxPercent) || 0,
        catalogue: starter ? 'starter' : 'empty',
      });
    },
    (problems) => setErrors(fieldErrors(problems)),
  );
  useKeys(words.start.setUpTitle, [{ keys: 'mod+Enter', label: words.start.create, run: () => submit() }]);
  const { start } = words;

  return (
    <ScrollArea h="100vh" component="main">
      <form onSubmit={submit} noValidate>
        <Stack maw={760} mx="auto" p="lg" gap="md">
          <Title order={1}>{start.setUpTitle}</Title>
          <FormErrors errors={errors} />
          <Fieldset legend={start.laboratory}>
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
              <TextInput label={start.labName} required autoFocus {...form.getInputProps('labName')} />
              <Textarea
                label={start.address}
                description={start.addressHint}
                minRows={1}
                {...form.getInputProps('address')}
              />
              <SearchSelect
                label={start.country}
                description={start.countryHint}
                required
                data={countries}
                {...form.getInputProps('country')}
                onChange={(country) => {
                  form.setFieldValue('country', country ?? '');
                  form.setFieldValue('locale', `en-${country ?? 'GB'}`);
                }}
              />
              <SearchSelect
                label={start.currency}
                description={start.currencyHint}
                required
                data={currencies}
                {...form.getInputProps('currency')}
              />
              <SearchSelect label={start.timeZone} required data={timeZones} {...form.getInputProps('timeZone')} />
              <Select
                label={start.locale}
                required
                data={localeChoices(form.values.country)}
                {...form.getInputProps('locale')}
              />
              <NumberInput label={start.tax} min={0} max={100} decimalScale={3} {...form.getInputProps('taxPercent')} />
            </SimpleGrid>
          </Fieldset>
          <Fieldset legend={start.station}>
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
              <TextInput
                label={start.stationName}
                description={start.stationNameHint}
                required
                {...form.getInputProps('stationName')}
              />
              <TextInput
                label={start.stationPrefix}
                description={start.stationPrefixHint}
                required
                maxLength={4}
                {...form.getInputProps('stationPrefix')}
                onChange={(event) => form.setFieldValue('stationPrefix', event.currentTarget.value.toUpperCase())}
              />
            </SimpleGrid>
          </Fieldset>
          <Fieldset legend={start.catalogue}>
            <Checkbox
              label={start.starterCatalogue}
              description={start.starterHint}
              {...form.getInputProps('starter', { type: 'checkbox' })}
            />
          </Fieldset>
          <Fieldset legend={start.administrator}>
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
              <TextInput
                label={start.fullName}
                required
                autoComplete="name"
                {...form.getInputProps('administrator.fullName')}
              />
              <TextInput
                label={start.username}
                description={start.usernameHint}
                required
                autoComplete="username"
                autoCapitalize="none"
                {...form.getInputProps('administrator.username')}
              />
              <PasswordInput
                label={start.password}
                description={start.passwordHint}
                required
                autoComplete="new-password"
                {...form.getInputProps('administrator.password')}
              />
              <PasswordInput
                label={start.passwordAgain}
                required
                autoComplete="new-password"
                {...form.getInputProps('passwordAgain')}
              />
            </SimpleGrid>
          </Fieldset>
          <Group justify="space-between">
            <Button variant="default" onClick={onBack}>
              {words.ui.back}
            </Button>
            <Button type="submit" loading={create.isPending} rightSection={<KeysHint keys="mod+Enter" />}>
              {start.create}
            </Button>
          </Group>
        </Stack>
      </form>
    </ScrollArea>
  );
}
