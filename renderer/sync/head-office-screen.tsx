import { Alert, Button, Checkbox, Group, PasswordInput, Stack, Switch, Table, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Outputs, useTRPC } from '../app/api.ts';
import { describeError, sentence, showAtFields } from '../app/errors.ts';
import { useMay } from '../app/me.tsx';
import { Facts } from '../ui/facts.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Query } from '../ui/query.tsx';
import { Ago } from '../ui/time.tsx';
import { words } from '../words/index.ts';

type Status = Outputs['sync']['status'];

/** Replication with head office: how it stands, where it goes, what is wrong and what to do. */
export function HeadOfficeScreen() {
  const trpc = useTRPC();
  const query = useQuery(trpc.sync.status.queryOptions(undefined, { refetchInterval: 1500 }));
  return <Query query={query}>{(status) => <HeadOffice status={status} />}</Query>;
}

function HeadOffice({ status }: { status: Status }) {
  const trpc = useTRPC();
  const may = useMay();
  const { office: w } = words;
  const now = useMutation(trpc.sync.now.mutationOptions());
  return (
    <Page
      title={w.title}
      body="scroll"
      actions={
        <Button variant="default" disabled={!status.enabled} loading={now.isPending} onClick={() => now.mutate()}>
          {w.now}
        </Button>
      }
    >
      {status.message && (
        <Alert color={status.state === 'offline' ? 'yellow' : 'red'} p="xs" role="status">
          {sentence({ message: status.message, remedy: status.remedy })}
        </Alert>
      )}
      {status.rejected > 0 && (
        <Alert color="yellow" p="xs">
          {w.rejected(status.rejected)}
        </Alert>
      )}
      <Group align="stretch" grow>
        <Panel title={w.state}>
          <Facts
            facts={[
              [w.state, words.status.headOfficeStates[status.state]],
              [w.last, status.lastSyncAt ? <Ago key="last" at={status.lastSyncAt} /> : w.never],
              [w.waiting, String(status.waiting)],
            ]}
          />
          <DemoLine />
        </Panel>
        {may('sync.configure') && (
          <Panel title={w.settings}>
            <Settings status={status} />
          </Panel>
        )}
      </Group>
      <Panel title={w.byCollection} flush>
        <Table verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{w.collection}</Table.Th>
              <Table.Th>{w.state}</Table.Th>
              <Table.Th ta="end">{w.waiting}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {status.collections.map(({ name: collection, state, waiting, message }) => (
              <Table.Tr key={collection}>
                <Table.Td>{w.collections[collection]}</Table.Td>
                <Table.Td>{message ?? words.status.headOfficeStates[state]}</Table.Td>
                <Table.Td ta="end">{waiting}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Panel>
    </Page>
  );
}

/** In the demo lab: the switch that cuts the line to head office. */
function DemoLine() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const demo = useQuery(trpc.demo.state.queryOptions(undefined, { refetchInterval: 2000 }));
  const set = useMutation(
    trpc.demo.setLine.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.demo.state.queryKey() }),
    }),
  );
  if (!demo.data) return null;
  if (demo.data.lineUp === undefined) {
    return (
      <Text size="xs" c="dimmed" mt="md" role="status">
        {demo.data.headOfficeFails ? words.office.lineFails : words.office.lineStarting}
      </Text>
    );
  }
  return (
    <Stack gap={4} mt="md">
      <Switch
        label={words.office.lineUp}
        checked={demo.data.lineUp}
        disabled={set.isPending}
        onChange={(event) => set.mutate({ up: event.currentTarget.checked })}
      />
      <Text size="xs" c="dimmed">
        {words.office.lineText}
      </Text>
    </Stack>
  );
}

function Settings({ status }: { status: Status }) {
  const trpc = useTRPC();
  const { office: w } = words;
  const form = useForm({
    initialValues: { url: status.url ?? '', username: status.username ?? '', password: '', enabled: status.enabled },
  });
  const save = useMutation(
    trpc.sync.configure.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: () => notifyDone(w.saved),
      onError: (error) => showAtFields(form, error),
    }),
  );
  const failure = save.error ? describeError(save.error) : undefined;
  return (
    <form
      onSubmit={form.onSubmit(({ username, password, ...values }) =>
        save.mutate({ ...values, username: username || undefined, password: password || undefined }),
      )}
    >
      <Stack gap="sm">
        <TextInput label={w.url} required placeholder="https://office.example:5984" {...form.getInputProps('url')} />
        <Group grow align="flex-start">
          <TextInput label={w.username} {...form.getInputProps('username')} />
          <PasswordInput
            label={w.password}
            description={status.hasPassword ? w.passwordKept : undefined}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            {...form.getInputProps('password')}
          />
        </Group>
        <Checkbox label={w.enabled} {...form.getInputProps('enabled', { type: 'checkbox' })} />
        {failure && (
          <Alert color="red" p="xs" role="alert">
            {sentence(failure)}
          </Alert>
        )}
        <Button type="submit" loading={save.isPending}>
          {w.save}
        </Button>
      </Stack>
    </form>
  );
}
