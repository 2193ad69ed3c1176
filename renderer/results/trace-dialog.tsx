import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Outputs, useTRPC } from '../app/api.ts';
import { Facts } from '../ui/facts.tsx';
import { RawText } from '../ui/raw-text.tsx';
import { Time } from '../ui/time.tsx';
import { words } from '../words/index.ts';
import { PictureDialog, WithPictures } from './picture-dialog.tsx';
import { ClockNote, RerunBadge, tellingFlags } from './result-marks.tsx';
import { PictureStrip } from './sample-pictures.tsx';

type Traced = Outputs['results']['trace'];

interface TraceDialogProps {
  readonly deviceResultId: string | undefined;
  readonly onClose: () => void;
}

/** From a value back to the raw bytes of the analyzer, with the pictures of its sample. Open while `deviceResultId` is given. */
export function TraceDialog({ deviceResultId, onClose }: TraceDialogProps) {
  return (
    <PictureDialog opened={deviceResultId !== undefined} onClose={onClose} title={words.results.traceTitle}>
      {(enlarge, enlarged) =>
        deviceResultId && <Trace deviceResultId={deviceResultId} enlarge={enlarge} enlarged={enlarged} />
      }
    </PictureDialog>
  );
}

interface TraceProps {
  readonly deviceResultId: string;
  readonly enlarge: (index: number | undefined) => void;
  readonly enlarged: number | undefined;
}

function Trace({ deviceResultId, enlarge, enlarged }: TraceProps) {
  const trpc = useTRPC();
  const query = useQuery(trpc.results.trace.queryOptions({ deviceResultId }));
  return (
    <WithPictures query={query} enlarge={enlarge} enlarged={enlarged}>
      {(traced) => (
        <>
          <TraceFacts traced={traced} />
          <PictureStrip pictures={traced.pictures} onOpen={enlarge} />
          <RawText text={traced.text} highlight={traced.highlight} />
        </>
      )}
    </WithPictures>
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
