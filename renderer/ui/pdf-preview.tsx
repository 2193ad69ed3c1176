import { Button, Group, Loader, Modal, Text } from '@mantine/core';
import { IconDeviceFloppy, IconPrinter } from '@tabler/icons-react';
import { useEffect, useMemo, useRef } from 'react';
import { words } from '../words/index.ts';
import { Failed } from './failed.tsx';
import styles from './pdf-preview.module.css';
import { blobOf, saveFile } from './save-file.ts';

/** A document as the API makes it. */
export interface PdfFile {
  readonly fileName: string;
  /** Base64. */
  readonly pdf: string;
}

/**
 * Shows a PDF as it will be printed, with Print and Save. Give it the query of the document:
 * `<PdfPreview opened={open} onClose={close} title="Receipt" query={useQuery({ …, enabled: open })} />`.
 */
export function PdfPreview({
  opened,
  onClose,
  title,
  query,
}: {
  opened: boolean;
  onClose: () => void;
  title: string;
  query: { data: PdfFile | undefined; error: unknown; refetch: () => unknown };
}) {
  const frame = useRef<HTMLIFrameElement>(null);
  const { data: file } = query;
  const blob = useMemo(() => (file ? blobOf(file.pdf, 'application/pdf') : undefined), [file]);
  const url = useMemo(() => (blob ? URL.createObjectURL(blob) : undefined), [blob]);
  useEffect(() => () => (url ? URL.revokeObjectURL(url) : undefined), [url]);

  return (
    <Modal opened={opened} onClose={onClose} title={title} size="58rem" padding="sm" classNames={{ body: styles.body }}>
      {file && blob && url ? (
        <>
          <iframe ref={frame} src={`${url}#toolbar=0&navpanes=0`} title={file.fileName} className={styles.frame} />
          <Group gap="xs" justify="space-between" wrap="nowrap">
            <Text size="xs" c="dimmed" className="ellipsis">
              {file.fileName}
            </Text>
            <Group gap="xs" wrap="nowrap">
              <Button
                variant="default"
                leftSection={<IconDeviceFloppy size={16} aria-hidden />}
                onClick={() => saveFile(file.fileName, blob)}
              >
                {words.ui.save}
              </Button>
              <Button
                autoFocus
                leftSection={<IconPrinter size={16} aria-hidden />}
                onClick={() => frame.current?.contentWindow?.print()}
              >
                {words.ui.print}
              </Button>
            </Group>
          </Group>
        </>
      ) : query.error ? (
        <Failed error={query.error} retry={() => void query.refetch()} />
      ) : (
        <div className={styles.waiting}>
          <Loader size="sm" aria-label={words.ui.loading} />
        </div>
      )}
    </Modal>
  );
}
