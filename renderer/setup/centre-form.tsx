import { NumberInput, Select, SimpleGrid, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { formatPhone } from '../../shared/patients/contact.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import { useDraft } from '../app/draft.ts';
import { showAtFields } from '../app/errors.ts';
import { countryChoices, localeChoices, timeZoneChoices } from '../app/regions.ts';
import { notifyDone } from '../ui/notify.tsx';
import { SearchSelect } from '../ui/search-select.tsx';
import { words } from '../words/index.ts';
import { SetupPanel } from './setup-panel.tsx';

type Centre = Outputs['setup']['centre'];

const { setup: w, start } = words;
const countries = countryChoices();
const timeZones = timeZoneChoices();

function valuesOf(centre: Centre) {
  const { name, address, phone, email = '', country, timeZone, locale, taxPercent } = centre;
  const { reportFooter = '', webAddress = '' } = centre;
  const tax: number | string = taxPercent;
  const contact = { phone: phone ? formatPhone(phone) : '', email, webAddress };
  return { name, address, ...contact, country, timeZone, locale, tax, reportFooter };
}

/** The laboratory: what stands on reports and receipts, and how it writes numbers and days. */
export function CentreForm({ centre, mayChange }: { centre: Centre; mayChange: boolean }) {
  const trpc = useTRPC();
  const before = valuesOf(centre);
  const draft = useDraft('setup.centre', before);
  const form = useForm({ initialValues: draft.initial, onValuesChange: draft.keep });
  const [errors, setErrors] = useState<FieldError[]>([]);
  const save = useMutation(
    trpc.setup.updateCentre.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: () => {
        draft.clear();
        notifyDone(w.saved);
      },
      onError: (error) => setErrors(showAtFields(form, error, (field) => field.replace(/^change\./, ''))),
    }),
  );
  const send = () => {
    setErrors([]);
    const { tax, ...values } = form.values;
    save.mutate({
      rev: centre._rev,
      change: { ...values, webAddress: values.webAddress.trim(), taxPercent: Number(tax) || 0 },
    });
  };
  return (
    <SetupPanel
      title={w.laboratory}
      errors={errors}
      dirty={JSON.stringify(form.values) !== JSON.stringify(before)}
      busy={save.isPending}
      mayChange={mayChange}
      onSave={send}
      onDiscard={() => {
        draft.clear();
        form.setValues(before);
        form.clearErrors();
        setErrors([]);
      }}
    >
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm" verticalSpacing="sm">
        <TextInput label={start.labName} required maxLength={200} {...form.getInputProps('name')} />
        <TextInput label={w.phone} inputMode="tel" {...form.getInputProps('phone')} />
        <TextInput label={w.email} inputMode="email" {...form.getInputProps('email')} />
        <Textarea label={start.address} autosize minRows={1} maxRows={4} {...form.getInputProps('address')} />
        <SearchSelect label={start.country} required data={countries} {...form.getInputProps('country')} />
        <TextInput
          label={w.currency}
          description={w.currencyHint}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          variant="filled"
          value={centre.currency}
          readOnly
        />
        <SearchSelect label={start.timeZone} required data={timeZones} {...form.getInputProps('timeZone')} />
        <Select
          label={start.locale}
          required
          data={localesOf(form.values.country, form.values.locale)}
          {...form.getInputProps('locale')}
        />
        <NumberInput label={start.tax} min={0} max={100} decimalScale={3} {...form.getInputProps('tax')} />
        <TextInput
          label={w.webAddress}
          description={w.webAddressHint}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          inputMode="url"
          placeholder="https://"
          maxLength={200}
          {...form.getInputProps('webAddress')}
        />
        <Textarea
          label={w.reportFooter}
          description={w.reportFooterHint}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          autosize
          minRows={1}
          maxRows={4}
          maxLength={500}
          {...form.getInputProps('reportFooter')}
        />
      </SimpleGrid>
    </SetupPanel>
  );
}

/** The choices of a country, and the one that is set whatever it is. */
function localesOf(country: string, locale: string) {
  const choices = localeChoices(country);
  return choices.some(({ value }) => value === locale) ? choices : [{ value: locale, label: locale }, ...choices];
}
