import { Alert, Button, Group, Modal, NumberInput, PasswordInput, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type Outputs, useTRPC } from '../app/api.ts';
import { showAtFields } from '../app/errors.ts';
import { notifyDone } from '../ui/notify.tsx';
import { Query } from '../ui/query.tsx';
import { words } from '../words/index.ts';

type Security = 'none' | 'starttls' | 'tls';

/** Where mail leaves. The password is kept on this workstation alone. */
export function MailServerForm({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.messages.mailServer.queryOptions(undefined, { enabled: opened }));
  return (
    <Modal opened={opened} onClose={onClose} title={words.messages.mailServer}>
      <Query query={query}>
        {(server) => (
          <Stack gap="md">
            <Form server={server} onClose={onClose} />
            {server && <TestMail />}
          </Stack>
        )}
      </Query>
    </Modal>
  );
}

function Form({ server, onClose }: { server: Outputs['messages']['mailServer']; onClose: () => void }) {
  const trpc = useTRPC();
  const { messages: w } = words;
  const form = useForm({
    initialValues: {
      host: server?.host ?? '',
      port: server?.port ?? 587,
      security: (server?.security ?? 'starttls') as Security,
      username: server?.username ?? '',
      password: '',
      from: server?.from ?? '',
    },
  });
  const save = useMutation(
    trpc.messages.saveMailServer.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: () => {
        notifyDone(w.saved);
        onClose();
      },
      onError: (error) => showAtFields(form, error),
    }),
  );
  const submit = form.onSubmit(({ username, password, ...values }) =>
    save.mutate({ ...values, username: username || undefined, password: password || undefined }),
  );
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Group grow>
          <TextInput label={w.host} required data-autofocus {...form.getInputProps('host')} />
          <NumberInput label={w.port} required {...form.getInputProps('port')} />
        </Group>
        <Select
          label={w.security}
          data={(Object.keys(w.securities) as Security[]).map((value) => ({ value, label: w.securities[value] }))}
          {...form.getInputProps('security')}
        />
        <Group grow align="flex-start">
          <TextInput label={w.username} {...form.getInputProps('username')} />
          <PasswordInput
            label={w.password}
            description={w.passwordKept}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            {...form.getInputProps('password')}
          />
        </Group>
        <TextInput label={w.from} required {...form.getInputProps('from')} />
        <Button type="submit" loading={save.isPending}>
          {w.save}
        </Button>
      </Stack>
    </form>
  );
}

/** One mail through the saved settings: the server's own words when it does not take it. */
function TestMail() {
  const trpc = useTRPC();
  const { messages: w } = words;
  const form = useForm({ initialValues: { to: '' } });
  const test = useMutation(
    trpc.messages.testMail.mutationOptions({
      meta: { showsOwnErrors: true },
      onError: (error) => showAtFields(form, error),
    }),
  );
  return (
    <form onSubmit={form.onSubmit((values) => test.mutate(values))}>
      <Stack gap="xs">
        <Group align="flex-end" gap="xs">
          <TextInput
            flex={1}
            type="email"
            label={w.test}
            description={w.testSaved}
            required
            {...form.getInputProps('to')}
          />
          <Button type="submit" variant="default" loading={test.isPending}>
            {w.testSend}
          </Button>
        </Group>
        {test.data && (
          <Alert color={test.data.delivered ? 'green' : 'red'} p="xs" role="status">
            {test.data.delivered ? w.testSent : test.data.reason}
          </Alert>
        )}
      </Stack>
    </form>
  );
}
