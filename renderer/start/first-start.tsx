import { Alert, Button, Center, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { type Icon, IconBuildingHospital, IconFlask } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useTRPC } from '../app/api.ts';
import { Failed } from '../ui/failed.tsx';
import { words } from '../words/index.ts';
import { SetUpForm } from './set-up-form.tsx';

/** The first start: a demo lab to look around in, or one's own laboratory. */
export function FirstStart() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [ownLab, setOwnLab] = useState(false);
  const demo = useMutation(
    trpc.setup.createDemo.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: () => queryClient.invalidateQueries(),
    }),
  );
  useEffect(() => {
    document.title = words.start.title;
  }, []);

  if (ownLab) return <SetUpForm onBack={() => setOwnLab(false)} />;
  return (
    <Center h="100vh" component="main" p="md">
      <Stack maw={720} gap="lg">
        <Stack gap={4}>
          <Title order={1}>{words.start.title}</Title>
          <Text>{words.start.text}</Text>
        </Stack>
        {demo.error && <Failed error={demo.error} />}
        {demo.data?.created === false && (
          <Alert color="orange" role="alert" title={words.start.noDemo}>
            {words.start.noDemoRemedy}
          </Alert>
        )}
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <Choice icon={IconFlask} title={words.start.demoTitle} text={words.start.demoText}>
            <Button autoFocus loading={demo.isPending} onClick={() => demo.mutate()}>
              {words.start.demoButton}
            </Button>
          </Choice>
          <Choice icon={IconBuildingHospital} title={words.start.ownTitle} text={words.start.ownText}>
            <Button variant="default" disabled={demo.isPending} onClick={() => setOwnLab(true)}>
              {words.start.ownButton}
            </Button>
          </Choice>
        </SimpleGrid>
        <Text size="sm" c="dimmed" role="status" mih="1.4em">
          {demo.isPending ? words.start.demoBusy : ''}
        </Text>
      </Stack>
    </Center>
  );
}

function Choice({
  icon: Picture,
  title,
  text,
  children,
}: {
  icon: Icon;
  title: string;
  text: string;
  children: ReactNode;
}) {
  return (
    <Paper withBorder p="lg" component="section" display="flex" style={{ flexDirection: 'column', gap: '0.625rem' }}>
      <Picture size={28} stroke={1.4} color="var(--tone-info)" aria-hidden />
      <Title order={2}>{title}</Title>
      <Text size="sm" style={{ flex: 1 }}>
        {text}
      </Text>
      {children}
    </Paper>
  );
}
