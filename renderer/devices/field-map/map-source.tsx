import '@mantine/dropzone/styles.css';
import { Button, Group, Modal, Select, Stack, Text, Textarea } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Inputs, type Outputs, type RowOf, useTRPC } from '../../app/api.ts';
import type { Format } from '../../app/format.ts';
import { useKeys } from '../../app/keys.tsx';
import { useFormat } from '../../app/me.tsx';
import { base64Of } from '../../files/transfer.ts';
import { KeysHint } from '../../ui/keys-hint.tsx';
import { notifyError } from '../../ui/notify.tsx';
import { words } from '../../words/index.ts';

export type Source = Inputs['devices']['mapView']['source'];
export type Given = Exclude<Source, { kind: 'message' }>;
type Message = RowOf<Outputs['devices']['traffic']>;

const mostShown = 100;
const biggestFile = 2 * 1024 * 1024;

/** The newest messages that an analyzer sent, whatever became of them. */
export function useReceived(deviceId: string): { messages: readonly Message[]; isPending: boolean } {
  const trpc = useTRPC();
  const list = useQuery(trpc.devices.traffic.queryOptions({ deviceId, limit: mostShown }));
  return { messages: (list.data?.rows ?? []).filter(({ direction }) => direction === 'in'), isPending: list.isPending };
}

/** The message a map is made from when nobody chose one: the newest that could not be read, else the newest. */
export function firstChoice(messages: readonly Message[]): Message | undefined {
  return messages.find(({ outcome }) => outcome.state === 'failed') ?? messages[0];
}

interface SourceFieldProps {
  readonly messages: readonly Message[];
  readonly journalId: string | undefined;
  readonly given: Given | undefined;
  readonly onChoose: (journalId: string) => void;
  readonly onGive: () => void;
}

/** Which message the map is made from. */
export function SourceField({ messages, journalId, given, onChoose, onGive }: SourceFieldProps) {
  const format = useFormat();
  const { fieldMap: w } = words;
  // One that an address names may be older than the newest.
  const isListed = journalId === undefined || messages.some(({ id }) => id === journalId);
  const choices = messages.map((message) => ({ value: message.id, label: labelOf(message, format) }));
  return (
    <Group gap="xs" wrap="nowrap">
      <Select
        aria-label={w.message}
        w={430}
        placeholder={given ? (given.kind === 'file' ? given.name : w.pasted) : w.chooseMessage}
        data={isListed || journalId === undefined ? choices : [{ value: journalId, label: w.message }, ...choices]}
        value={given ? null : (journalId ?? null)}
        onChange={(value) => value && onChoose(value)}
      />
      <Button variant="default" onClick={onGive} rightSection={<KeysHint keys="F4" />}>
        {w.pasteOrOpen}
      </Button>
    </Group>
  );
}

function labelOf({ at, outcome, peer, protocol, bytes }: Message, format: Format): string {
  const begin = protocol === 'table' ? peer : bytes.slice(0, 40).replaceAll(/[\x00-\x1f]/g, ' ');
  return `${format.dateTime(at)} · ${words.devices.outcomes[outcome.state]} · ${begin}`;
}

/** Takes a message that was not received here: pasted, dropped, or chosen as a file. */
export function GiveDialog({ opened, onClose, onGive }: { opened: boolean; onClose: () => void; onGive: Give }) {
  return (
    <Modal opened={opened} onClose={onClose} title={words.fieldMap.giveTitle} size="44rem">
      <GiveFields onGive={onGive} inDialog />
    </Modal>
  );
}

type Give = (given: Given) => void;

/** The fields for it, which stand on the screen itself while nothing was received. */
export function GiveFields({ onGive, inDialog = false }: { onGive: Give; inDialog?: boolean }) {
  const { fieldMap: w } = words;
  const [text, setText] = useState('');
  const use = () => onGive({ kind: 'text', text });
  const isEmpty = text.trim() === '';
  useKeys(w.giveTitle, [{ keys: 'mod+Enter', label: w.use, run: use, disabled: isEmpty }], { inDialog });
  const open = async ([file]: File[]) => {
    if (file) onGive({ kind: 'file', name: file.name.slice(0, 200), content: await base64Of(file) });
  };
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {w.giveText}
      </Text>
      <Textarea
        label={w.pasteLabel}
        placeholder={w.pastePlaceholder}
        autosize
        minRows={6}
        maxRows={14}
        data-autofocus
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      <Dropzone
        onDrop={(files) => void open(files)}
        onReject={() => notifyError({ message: w.fileTooBig })}
        maxSize={biggestFile}
        multiple={false}
        p="xs"
      >
        <Group justify="center" gap="xs">
          <IconUpload size={18} stroke={1.5} aria-hidden />
          <Text size="sm">{w.dropText}</Text>
        </Group>
      </Dropzone>
      <Group justify="flex-end">
        <Button disabled={isEmpty} onClick={use} rightSection={<KeysHint keys="mod+Enter" />}>
          {w.use}
        </Button>
      </Group>
    </Stack>
  );
}
