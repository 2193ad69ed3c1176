import { Button, Group, Loader, Modal, Text } from '@mantine/core';
import { IconDeviceFloppy } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { fileTitle } from '../../shared/files/title.ts';
import type { BlobReference } from '../../shared/patients/schema.ts';
import { useTRPCClient } from '../app/api.ts';
import { Failed } from '../ui/failed.tsx';
import { PdfPreview } from '../ui/pdf-preview.tsx';
import { saveFile } from '../ui/save-file.ts';
import { words } from '../words/index.ts';
import styles from './files.module.css';
import { base64Of, fetchFile } from './transfer.ts';

/** The content of a kept file, fetched once. */
export function useFileContent(sha256: string | undefined) {
  const client = useTRPCClient();
  return useQuery({
    queryKey: ['file', sha256],
    enabled: sha256 !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const blob = await fetchFile(client, sha256 ?? '');
      return { blob, pdf: blob.type === 'application/pdf' ? await base64Of(blob) : undefined };
    },
  });
}

/** The address of a blob in this page, given back when it is not shown any more. */
export function useBlobUrl(blob: Blob | undefined): string | undefined {
  const url = useMemo(() => (blob ? URL.createObjectURL(blob) : undefined), [blob]);
  useEffect(() => () => (url ? URL.revokeObjectURL(url) : undefined), [url]);
  return url;
}

/** Shows a file as it is, with a way to save a copy. */
export function FilePreview({ file, onClose }: { file: BlobReference | undefined; onClose: () => void }) {
  const content = useFileContent(file?.sha256);
  const isPdf = file?.mediaType === 'application/pdf';
  const url = useBlobUrl(isPdf ? undefined : content.data?.blob);
  if (!file) return null;
  const { data, error, refetch } = content;
  if (isPdf) {
    const pdf = data?.pdf === undefined ? undefined : { fileName: file.name, pdf: data.pdf };
    return <PdfPreview opened onClose={onClose} title={fileTitle(file)} query={{ data: pdf, error, refetch }} />;
  }
  return (
    <Modal opened onClose={onClose} title={fileTitle(file)} size="58rem" padding="sm">
      {data && url ? (
        <>
          <img src={url} alt={fileTitle(file)} className={styles.picture} />
          <Group justify="space-between" mt="xs" wrap="nowrap">
            <Text size="xs" c="dimmed" className="ellipsis">
              {file.name}
            </Text>
            <Button
              variant="default"
              autoFocus
              leftSection={<IconDeviceFloppy size={16} aria-hidden />}
              onClick={() => saveFile(file.name, data.blob)}
            >
              {words.files.download}
            </Button>
          </Group>
        </>
      ) : error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : (
        <Loader size="sm" aria-label={words.ui.loading} />
      )}
    </Modal>
  );
}
