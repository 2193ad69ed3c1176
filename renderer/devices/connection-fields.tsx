import { Autocomplete, Checkbox, Group, NumberInput, Select, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { serialSettingsSchema } from '../../shared/setup/serial.ts';
import { useTRPC } from '../app/api.ts';
import { words } from '../words/index.ts';
import type { Device, DeviceValues, DriverInfo, Kind } from './device-values.ts';

export type DeviceFormType = UseFormReturnType<DeviceValues>;

const below = ['label', 'input', 'description', 'error'] as ('label' | 'input' | 'description' | 'error')[];
const baudRates = ['300', '1200', '2400', '4800', '9600', '19200', '38400', '57600', '115200'];

/** How the analyzer is cabled: network, serial port, folder, or behind another one. */
export function ConnectionFields({
  form,
  driver,
  others,
}: {
  form: DeviceFormType;
  driver: DriverInfo | undefined;
  /** Other analyzers of this PC, whose line may be shared. */
  others: readonly Device[];
}) {
  const { devices: w } = words;
  const { kind } = form.values;
  const kinds: Kind[] =
    driver?.protocol.framing === 'table' ? ['folder'] : ['tcpServer', 'tcpClient', 'serial', 'shared'];
  return (
    <Stack gap="sm">
      <Select
        label={w.connection}
        required
        allowDeselect={false}
        data={kinds.map((one) => ({ value: one, label: w.kinds[one] }))}
        {...form.getInputProps('kind')}
      />
      {kind === 'tcpServer' && <Listen form={form} />}
      {kind === 'tcpClient' && (
        <Group grow align="flex-start">
          <TextInput label={w.host} required placeholder="192.168.5.20" {...form.getInputProps('host')} />
          <NumberInput label={w.port} required min={1} max={65535} {...form.getInputProps('port')} />
        </Group>
      )}
      {kind === 'serial' && <Serial form={form} />}
      {kind === 'folder' && (
        <Group grow align="flex-start">
          <TextInput label={w.folder} required placeholder="/srv/analyzer" {...form.getInputProps('path')} />
          <NumberInput
            label={w.quietSeconds}
            required
            min={1}
            max={600}
            description={w.quietSecondsText}
            inputWrapperOrder={below}
            {...form.getInputProps('quietSeconds')}
          />
        </Group>
      )}
      {kind === 'shared' && <Shared form={form} others={others} />}
    </Stack>
  );
}

function Listen({ form }: { form: DeviceFormType }) {
  const { devices: w } = words;
  return (
    <>
      <Group grow align="flex-start">
        <TextInput
          label={w.host}
          required
          description={w.hostText}
          inputWrapperOrder={below}
          {...form.getInputProps('host')}
        />
        <NumberInput
          label={w.port}
          required
          min={0}
          max={65535}
          description={w.portAuto}
          inputWrapperOrder={below}
          {...form.getInputProps('port')}
        />
      </Group>
      <TagsInput
        label={w.allowedPeers}
        description={w.allowedPeersText}
        inputWrapperOrder={below}
        placeholder="192.168.5.20, 192.168.5.0/24"
        acceptValueOnBlur
        {...form.getInputProps('allowedPeers')}
      />
    </>
  );
}

function Serial({ form }: { form: DeviceFormType }) {
  const trpc = useTRPC();
  const { devices: w } = words;
  const ports = useQuery(trpc.devices.serialPorts.queryOptions(undefined, { refetchInterval: 3000 }));
  const found = ports.data ?? [];
  const { dataBits, parity, stopBits } = serialSettingsSchema.shape;
  const numbers = (union: { options: readonly { value: number }[] }) => union.options.map(({ value }) => String(value));
  const choose = (path: string) => {
    form.setFieldValue('path', path);
    // The adapter is found again by its number when it comes back under another name.
    form.setFieldValue('serialNumber', found.find((port) => port.path === path)?.serialNumber ?? '');
  };
  return (
    <>
      <Autocomplete
        label={w.path}
        required
        placeholder="/dev/ttyUSB0, COM3"
        data={found.map(({ path }) => path)}
        renderOption={({ option }) => (
          <Text size="sm">
            {option.value}{' '}
            <Text span c="dimmed" size="sm">
              {found.find(({ path }) => path === option.value)?.manufacturer}
            </Text>
          </Text>
        )}
        description={found.length === 0 ? w.noPorts : w.portsFound(found.length)}
        inputWrapperOrder={below}
        {...form.getInputProps('path')}
        onChange={choose}
      />
      <Group grow align="flex-start">
        <Select label={w.baudRate} allowDeselect={false} data={baudRates} {...form.getInputProps('baudRate')} />
        <Select label={w.dataBits} allowDeselect={false} data={numbers(dataBits)} {...form.getInputProps('dataBits')} />
        <Select
          label={w.parity}
          allowDeselect={false}
          data={parity.options.map((value) => ({ value, label: w.parities[value] }))}
          {...form.getInputProps('parity')}
        />
        <Select label={w.stopBits} allowDeselect={false} data={numbers(stopBits)} {...form.getInputProps('stopBits')} />
      </Group>
      <Group gap="lg">
        <Checkbox label="RTS/CTS" {...form.getInputProps('rtscts', { type: 'checkbox' })} />
        <Checkbox label="XON" {...form.getInputProps('xon', { type: 'checkbox' })} />
        <Checkbox label="XOFF" {...form.getInputProps('xoff', { type: 'checkbox' })} />
      </Group>
    </>
  );
}

function Shared({ form, others }: { form: DeviceFormType; others: readonly Device[] }) {
  const { devices: w } = words;
  const owners = others.filter(({ connection }) => connection.kind !== 'shared' && connection.kind !== 'folder');
  return (
    <>
      <Select
        label={w.withDevice}
        required
        data={owners.map(({ id, name }) => ({ value: id, label: name }))}
        {...form.getInputProps('withDeviceId')}
      />
      <Text size="sm" c="dimmed">
        {w.sharedText}
      </Text>
      <Group grow align="flex-start">
        <TextInput label={w.peer} placeholder="192.168.5.21" {...form.getInputProps('peer')} />
        <TextInput
          label={w.sender}
          description={w.senderText}
          inputWrapperOrder={below}
          {...form.getInputProps('sender')}
        />
      </Group>
    </>
  );
}
