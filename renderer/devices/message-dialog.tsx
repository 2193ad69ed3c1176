import { Alert, Button, CopyButton, Group, Stack, Table } from '@mantine/core';
import { IconDeviceFloppy } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { isGeneric } from '../../shared/devices/generic.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import { useFormat, useMay } from '../app/me.tsx';
import { PictureDialog, WithPictures } from '../results/picture-dialog.tsx';
import { PictureStrip } from '../results/sample-pictures.tsx';
import { Facts } from '../ui/facts.tsx';
import { LinkButton } from '../ui/link.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Query } from '../ui/query.tsx';
import { nameControls, RawText } from '../ui/raw-text.tsx';
import { saveFile } from '../ui/save-file.ts';
import { words } from '../words/index.ts';
import { ReplayPreview } from './replay-preview.tsx';

type Opened = Outputs['devices']['message'];

/** What may be read again: the core refuses the others. */
const readable = new Set(['parsed', 'failed', 'incomplete']);

/** A raw message of the journal or the archive, with what came of it. Open while `journalId` is given. */
export function MessageDialog({ journalId, onClose }: { journalId: string | undefined; onClose: () => void }) {
  return (
    <PictureDialog opened={journalId !== undefined} onClose={onClose} title={words.devices.message}>
      {(enlarge, enlarged) => journalId && <Message journalId={journalId} enlarge={enlarge} enlarged={enlarged} />}
    </PictureDialog>
  );
}

interface MessageProps {
  readonly journalId: string;
  readonly enlarge: (index: number | undefined) => void;
  readonly enlarged: number | undefined;
}

function Message({ journalId, enlarge, enlarged }: MessageProps) {
  const trpc = useTRPC();
  const query = useQuery(trpc.devices.message.queryOptions({ journalId }));
  return (
    <WithPictures query={query} enlarge={enlarge} enlarged={enlarged}>
      {(opened) => (
        <>
          <MessageActions opened={opened} />
          <MessageFacts opened={opened} />
          <PictureStrip pictures={opened.pictures} onOpen={enlarge} />
          <RawText text={opened.message.bytes} />
          <MessageResults results={opened.results} />
        </>
      )}
    </WithPictures>
  );
}

function MessageFacts({ opened: { message, archived } }: { opened: Opened }) {
  const format = useFormat();
  const { devices: w } = words;
  const { outcome } = message;
  return (
    <>
      <Facts
        facts={[
          [words.results.device, `${message.deviceName} · ${message.driver}`],
          [message.direction === 'in' ? w.in : w.out, `${format.dateTime(message.at)} · ${message.peer}`],
          [w.outcome, [w.outcomes[outcome.state], archived && words.results.fromArchive].filter(Boolean).join(' · ')],
          [w.notes, outcome.state === 'parsed' && outcome.notes.join('; ')],
          [words.results.tolerated, message.tolerated.join('; ')],
          [
            words.results.digest,
            <span key="digest" className="mono">
              {message.digest.slice(0, 16)}
            </span>,
          ],
        ]}
      />
      {outcome.state === 'failed' && (
        <Alert color="red" p="xs">
          {outcome.reason} ({outcome.place})
        </Alert>
      )}
      {outcome.state === 'incomplete' && (
        <Alert color="yellow" p="xs">
          {outcome.reason}
        </Alert>
      )}
    </>
  );
}

/** Copy, save, and read again: what that changes is shown first. */
function MessageActions({ opened: { message } }: { opened: Opened }) {
  const trpc = useTRPC();
  const may = useMay();
  const { devices: w } = words;
  const [asked, setAsked] = useState(false);
  const journalId = message.id;
  const preview = useQuery(
    trpc.devices.previewMessage.queryOptions({ journalId }, { enabled: asked, staleTime: 0, gcTime: 0 }),
  );
  const replay = useMutation(
    trpc.devices.replay.mutationOptions({
      onSuccess: ({ results }) => {
        setAsked(false);
        notifyDone(w.replayed(results));
      },
    }),
  );
  const mayReplay = message.direction === 'in' && readable.has(message.outcome.state) && may('device.configure');
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <CopyButton value={nameControls(message.bytes)}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" data-autofocus onClick={copy}>
              {copied ? w.copied : w.copy}
            </Button>
          )}
        </CopyButton>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDeviceFloppy size={14} aria-hidden />}
          onClick={() => saveFile(`${message.deviceName} ${message.at.slice(0, 19)}.txt`, fileOf(message.bytes))}
        >
          {w.saveMessage}
        </Button>
        {message.direction === 'in' && isGeneric(message.driver) && may('device.configure') && (
          <LinkButton
            size="xs"
            variant={message.outcome.state === 'failed' ? 'filled' : 'default'}
            to="/analyzers/$deviceId"
            params={{ deviceId: message.deviceId }}
            search={{ tab: 'map', message: journalId }}
          >
            {words.fieldMap.open}
          </LinkButton>
        )}
        {mayReplay && !asked && (
          <Button size="xs" variant="default" onClick={() => setAsked(true)}>
            {w.replayRange}
          </Button>
        )}
      </Group>
      {asked && (
        <Query query={preview}>
          {(found) => (
            <Alert p="xs" color="accent">
              <Stack gap="xs">
                <ReplayPreview preview={found} />
                <Group gap="xs">
                  <Button size="xs" autoFocus loading={replay.isPending} onClick={() => replay.mutate({ journalId })}>
                    {w.replay}
                  </Button>
                  <Button size="xs" variant="default" onClick={() => setAsked(false)}>
                    {w.cancel}
                  </Button>
                </Group>
              </Stack>
            </Alert>
          )}
        </Query>
      )}
    </Stack>
  );
}

/** The bytes as they were received. */
function fileOf(text: string): Blob {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  return new Blob([bytes], { type: 'application/octet-stream' });
}

function MessageResults({ results }: { results: Opened['results'] }) {
  const { devices: w } = words;
  const shown = results.filter(({ kind }) => kind !== 'picture');
  if (shown.length === 0) return null;
  return (
    <Table verticalSpacing={3}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{words.results.sample}</Table.Th>
          <Table.Th>{w.code}</Table.Th>
          <Table.Th>{words.results.original}</Table.Th>
          <Table.Th>{w.parameter}</Table.Th>
          <Table.Th>{w.state}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {shown.map((result) => (
          <Table.Tr key={result.id}>
            <Table.Td className="mono">{result.sampleId}</Table.Td>
            <Table.Td>{result.deviceCode}</Table.Td>
            <Table.Td>
              {result.originalValue} {result.originalUnit}
            </Table.Td>
            <Table.Td>{result.parameterName ?? ''}</Table.Td>
            <Table.Td>
              {result.state === 'held' && result.holdReason
                ? words.results.reasons[result.holdReason]
                : words.results.states[result.state]}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
