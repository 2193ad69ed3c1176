import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Outputs, useTRPC } from '../app/api.ts';
import { useFormat, useMay } from '../app/me.tsx';
import { Facts } from '../ui/facts.tsx';
import { Panel } from '../ui/panel.tsx';
import { words } from '../words/index.ts';

/** Who verified and signed, every signed version, and what happened to the report. */
export function ReportHistory({ details: { report, versions } }: { details: Outputs['reports']['get'] }) {
  const trpc = useTRPC();
  const may = useMay();
  const format = useFormat();
  const { reports: w } = words;
  const log = useQuery(
    trpc.activity.list.queryOptions({ subjectId: report.id, limit: 50 }, { enabled: may('activity.read') }),
  );
  const by = (signature: { name: string; at: string } | undefined) =>
    signature && `${signature.name}, ${format.dateTime(signature.at)}`;
  return (
    <>
      {(report.verified || versions.length > 0) && (
        <Panel title={w.versions}>
          <Facts
            facts={[
              [w.verifiedBy, by(report.verified)],
              ...versions.map(({ version, signed }) => [w.version(version), by(signed)] as const),
            ]}
          />
        </Panel>
      )}
      {log.data && log.data.rows.length > 0 && (
        <Panel title={w.activity}>
          <Stack gap={2}>
            {log.data.rows.map(({ id, at, actorName, text }) => (
              <Text key={id} size="sm">
                <Text span c="dimmed">
                  {format.dateTime(at)} · {actorName}
                </Text>{' '}
                {text}
              </Text>
            ))}
          </Stack>
        </Panel>
      )}
    </>
  );
}
