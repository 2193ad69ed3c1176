import '@mantine/dropzone/styles.css';
import { Button, Group, Modal, Stack, Text, UnstyledButton } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconFileTypePdf, IconPhoto, IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { fileTitle } from '../../shared/files/title.ts';
import type { BlobReference } from '../../shared/patients/schema.ts';
import { useTRPC, useTRPCClient } from '../app/api.ts';
import { describeError } from '../app/errors.ts';
import { useFormat } from '../app/me.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { notifyDone, notifyError } from '../ui/notify.tsx';
import { words } from '../words/index.ts';
import { FilePreview, useBlobUrl, useFileContent } from './file-preview.tsx';
import styles from './files.module.css';
import { type TitledFile, TitleFiles } from './title-files.tsx';
import { FileRefused, sendFile, sendThumbnail } from './transfer.ts';

type List = 'idProofs' | 'attachments';

interface FileListProps {
  readonly patientId: string;
  readonly list: List;
  readonly files: readonly BlobReference[];
  readonly mayChange: boolean;
  /** Files pasted anywhere on the screen go to this list. */
  readonly takesPaste?: boolean;
}

/** The files of a patient in one list: look, add by choosing, dropping or pasting, take away. */
export function FileList({ patientId, list, files, mayChange, takesPaste = false }: FileListProps) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const openPicker = useRef<() => void>(null);
  const [shown, setShown] = useState<BlobReference>();
  const [leaving, setLeaving] = useState<BlobReference>();
  const [progress, setProgress] = useState<string>();
  const [chosen, setChosen] = useState<readonly File[]>([]);
  const save = useMutation(trpc.patients.saveIdProofs.mutationOptions());

  const add = async (titled: readonly TitledFile[]) => {
    setChosen([]);
    for (const { file, title } of titled) {
      try {
        const { sha256 } = await sendFile(client, file, 'keep', (percent) =>
          setProgress(words.files.uploading(file.name, percent)),
        );
        const thumbnail = await sendThumbnail(client, file);
        await save.mutateAsync({ id: patientId, list, add: [{ sha256, name: file.name, title, thumbnail }] });
        notifyDone(words.files.added(file.name));
      } catch (error) {
        const told = error instanceof FileRefused ? { message: error.message } : describeError(error);
        // A refusal of the mutation itself is told by the mutation cache.
        if (!save.isError) notifyError({ ...told, message: `${words.files.notSent(file.name)}. ${told.message}` });
      }
    }
    setProgress(undefined);
  };
  const pasted = useEffectEvent((event: ClipboardEvent) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0) setChosen(files);
  });
  useEffect(() => {
    if (!takesPaste || !mayChange) return;
    const listener = (event: ClipboardEvent) => pasted(event);
    window.addEventListener('paste', listener);
    return () => window.removeEventListener('paste', listener);
  }, [takesPaste, mayChange]);

  const remove = (file: BlobReference) =>
    save.mutate(
      { id: patientId, list, remove: [file.sha256] },
      {
        onSuccess: () => {
          setLeaving(undefined);
          notifyDone(words.files.removed(fileTitle(file)));
        },
      },
    );

  return (
    <Stack gap="xs">
      {files.length > 0 && (
        <div className={styles.cards}>
          {files.map((file) => (
            <FileCard
              key={file.sha256}
              file={file}
              onOpen={() => setShown(file)}
              onRemove={mayChange ? () => setLeaving(file) : undefined}
            />
          ))}
        </div>
      )}
      {!mayChange && files.length === 0 && (
        <Text size="sm" c="dimmed">
          {list === 'idProofs' ? words.files.noIdProofs : words.files.noAttachments}
        </Text>
      )}
      {mayChange && (
        <Dropzone
          openRef={openPicker}
          className={styles.drop}
          onDrop={(files) => setChosen(files)}
          loading={progress !== undefined}
          aria-label={`${words.files.add}: ${words.files[list]}`}
        >
          <Group gap="xs" wrap="nowrap">
            <IconPlus size={16} aria-hidden />
            <Text size="xs" c="dimmed" aria-live="polite">
              {progress ??
                (files.length > 0
                  ? words.files.dropHere
                  : `${list === 'idProofs' ? words.files.noIdProofs : words.files.noAttachments} ${words.files.dropHere}`)}
            </Text>
          </Group>
        </Dropzone>
      )}
      {chosen.length > 0 && (
        <TitleFiles list={list} files={chosen} onClose={() => setChosen([])} onAdd={(titled) => void add(titled)} />
      )}
      <FilePreview file={shown} onClose={() => setShown(undefined)} />
      <Modal opened={leaving !== undefined} onClose={() => setLeaving(undefined)} title={words.files.removeTitle}>
        {leaving && (
          <Stack gap="sm">
            <Text size="sm">{words.files.removeText(fileTitle(leaving))}</Text>
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={() => setLeaving(undefined)}>
                {words.ui.cancel}
              </Button>
              <Button color="red" loading={save.isPending} data-autofocus onClick={() => remove(leaving)}>
                {words.files.removeConfirm}
              </Button>
            </Group>
          </Stack>
        )}
      </Modal>
    </Stack>
  );
}

function FileCard({ file, onOpen, onRemove }: { file: BlobReference; onOpen: () => void; onRemove?: () => void }) {
  const format = useFormat();
  const size = file.size < 1024 * 1024 ? `${Math.ceil(file.size / 1024)} kB` : `${(file.size / 1048576).toFixed(1)} MB`;
  return (
    <div className={styles.card}>
      <UnstyledButton aria-label={words.files.open(fileTitle(file))} onClick={onOpen}>
        <Thumbnail file={file} />
      </UnstyledButton>
      <UnstyledButton onClick={onOpen} tabIndex={-1} miw={0}>
        <Text size="xs" fw={500} className="ellipsis">
          {fileTitle(file)}
        </Text>
        <Text size="xs" c="dimmed" className="ellipsis">
          {words.files.details(size, format.day(file.addedAt.slice(0, 10)), file.addedBy ?? '')}
        </Text>
      </UnstyledButton>
      {onRemove && (
        <IconButton
          label={words.files.remove(fileTitle(file))}
          icon={IconTrash}
          variant="subtle"
          color="gray"
          onClick={onRemove}
        />
      )}
    </div>
  );
}

function Thumbnail({ file }: { file: BlobReference }) {
  const content = useFileContent(file.thumbnail);
  const url = useBlobUrl(content.data?.blob);
  if (url) return <img src={url} alt="" className={styles.thumbnail} />;
  return (
    <span className={styles.thumbnail}>
      {file.mediaType === 'application/pdf' ? (
        <IconFileTypePdf size={24} aria-hidden />
      ) : (
        <IconPhoto size={24} aria-hidden />
      )}
    </span>
  );
}
