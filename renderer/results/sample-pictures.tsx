import { Button, Group, Loader, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconArrowLeft, IconChevronLeft, IconChevronRight, IconDeviceFloppy } from '@tabler/icons-react';
import { type KeyboardEvent, useMemo, useRef } from 'react';
import { describeError } from '../app/errors.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat } from '../app/me.tsx';
import { useBlobUrl } from '../files/file-preview.tsx';
import { BarChart } from '../ui/bar-chart.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { CloudPicture, CurvePicture } from '../ui/plot-pictures.tsx';
import { saveFile } from '../ui/save-file.ts';
import { Time } from '../ui/time.tsx';
import { words } from '../words/index.ts';
import { type Picture, type PictureContent, type SamplePictures, usePicture } from './picture-content.ts';
import styles from './sample-pictures.module.css';

const thumbnail = { width: 104, height: 72 };

/** Scattergrams and histograms of a sample, small; a click or Enter opens one, the arrows go through them. */
export function PictureStrip({
  pictures: { images, left },
  onOpen,
}: {
  pictures: SamplePictures;
  onOpen: (index: number) => void;
}) {
  const { results: w } = words;
  const strip = useRef<HTMLDivElement>(null);
  if (images.length === 0 && left.length === 0) return null;
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const buttons = [...(strip.current?.querySelectorAll('button') ?? [])];
    const at = buttons.findIndex((button) => button.contains(document.activeElement));
    buttons[(at + step + buttons.length) % buttons.length]?.focus();
    event.preventDefault();
  };
  return (
    <Stack gap={4}>
      {images.length > 0 && (
        <Group ref={strip} gap="xs" role="group" aria-label={w.pictures} onKeyDown={move}>
          {images.map((picture, index) => (
            <UnstyledButton
              key={picture.sha256}
              className={styles.thumbnail}
              aria-label={w.openPicture(picture.name)}
              title={picture.name}
              onClick={() => onOpen(index)}
            >
              <span className={styles.small}>
                <Thumbnail picture={picture} />
              </span>
              <span className={styles.name}>{picture.name}</span>
            </UnstyledButton>
          ))}
        </Group>
      )}
      {left.map(({ name, trouble, path }) => (
        <Text key={`${name} ${path ?? ''}`} size="xs" c="dimmed">
          {name}: {path ? `${w.picturesLeft[trouble]} (${path})` : w.picturesLeft[trouble]}
        </Text>
      ))}
    </Stack>
  );
}

function Thumbnail({ picture }: { picture: Picture }) {
  const { data, error } = usePicture(picture);
  const url = useBlobUrl(data?.kind === 'image' ? data.file : undefined);
  if (error) return <Text size="xs">{words.results.noPicture}</Text>;
  if (!data) return <Loader size="xs" aria-label={words.ui.loading} />;
  switch (data.kind) {
    case 'image':
      return <img src={url} alt="" className={styles.image} />;
    case 'curve':
      return <CurvePicture values={data.y} {...thumbnail} />;
    case 'cloud':
      return <CloudPicture {...data} side={thumbnail.height} />;
    case 'trouble':
      return <Text size="xs">{words.results.noPicture}</Text>;
    default:
      return data satisfies never;
  }
}

/** One picture, large, in place of the trace; the arrows go to the next, Escape back. */
export function PictureView({
  images,
  index,
  onIndex,
  onBack,
}: {
  images: readonly Picture[];
  index: number;
  onIndex: (index: number) => void;
  onBack: () => void;
}) {
  const { results: w } = words;
  const picture = images[index];
  const { data, error } = usePicture(picture ?? images[0] ?? missing);
  const go = (step: number) => onIndex((index + step + images.length) % images.length);
  useKeys(
    w.pictures,
    [
      { keys: 'ArrowRight', label: w.nextPicture, run: () => go(1) },
      { keys: 'ArrowLeft', label: w.previousPicture, run: () => go(-1) },
      { keys: 'Escape', label: words.ui.back, run: onBack },
    ],
    { inDialog: true },
  );
  if (!picture) return null;
  return (
    <Stack gap="xs">
      <Group justify="space-between" wrap="nowrap" className={styles.bar}>
        <Button
          variant="subtle"
          data-autofocus
          autoFocus
          leftSection={<IconArrowLeft size={16} aria-hidden />}
          rightSection={<KeysHint keys="Escape" />}
          onClick={onBack}
        >
          {words.ui.back}
        </Button>
        <Group gap={4} wrap="nowrap">
          <IconButton label={w.previousPicture} icon={IconChevronLeft} onClick={() => go(-1)} />
          <Text size="sm" c="dimmed" aria-hidden>
            {w.pictureOf(index + 1, images.length)}
          </Text>
          <IconButton label={w.nextPicture} icon={IconChevronRight} onClick={() => go(1)} />
        </Group>
        <Button
          variant="default"
          disabled={!data}
          leftSection={<IconDeviceFloppy size={16} aria-hidden />}
          onClick={() => data && saveFile(fileName(picture), data.file)}
        >
          {words.files.download}
        </Button>
      </Group>
      <figure className={styles.figure} aria-live="polite">
        <figcaption>
          <Text fw={600}>{picture.name}</Text>
          <Text size="xs" c="dimmed">
            {w.received} <Time at={picture.receivedAt} />
          </Text>
        </figcaption>
        <div className={styles.large}>
          {error ? (
            <Text c="dimmed">{describeError(error).message}</Text>
          ) : data ? (
            <Large content={data} name={picture.name} />
          ) : (
            <Loader size="sm" aria-label={words.ui.loading} />
          )}
        </div>
      </figure>
    </Stack>
  );
}

const missing: Picture = { name: '', mediaType: '', sha256: '', size: 0, deviceResultId: '', receivedAt: '' };

function Large({ content, name }: { content: PictureContent; name: string }) {
  const { results: w } = words;
  const url = useBlobUrl(content.kind === 'image' ? content.file : undefined);
  switch (content.kind) {
    case 'image':
      return <img src={url} alt={name} className={styles.image} />;
    case 'curve':
      return <Histogram curve={content} name={name} />;
    case 'cloud':
      return (
        <div role="img" aria-label={w.pointsOf(name, content.x.length)}>
          <CloudPicture {...content} side={400} />
        </div>
      );
    case 'trouble':
      return <Text c="dimmed">{w.pictureTroubles[content.trouble]}</Text>;
    default:
      return content satisfies never;
  }
}

function Histogram({ curve, name }: { curve: Extract<PictureContent, { kind: 'curve' }>; name: string }) {
  const format = useFormat();
  const { results: w } = words;
  const labels = useMemo(() => curve.x.map((value) => format.number(Math.round(value * 10) / 10)), [curve.x, format]);
  const peak = curve.y.indexOf(Math.max(...curve.y));
  const marks = curve.marks.map((mark) => format.number(mark)).join(' · ');
  return (
    <div role="img" aria-label={w.histogramOf(name, curve.y.length, labels[peak] ?? '')} className={styles.chart}>
      <BarChart labels={labels} values={curve.y} format={format.number} height={340} />
      <Text size="xs" c="dimmed">
        {[w.channels(curve.y.length), w.peakAt(labels[peak] ?? ''), marks && w.limits(marks)]
          .filter(Boolean)
          .join(' · ')}
      </Text>
    </div>
  );
}

function fileName({ name, mediaType }: Picture): string {
  const kind = /^image\/(\w+)$/.exec(mediaType)?.[1] ?? 'bin';
  return `${name.replaceAll(/[^\w .-]+/g, '_')}.${kind}`;
}
