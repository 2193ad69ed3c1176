import { Group, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Outputs, useTRPC } from '../app/api.ts';
import { Facts } from '../ui/facts.tsx';
import { Query } from '../ui/query.tsx';
import { RawText } from '../ui/raw-text.tsx';
import { Time } from '../ui/time.tsx';
import { words } from '../words/index.ts';
import { ClockNote, RerunBadge, tellingFlags } from './result-marks.tsx';
import { PictureStrip, PictureView } from './sample-pictures.tsx';

type Traced = Outputs['results']['trace'];

interface TraceDialogProps {
  readonly deviceResultId: string | undefined;
  readonly onClose: () => void;
}

/** From a value back to the raw bytes of the analyzer, with the pictures of its sample. Open while `deviceResultId` is given. */
export function TraceDialog({ deviceResultId, onClose }: TraceDialogProps) {
  const [enlarged, setEnlarged] = useState<number>();
  const close = () => {
    setEnlarged(undefined);
    onClose();
  };
  return (
    <Modal
      opened={deviceResultId !== undefined}
      onClose={close}
      title={words.results.traceTitle}
      size="58rem"
      closeOnEscape={enlarged === undefined}
    >
      {deviceResultId && <Trace deviceResultId={deviceResultId} enlarged={enlarged} onEnlarge={setEnlarged} />}
    </Modal>
  );
}

function Trace({
  deviceResultId,
  enlarged,
  onEnlarge,
}: {
  deviceResultId: string;
  enlarged: number | undefined;
  onEnlarge: (index: number | undefined) => void;
}) {
  const trpc = useTRPC();
  const query = useQuery(trpc.results.trace.queryOptions({ deviceResultId }));
  return (
    <Query query={query}>
      {(traced) =>
        enlarged === undefined ? (
          <Stack gap="sm">
            <TraceFacts traced={traced} />
            <PictureStrip pictures={traced.pictures} onOpen={onEnlarge} />
            <RawText text={traced.text} highlight={traced.highlight} />
          </Stack>
        ) : (
          <PictureView
            images={traced.pictures.images}
            index={enlarged}
            onIndex={onEnlarge}
            onBack={() => onEnlarge(undefined)}
          />
        )
      }
    </Query>
  );
}

function TraceFacts({ traced: { result, message } }: { traced: Traced }) {
  const { results: w } = words;
  const { clockOffMinutes: off } = result;
  return (
    <Facts
      facts={[
        [w.device, `${result.deviceName} · ${message.peer}`],
        [
          w.original,
          <Group key="original" gap="xs">
            {`${result.originalValue} ${result.originalUnit ?? ''}`}
            {result.rerun && <RerunBadge />}
            {result.dilution && <Text size="sm">{w.dilution(result.dilution)}</Text>}
          </Group>,
        ],
        [w.said, [...tellingFlags(result.analyzerFlags), ...result.comments].join(' · ')],
        [w.aboutSample, result.sampleComments?.join(' · ')],
        [
          w.time,
          <Group key="time" gap="xs">
            {result.resultAt?.replace('T', ' ') ?? '—'}
            {off !== undefined && <ClockNote minutes={off} />}
          </Group>,
        ],
        [w.received, <Time key="received" at={message.at} />],
        [
          w.digest,
          <span key="digest" className="mono">
            {message.digest.slice(0, 16)}
            {message.archived ? ` · ${w.fromArchive}` : ''}
          </span>,
        ],
        [w.tolerated, message.tolerated.join('; ')],
      ]}
    />
  );
}
