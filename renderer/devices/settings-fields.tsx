import { Group, NumberInput, Select, SimpleGrid, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { isGeneric } from '../../shared/devices/generic.ts';
import { timeZoneChoices } from '../app/regions.ts';
import { SearchSelect } from '../ui/search-select.tsx';
import { words } from '../words/index.ts';
import type { DeviceFormType } from './connection-fields.tsx';
import { type DriverInfo, tableColumns } from './device-values.ts';

const timeZones = timeZoneChoices();
const below = ['label', 'input', 'description', 'error'] as ('label' | 'input' | 'description' | 'error')[];
const named = <T extends string>(names: Readonly<Record<T, string>>) =>
  Object.entries<string>(names).map(([value, label]) => ({ value, label }));

/** Where this instrument differs from what its driver takes for granted; everything may stay empty. */
export function SettingsFields({ form, driver }: { form: DeviceFormType; driver: DriverInfo | undefined }) {
  const framing = driver?.protocol.framing ?? 'astm';
  const { devices: w } = words;
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {w.settingsText}
      </Text>
      <Group grow align="flex-start">
        <Select
          label={w.charset}
          clearable
          placeholder={w.asDriver}
          data={named(w.charsets)}
          {...form.getInputProps('charset')}
        />
        <Select
          label={w.decimal}
          clearable
          placeholder={w.asDriver}
          data={named(w.decimals)}
          {...form.getInputProps('decimal')}
        />
        <Select
          label={w.dateOrder}
          clearable
          placeholder={w.asDriver}
          data={named(w.dateOrders)}
          {...form.getInputProps('dateOrder')}
        />
      </Group>
      <SearchSelect
        label={w.clockZone}
        description={w.clockZoneText}
        inputWrapperOrder={below}
        clearable
        placeholder={w.asLaboratory}
        data={timeZones}
        {...form.getInputProps('timeZone')}
      />
      <Group grow align="flex-start">
        <TagsInput
          label={w.sampleIdPrefixes}
          description={w.sampleIdPrefixesText}
          inputWrapperOrder={below}
          acceptValueOnBlur
          {...form.getInputProps('sampleIdPrefixes')}
        />
        <TagsInput
          label={w.controlPrefixes}
          description={w.controlPrefixesText}
          inputWrapperOrder={below}
          acceptValueOnBlur
          {...form.getInputProps('controlPrefixes')}
        />
      </Group>
      {(framing === 'astm' || framing === 'mllp') && (
        <Sending form={form} framing={framing} takesOrders={isGeneric(form.values.driver)} />
      )}
      {framing === 'table' ? <TableMap form={form} /> : <TimeOuts form={form} />}
    </Stack>
  );
}

/** How what goes to the instrument is written. */
function Sending({
  form,
  framing,
  takesOrders,
}: {
  form: DeviceFormType;
  framing: 'astm' | 'mllp';
  /** The driver leaves open in which HL7 message orders go out. */
  takesOrders: boolean;
}) {
  const { devices: w } = words;
  return (
    <Group grow align="flex-start">
      <TextInput
        label={w.sentDelimiters}
        description={w.delimitersText[framing]}
        inputWrapperOrder={below}
        placeholder={framing === 'astm' ? '|\\^&' : '|^~\\&'}
        maxLength={5}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        {...form.getInputProps('delimiters')}
      />
      {framing === 'mllp' && takesOrders && (
        <Select
          label={w.orderMessage}
          description={w.orderMessageText}
          inputWrapperOrder={below}
          clearable
          placeholder={w.asDriver}
          data={named(w.orderMessages)}
          {...form.getInputProps('orderMessage')}
        />
      )}
    </Group>
  );
}

function TimeOuts({ form }: { form: DeviceFormType }) {
  const { devices: w } = words;
  const isTcp = form.values.kind === 'tcpServer' || form.values.kind === 'tcpClient';
  return (
    <Group grow align="flex-start">
      <NumberInput
        label={w.receiveSeconds}
        description={w.receiveSecondsText}
        inputWrapperOrder={below}
        placeholder={w.asDriver}
        min={1}
        max={600}
        {...form.getInputProps('receiveSeconds')}
      />
      <NumberInput
        label={w.replySeconds}
        description={w.replySecondsText}
        inputWrapperOrder={below}
        placeholder={w.asDriver}
        min={1}
        max={600}
        {...form.getInputProps('replySeconds')}
      />
      {isTcp && (
        <NumberInput
          label={w.keepAliveSeconds}
          description={w.keepAliveSecondsText}
          inputWrapperOrder={below}
          placeholder={w.asDriver}
          min={5}
          max={3600}
          {...form.getInputProps('keepAliveSeconds')}
        />
      )}
    </Group>
  );
}

function TableMap({ form }: { form: DeviceFormType }) {
  const { devices: w } = words;
  return (
    <>
      <Group grow align="flex-start">
        <Select label={w.layout} allowDeselect={false} data={named(w.layouts)} {...form.getInputProps('layout')} />
        <Select
          label={w.delimiter}
          clearable
          placeholder={w.foundOut}
          data={named(w.delimiters)}
          {...form.getInputProps('delimiter')}
        />
        <NumberInput label={w.headingRow} required min={1} max={1000} {...form.getInputProps('headingRow')} />
      </Group>
      <Text size="sm" c="dimmed">
        {w.columnsText}
      </Text>
      <SimpleGrid cols={3} spacing="sm" verticalSpacing="xs">
        {tableColumns.map((column) => (
          <TextInput key={column} label={w.columns[column]} {...form.getInputProps(`columns.${column}`)} />
        ))}
      </SimpleGrid>
    </>
  );
}
