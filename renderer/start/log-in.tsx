import {
  Alert,
  Button,
  Center,
  Group,
  Modal,
  Paper,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
  UnstyledButton,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconLock } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type Outputs, useTRPC } from '../app/api.ts';
import { describeError } from '../app/errors.ts';
import { useLogOut, useReconnecting, useSessionStore } from '../app/session.tsx';
import { words } from '../words/index.ts';

const lastUserKey = 'aliquot.lastUser';

/** The demo lab's accounts and their password, as its data has them. */
const demoAccounts = ['admin', 'reception', 'technician', 'pathologist'];
const demoPassword = 'aliquot-demo';

/** The log-in screen. */
export function LogIn({ status }: { status: Outputs['system']['status'] }) {
  const reconnecting = useReconnecting();
  useEffect(() => {
    document.title = `${words.session.title} · ${words.app.name}`;
  }, []);
  return (
    <Center h="100vh" component="main" p="md">
      <Stack w={320} gap="md">
        <Stack gap={2} align="center">
          <Title order={1}>{status.labName ?? words.app.name}</Title>
          <Text size="sm" c="dimmed" ta="center">
            {[status.stationName, status.demo ? words.session.demo : undefined].filter(Boolean).join(' · ')}
          </Text>
        </Stack>
        <Paper withBorder p="lg">
          <LogInForm username={localStorage.getItem(lastUserKey) ?? ''} demo={status.demo} />
        </Paper>
        <Text size="xs" c="dimmed" ta="center" role="status">
          {reconnecting ? words.app.reconnecting : `${words.app.name} ${status.version}`}
        </Text>
      </Stack>
    </Center>
  );
}

/** The log-in over the screen, when the session ended in the middle of work; what stands behind it stays as it is. */
export function LogInAgain({ name }: { name: string }) {
  const logOut = useLogOut();
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      title={words.session.expired}
      size="22rem"
      closeOnEscape={false}
    >
      <Stack gap="sm">
        <Text size="sm">{words.session.expiredText}</Text>
        <LogInForm username={localStorage.getItem(lastUserKey) ?? ''} />
        <UnstyledButton fz="xs" td="underline" onClick={logOut}>
          {words.session.otherUser(name)}
        </UnstyledButton>
      </Stack>
    </Modal>
  );
}

function LogInForm({ username, demo = false }: { username: string; demo?: boolean }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const session = useSessionStore();
  const form = useForm({ mode: 'uncontrolled', initialValues: { username, password: '' } });
  const logIn = useMutation(
    trpc.auth.login.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: ({ token }, { username: name }) => {
        localStorage.setItem(lastUserKey, name.trim());
        session.loggedIn(token);
        void queryClient.invalidateQueries();
      },
      onError: () => {
        form.setFieldValue('password', '');
        form.getInputNode('password')?.focus();
      },
    }),
  );
  const problem = logIn.error && describeError(logIn.error);
  return (
    <form onSubmit={form.onSubmit((values) => logIn.mutate(values))}>
      <Stack gap="sm">
        {problem && (
          <Alert role="alert" color="orange" p="xs" icon={<IconLock size={16} aria-hidden />} title={problem.message}>
            {problem.remedy}
          </Alert>
        )}
        <TextInput
          label={words.session.username}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus={username === ''}
          data-autofocus={username === '' || undefined}
          key={form.key('username')}
          {...form.getInputProps('username')}
        />
        <PasswordInput
          label={words.session.password}
          autoComplete="current-password"
          autoFocus={username !== ''}
          data-autofocus={username !== '' || undefined}
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={logIn.isPending} fullWidth>
            {words.session.logIn}
          </Button>
        </Group>
        {demo && <DemoAccounts onPick={(account) => logIn.mutate({ username: account, password: demoPassword })} />}
      </Stack>
    </form>
  );
}

function DemoAccounts({ onPick }: { onPick: (account: string) => void }) {
  return (
    <Stack gap={4}>
      <Text size="xs" c="dimmed">
        {words.session.demoAccounts}
      </Text>
      <Group gap={4}>
        {demoAccounts.map((account) => (
          <Button key={account} variant="default" size="compact-xs" onClick={() => onPick(account)}>
            {account}
          </Button>
        ))}
      </Group>
    </Stack>
  );
}
