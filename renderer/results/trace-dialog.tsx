import { Modal, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../app/api.ts';
import { Facts } from '../ui/facts.tsx';
import { Query } from '../ui/query.tsx';
import { RawText } from '../ui/raw-text.tsx';
import { Time } from '../ui/time.tsx';
import { words } from '../words/index.ts';

/** From a value back to the raw bytes of the analyzer. Open while `deviceResultId` is given. */
export function TraceDialog({ deviceResultId, onClose }: { deviceResultId: string | undefined; onClose: () => void }) {
  return (
    <Modal opened={deviceResultId !== undefined} onClose={onClose} title={words.results.traceTitle} size="58rem">
      {deviceResultId && <Trace deviceResultId={deviceResultId} />}
    </Modal>
  );
}

function Trace({ deviceResultId }: { deviceResultId: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.results.trace.queryOptions({ deviceResultId }));
  const { results } = words;
  return (
    <Query query={query}>
      {({ result, message, text, highlight }) => (
        <Stack gap="sm">
          <Facts
            facts={[
              [results.device, `${result.deviceName} · ${message.peer}`],
              [results.original, `${result.originalValue} ${result.originalUnit ?? ''}`],
              [results.time, result.resultAt ?? '—'],
              [results.received, <Time key="received" at={message.at} />],
              [results.digest, message.digest.slice(0, 16)],
              ...(message.tolerated.length > 0 ? [[results.tolerated, message.tolerated.join('; ')] as const] : []),
            ]}
          />
          <RawText text={text} highlight={highlight} />
        </Stack>
      )}
    </Query>
  );
}
