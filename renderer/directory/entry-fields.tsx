import {
  Fieldset,
  MultiSelect,
  NumberInput,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Textarea,
  TextInput,
} from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import type { EntryKind } from '../../shared/directory/entries.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import { useFormat } from '../app/me.tsx';
import { SearchSelect } from '../ui/search-select.tsx';
import { words } from '../words/index.ts';
import type { EntryValues } from './entry-values.ts';
import { OutsourceTests } from './outsource-tests.tsx';

type Form = UseFormReturnType<EntryValues>;
type References = Outputs['directory']['references'];

const { directory: w } = words;
const grid = { cols: { base: 1, xs: 2, md: 3 }, spacing: 'sm', verticalSpacing: 'sm' } as const;

/** The fields of one kind: who, how to reach, terms. */
export function EntryFields({ kind, form }: { kind: EntryKind; form: Form }) {
  const trpc = useTRPC();
  const references = useQuery(trpc.directory.references.queryOptions()).data ?? { priceLists: [], tests: [] };
  return (
    <Stack gap="sm" maw={1000}>
      <Fieldset legend={w.identity}>
        <SimpleGrid {...grid}>
          <TextInput label={w.name} required autoFocus maxLength={200} {...form.getInputProps('name')} />
          <TextInput
            label={w.code}
            description={form.values.code === '' ? w.codeHint : undefined}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            maxLength={40}
            {...form.getInputProps('code')}
            onChange={({ currentTarget }) => form.setFieldValue('code', currentTarget.value.toUpperCase())}
          />
          {kind === 'doctor' && <DoctorFields form={form} />}
          {kind === 'insuranceGroup' && <InsurerField form={form} />}
          {kind === 'insurer' && (
            <TextInput label={w.providerNumber} maxLength={60} {...form.getInputProps('providerNumber')} />
          )}
        </SimpleGrid>
        <Switch
          mt="sm"
          label={w.active}
          description={w.activeHint}
          {...form.getInputProps('active', { type: 'checkbox' })}
        />
      </Fieldset>
      {kind !== 'insuranceGroup' && <ContactFields form={form} kind={kind} />}
      {kind === 'organisation' && <OrganisationTerms form={form} references={references} />}
      {kind === 'insurer' && (
        <Fieldset legend={w.terms}>
          <SimpleGrid {...grid}>
            <PriceList form={form} references={references} />
            <NumberInput
              label={w.claimDays}
              min={1}
              max={730}
              allowDecimal={false}
              {...form.getInputProps('claimDays')}
            />
          </SimpleGrid>
        </Fieldset>
      )}
      {kind === 'insuranceGroup' && <GroupTerms form={form} references={references} />}
      {kind === 'outsourceLab' && <OutsourceTests form={form} tests={references.tests} />}
    </Stack>
  );
}

function DoctorFields({ form }: { form: Form }) {
  return (
    <>
      <TextInput label={w.speciality} maxLength={100} {...form.getInputProps('speciality')} />
      <TextInput label={w.registrationNumber} maxLength={60} {...form.getInputProps('registrationNumber')} />
    </>
  );
}

function InsurerField({ form }: { form: Form }) {
  const trpc = useTRPC();
  const insurers = useQuery(trpc.directory.list.queryOptions({ kind: 'insurer', limit: 200 }));
  return (
    <SearchSelect
      label={w.insurer}
      required
      data={(insurers.data?.rows ?? []).map(({ id, name, code }) => ({ value: id, label: `${name} (${code})` }))}
      {...form.getInputProps('insurerId')}
      value={form.values.insurerId || null}
      onChange={(id) => form.setFieldValue('insurerId', id ?? '')}
    />
  );
}

function ContactFields({ form, kind }: { form: Form; kind: EntryKind }) {
  return (
    <Fieldset legend={w.contact}>
      <SimpleGrid {...grid}>
        {kind !== 'doctor' && (
          <TextInput label={w.contactPerson} maxLength={200} {...form.getInputProps('contactPerson')} />
        )}
        <TextInput label={w.phone} inputMode="tel" maxLength={60} {...form.getInputProps('phone')} />
        <TextInput label={w.email} inputMode="email" maxLength={254} {...form.getInputProps('email')} />
        <Textarea
          label={w.address}
          autosize
          minRows={1}
          maxRows={4}
          maxLength={500}
          {...form.getInputProps('address')}
        />
      </SimpleGrid>
    </Fieldset>
  );
}

function OrganisationTerms({ form, references }: { form: Form; references: References }) {
  const onInvoice = form.values.billing === 'credit';
  return (
    <Fieldset legend={w.terms}>
      <Stack gap="sm">
        <SegmentedControl
          aria-label={w.billing}
          data={(['cash', 'credit'] as const).map((value) => ({ value, label: w.billings[value] }))}
          w={280}
          {...form.getInputProps('billing')}
        />
        <SimpleGrid {...grid}>
          <PriceList form={form} references={references} />
          {onInvoice && <Amount form={form} field="creditLimit" label={w.creditLimit} hint={w.noLimit} />}
          {onInvoice && (
            <NumberInput
              label={w.paymentDays}
              description={w.paymentDaysHint}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              min={0}
              max={365}
              allowDecimal={false}
              {...form.getInputProps('paymentDays')}
            />
          )}
        </SimpleGrid>
        <TestsField form={form} field="allowedTests" label={w.allowedTests} hint={w.allowedTestsHint} of={references} />
      </Stack>
    </Fieldset>
  );
}

function GroupTerms({ form, references }: { form: Form; references: References }) {
  return (
    <Fieldset legend={w.terms}>
      <Stack gap="sm">
        <SimpleGrid {...grid}>
          <NumberInput label={w.coverage} required min={0} max={100} {...form.getInputProps('coveragePercent')} />
          <Amount form={form} field="copay" label={w.copay} hint={w.copayHint} />
          <Amount form={form} field="coverageLimit" label={w.coverageLimit} hint={w.noLimit} />
          <PriceList form={form} references={references} />
        </SimpleGrid>
        <TestsField form={form} field="excludedTests" label={w.excludedTests} of={references} />
      </Stack>
    </Fieldset>
  );
}

function PriceList({ form, references }: { form: Form; references: References }) {
  return (
    <Select
      label={w.priceList}
      placeholder={w.standardPrices}
      clearable
      data={references.priceLists.map(({ code, name }) => ({ value: code, label: name }))}
      {...form.getInputProps('priceList')}
      value={form.values.priceList || null}
      onChange={(code) => form.setFieldValue('priceList', code ?? '')}
    />
  );
}

/** Money as it is typed, in the centre's currency. */
function Amount({
  form,
  field,
  label,
  hint,
}: {
  form: Form;
  field: 'creditLimit' | 'copay' | 'coverageLimit';
  label: string;
  hint: string;
}) {
  const { currency } = useFormat();
  return (
    <TextInput
      label={label}
      description={hint}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      inputMode="decimal"
      autoComplete="off"
      rightSection={currency}
      rightSectionWidth={46}
      styles={{ input: { textAlign: 'end' } }}
      {...form.getInputProps(field)}
    />
  );
}

function TestsField({
  form,
  field,
  label,
  hint,
  of,
}: {
  form: Form;
  field: 'allowedTests' | 'excludedTests';
  label: string;
  hint?: string;
  of: References;
}) {
  return (
    <MultiSelect
      label={label}
      description={hint}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      searchable
      clearable
      hidePickedOptions
      limit={50}
      data={of.tests.map(({ code, name }) => ({ value: code, label: `${code} · ${name}` }))}
      {...form.getInputProps(field)}
    />
  );
}
