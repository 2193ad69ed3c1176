import '@mantine/dropzone/styles.css';
import { Group, Paper, Stack, Table, Text } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconTableImport, IconUpload } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { ImportState } from '../../shared/patients/import.ts';
import { useTRPC, useTRPCClient } from '../app/api.ts';
import { reportUnexpected } from '../app/errors.ts';
import { FileRefused, sendFile } from '../files/transfer.ts';
import { LinkButton, LinkText } from '../ui/link.tsx';
import { notifyError } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Query } from '../ui/query.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import type { Tone } from '../ui/status-dot.tsx';
import { Time } from '../ui/time.tsx';
import { words } from '../words/index.ts';
import { ImportDetails } from './import-details.tsx';

const route = getRouteApi('/patients/import');

const tones: Record<ImportState, Tone> = {
  reading: 'busy',
  read: 'off',
  checking: 'busy',
  checked: 'off',
  running: 'busy',
  stopped: 'warn',
  done: 'ok',
  failed: 'error',
};

/** Imports patients from a file: send, say what the columns hold, look at every error, import. */
export function ImportScreen() {
  const { id } = route.useSearch();
  return (
    <Page
      title={words.patientImport.title}
      body="scroll"
      actions={
        <>
          {id && (
            <LinkButton variant="default" to="/patients/import" search={{}}>
              {words.patientImport.newFile}
            </LinkButton>
          )}
          <LinkButton variant="default" to="/patients">
            {words.patients.title}
          </LinkButton>
        </>
      }
    >
      {id ? <ImportDetails key={id} id={id} /> : <Choose />}
    </Page>
  );
}

function Choose() {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const navigateHere = route.useNavigate();
  const [percent, setPercent] = useState<number>();
  const earlier = useQuery(trpc.patientImport.all.queryOptions(undefined, { staleTime: 0 }));
  const open = useMutation(trpc.patientImport.open.mutationOptions());
  const send = async ([file]: File[]) => {
    if (!file) return;
    setPercent(0);
    try {
      const { uploadId } = await sendFile(client, file, 'import', setPercent);
      const { id } = await open.mutateAsync({ uploadId });
      void navigateHere({ search: { id } });
    } catch (error) {
      if (error instanceof FileRefused) notifyError({ message: error.message });
      else if (!open.isError) reportUnexpected(error);
    } finally {
      setPercent(undefined);
    }
  };
  return (
    <Stack gap="sm">
      <Paper withBorder p="sm">
        <Dropzone multiple={false} loading={percent !== undefined} onDrop={(files) => void send(files)}>
          <Stack align="center" gap={4} p="lg">
            <IconUpload size={28} stroke={1.4} aria-hidden />
            <Text fw={500}>
              {percent === undefined ? words.patientImport.choose : words.patientImport.sending(percent)}
            </Text>
            <Text size="sm" c="dimmed">
              {words.patientImport.chooseHint}
            </Text>
          </Stack>
        </Dropzone>
      </Paper>
      <Panel title={words.patientImport.earlier} flush>
        <Query query={earlier}>
          {(imports) =>
            imports.length === 0 ? (
              <Group p="md" gap="sm">
                <IconTableImport size={22} stroke={1.4} aria-hidden />
                <Text size="sm" c="dimmed">
                  {words.patientImport.emptyTitle}. {words.patientImport.emptyText}
                </Text>
              </Group>
            ) : (
              <Table highlightOnHover>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{words.patientImport.file}</Table.Th>
                    <Table.Th>{words.patientImport.when}</Table.Th>
                    <Table.Th>{words.patientImport.who}</Table.Th>
                    <Table.Th>{words.patientImport.state}</Table.Th>
                    <Table.Th />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {imports.map(({ id, fileName, createdAt, createdBy, state, rows, imported }) => (
                    <Table.Tr key={id}>
                      <Table.Td>
                        <LinkText to="/patients/import" search={{ id }}>
                          {fileName}
                        </LinkText>
                      </Table.Td>
                      <Table.Td>
                        <Time at={createdAt} />
                      </Table.Td>
                      <Table.Td>{createdBy}</Table.Td>
                      <Table.Td>
                        <StateBadge tone={tones[state]}>{words.patientImport.states[state]}</StateBadge>
                      </Table.Td>
                      <Table.Td ta="end">
                        {words.patientImport.rows(rows)}, {words.patientImport.imported(imported)}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            )
          }
        </Query>
      </Panel>
    </Stack>
  );
}
