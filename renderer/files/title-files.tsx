import { Autocomplete, Button, Group, Modal, Stack } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { nationalIdRules } from '../../shared/patients/national-id.ts';
import { useMe } from '../app/me.tsx';
import { words } from '../words/index.ts';

/** A file with what it is, in words; without a title its name tells. */
export interface TitledFile {
  readonly file: File;
  readonly title: string | undefined;
}

interface TitleFilesProps {
  readonly list: 'idProofs' | 'attachments';
  readonly files: readonly File[];
  readonly onClose: () => void;
  readonly onAdd: (files: TitledFile[]) => void;
}

/** Asks what each file is before it is sent: `scan0042.jpg` tells nobody. Enter takes the names as they are. */
export function TitleFiles({ list, files, onClose, onAdd }: TitleFilesProps) {
  const { country } = useMe();
  const [titles, setTitles] = useState<readonly string[]>(() => files.map(() => ''));
  const kinds =
    list === 'attachments'
      ? words.files.attachmentKinds
      : nationalIdRules.filter((rule) => rule.country === country || rule.country === '*').map(({ name }) => name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onAdd(files.map((file, index) => ({ file, title: titles[index]?.trim() || undefined })));
  };
  return (
    <Modal opened onClose={onClose} title={words.files.titleFiles(files.length)}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          {files.map((file, index) => (
            <Autocomplete
              // biome-ignore lint/suspicious/noArrayIndexKey: two pasted pictures have the same name
              key={index}
              label={file.name}
              placeholder={words.files.titlePlaceholder}
              data={[...new Set(kinds)]}
              maxLength={100}
              data-autofocus={index === 0 || undefined}
              value={titles[index] ?? ''}
              onChange={(title) => setTitles((before) => before.map((one, at) => (at === index ? title : one)))}
            />
          ))}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {words.ui.cancel}
            </Button>
            <Button type="submit">{words.files.addThese(files.length)}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
