import { Modal, Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ComponentProps, type ReactNode, useState } from 'react';
import { Query } from '../ui/query.tsx';
import { type PictureStrip, PictureView } from './sample-pictures.tsx';

type Pictures = ComponentProps<typeof PictureStrip>['pictures'];

interface PictureDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What it shows; given how a picture is enlarged. Drawn while the dialog is open. */
  readonly children: (enlarge: (index: number | undefined) => void, enlarged: number | undefined) => ReactNode;
}

/** A dialog about a sample's results in which a picture takes the place of everything else while it is enlarged. */
export function PictureDialog({ opened, onClose, title, children }: PictureDialogProps) {
  const [enlarged, setEnlarged] = useState<number>();
  const close = () => {
    setEnlarged(undefined);
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title={title} size="58rem" closeOnEscape={enlarged === undefined}>
      {opened && children(setEnlarged, enlarged)}
    </Modal>
  );
}

interface WithPicturesProps<Data extends { readonly pictures: Pictures }> {
  readonly query: UseQueryResult<Data, unknown>;
  readonly enlarge: (index: number | undefined) => void;
  readonly enlarged: number | undefined;
  readonly children: (data: Data) => ReactNode;
}

/** What a query answers, or one of its pictures. */
export function WithPictures<Data extends { readonly pictures: Pictures }>(props: WithPicturesProps<Data>) {
  const { query, enlarge, enlarged, children } = props;
  return (
    <Query query={query}>
      {(data) =>
        enlarged === undefined ? (
          <Stack gap="sm">{children(data)}</Stack>
        ) : (
          <PictureView
            images={data.pictures.images}
            index={enlarged}
            onIndex={enlarge}
            onBack={() => enlarge(undefined)}
          />
        )
      }
    </Query>
  );
}
