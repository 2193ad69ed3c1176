import { Button, Group, Modal, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type Inputs, type Outputs, useTRPC } from '../app/api.ts';
import { showAtFields } from '../app/errors.ts';
import { words } from '../words/index.ts';

type Device = Outputs['devices']['list'][number];
type Kind = Device['connection']['kind'];

interface Values {
  name: string;
  driver: string;
  kind: Kind;
  host: string;
  port: number;
  path: string;
  baudRate: number;
}

/** Adds an analyzer, or changes one. */
export function DeviceForm({
  opened,
  onClose,
  device,
}: {
  opened: boolean;
  onClose: () => void;
  device: Device | undefined;
}) {
  return (
    <Modal opened={opened} onClose={onClose} title={device ? device.name : words.devices.add}>
      <Form onClose={onClose} device={device} />
    </Modal>
  );
}

function Form({ onClose, device }: { onClose: () => void; device: Device | undefined }) {
  const trpc = useTRPC();
  const { devices: w } = words;
  const drivers = useQuery(trpc.devices.drivers.queryOptions());
  const form = useForm<Values>({ initialValues: valuesOf(device) });
  const save = useMutation(
    trpc.devices.save.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: onClose,
      onError: (error) => showAtFields(form, error, (field) => field.replace('connection.', '')),
    }),
  );
  const driver = drivers.data?.find(({ id }) => id === form.values.driver);
  const submit = form.onSubmit((values) => {
    const input: Inputs['devices']['save'] = {
      id: device?.id,
      rev: device?._rev,
      name: values.name,
      driver: values.driver,
      protocol: driver?.protocol.framing ?? 'astm',
      connection: connectionOf(values, driver?.protocol.serial, device?.connection),
      settings: device?.settings ?? {},
      link: device?.link,
      enabled: device?.enabled ?? true,
    };
    save.mutate(input);
  });
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput label={w.name} required data-autofocus {...form.getInputProps('name')} />
        <Select
          label={w.driver}
          required
          searchable
          data={(drivers.data ?? []).map(({ id, name, manufacturer }) => ({
            value: id,
            label: `${manufacturer} ${name}`,
          }))}
          {...form.getInputProps('driver')}
        />
        <Select
          label={w.connection}
          required
          data={offeredKinds(device).map((kind) => ({ value: kind, label: w.kinds[kind] }))}
          {...form.getInputProps('kind')}
        />
        {form.values.kind === 'folder' && (
          <TextInput label={w.folder} required placeholder="/srv/analyzer" {...form.getInputProps('path')} />
        )}
        {form.values.kind === 'serial' && (
          <Group grow>
            <TextInput label={w.path} required placeholder="/dev/ttyUSB0, COM3" {...form.getInputProps('path')} />
            <NumberInput label={w.baudRate} required {...form.getInputProps('baudRate')} />
          </Group>
        )}
        {(form.values.kind === 'tcpServer' || form.values.kind === 'tcpClient') && (
          <Group grow align="flex-start">
            <TextInput label={w.host} required {...form.getInputProps('host')} />
            <NumberInput
              label={w.port}
              required
              min={0}
              max={65535}
              description={form.values.kind === 'tcpServer' ? w.portAuto : undefined}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              {...form.getInputProps('port')}
            />
          </Group>
        )}
        <Button type="submit" loading={save.isPending}>
          {w.save}
        </Button>
      </Stack>
    </form>
  );
}

function valuesOf(device: Device | undefined): Values {
  const connection = device?.connection;
  return {
    name: device?.name ?? '',
    driver: device?.driver ?? '',
    kind: connection?.kind ?? 'tcpServer',
    host: connection && 'host' in connection ? connection.host : '0.0.0.0',
    port: connection && 'port' in connection ? connection.port : 5001,
    path: connection && 'path' in connection ? connection.path : '',
    baudRate: connection?.kind === 'serial' ? connection.settings.baudRate : 9600,
  };
}

type Connection = Inputs['devices']['save']['connection'];
type Line = { dataBits: 5 | 6 | 7 | 8; parity: 'none' | 'even' | 'odd'; stopBits: 1 | 2 };

function connectionOf(
  { kind, host, port, path, baudRate }: Values,
  line: Line | undefined,
  current: Connection | undefined,
): Connection {
  switch (kind) {
    case 'tcpServer':
      return { kind, host, port, allowedPeers: [] };
    case 'tcpClient':
      return { kind, host, port };
    case 'serial': {
      const { dataBits, parity, stopBits } = line ?? { dataBits: 8, parity: 'none', stopBits: 1 };
      return { kind, path, settings: { baudRate, dataBits, parity, stopBits, rtscts: false, xon: false, xoff: false } };
    }
    case 'folder':
      return { kind, path, quietSeconds: 3 };
    case 'shared':
      // Offered only for a device that is one: what tells it apart stays as it is.
      if (current?.kind === 'shared') return current;
      throw new Error('This connection is not set up here');
    default:
      return kind satisfies never;
  }
}

function offeredKinds(device: Device | undefined): Kind[] {
  const own = device?.connection.kind;
  return own === 'shared' ? [own] : ['tcpServer', 'tcpClient', 'serial', 'folder'];
}
