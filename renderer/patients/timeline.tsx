import { Button, Chip, Group, Stack, Table, Text } from '@mantine/core';
import {
  type Icon,
  IconCashRegister,
  IconHistory,
  IconMail,
  IconReportMedical,
  IconTestPipe,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type TimelineKind, timelineKinds } from '../../shared/patients/timeline.ts';
import { type Outputs, type RowOf, useTRPC } from '../app/api.ts';
import { BillStatus } from '../billing/bill-status.tsx';
import { SpecimenState } from '../specimens/specimen-state.tsx';
import { LinkText } from '../ui/link.tsx';
import { Money } from '../ui/money.tsx';
import { Panel } from '../ui/panel.tsx';
import { Query } from '../ui/query.tsx';
import { Time } from '../ui/time.tsx';
import { byCursor } from '../ui/use-pages.ts';
import { words } from '../words/index.ts';
import { ReportStateBadge } from './report-state.tsx';

type Entry = RowOf<Outputs['patients']['timeline']>;

const icons: Record<TimelineKind, Icon> = {
  order: IconCashRegister,
  specimen: IconTestPipe,
  report: IconReportMedical,
  message: IconMail,
  change: IconHistory,
};

interface TimelineProps {
  readonly patientId: string;
  /** The kinds shown; undefined: all. */
  readonly kinds: readonly TimelineKind[] | undefined;
  readonly onKinds: (kinds: TimelineKind[] | undefined) => void;
}

/** All that happened to a patient in one list, the newest first; what is shown lives in the address. */
export function Timeline({ patientId, kinds, onKinds }: TimelineProps) {
  const trpc = useTRPC();
  const asked = { id: patientId, kinds: kinds ? [...kinds] : undefined, limit: 50 };
  const list = useInfiniteQuery(trpc.patients.timeline.infiniteQueryOptions(asked, byCursor));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  return (
    <Panel
      title={words.patients.timeline}
      flush
      actions={
        <Chip.Group
          multiple
          value={[...(kinds ?? [])]}
          onChange={(value) => onKinds(value.length > 0 ? (value as TimelineKind[]) : undefined)}
        >
          <Group gap={4}>
            {timelineKinds.map((kind) => (
              <Chip key={kind} value={kind} size="xs" variant="outline">
                {words.patients.timelineKinds[kind]}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      }
    >
      <Query query={{ data: rows, error: list.error, refetch: list.refetch }}>
        {(entries) =>
          entries.length === 0 ? (
            <Text size="sm" c="dimmed" p="sm">
              {kinds ? words.patients.nothingOfKind : words.patients.noActivity}
            </Text>
          ) : (
            <Stack gap={0}>
              <Table highlightOnHover>
                <Table.Tbody>
                  {entries.map((entry) => (
                    <Row key={`${entry.kind} ${entry.id}`} entry={entry} />
                  ))}
                </Table.Tbody>
              </Table>
              {list.hasNextPage && (
                <Button
                  variant="subtle"
                  m="xs"
                  style={{ alignSelf: 'center' }}
                  loading={list.isFetchingNextPage}
                  onClick={() => void list.fetchNextPage()}
                >
                  {words.patients.earlier}
                </Button>
              )}
            </Stack>
          )
        }
      </Query>
    </Panel>
  );
}

function Row({ entry }: { entry: Entry }) {
  const Picture = icons[entry.kind];
  return (
    <Table.Tr>
      <Table.Td w={28} title={words.patients.timelineKinds[entry.kind]}>
        <Picture size={15} stroke={1.6} role="img" aria-label={words.patients.timelineKinds[entry.kind]} />
      </Table.Td>
      <Table.Td w={130} c="dimmed" style={{ whiteSpace: 'nowrap' }}>
        <Time at={entry.at} />
      </Table.Td>
      <Content entry={entry} />
    </Table.Tr>
  );
}

function Content({ entry }: { entry: Entry }) {
  switch (entry.kind) {
    case 'order':
      return (
        <>
          <Table.Td>
            <LinkText to="/bills/$billId" params={{ billId: entry.id }}>
              {entry.number}
            </LinkText>{' '}
            {entry.tests.join(', ')}
          </Table.Td>
          <Table.Td ta="end" style={{ whiteSpace: 'nowrap' }}>
            <Group gap="sm" justify="flex-end" wrap="nowrap">
              <Money amount={entry.totals.net} currency={entry.currency} />
              <BillStatus bill={entry} />
            </Group>
          </Table.Td>
        </>
      );
    case 'specimen':
      return (
        <>
          <Table.Td>
            <LinkText to="/specimens/$accession" params={{ accession: entry.accession }} className="mono">
              {entry.accession}
            </LinkText>{' '}
            {entry.typeName} · {entry.tests.join(', ')}
          </Table.Td>
          <Table.Td ta="end">
            <SpecimenState state={entry.state} />
          </Table.Td>
        </>
      );
    case 'report':
      return (
        <>
          <Table.Td>
            <LinkText to="/reports/$reportId" params={{ reportId: entry.id }}>
              {entry.testName}
            </LinkText>{' '}
            {entry.accession && <span className="mono">{entry.accession}</span>}
          </Table.Td>
          <Table.Td ta="end" style={{ whiteSpace: 'nowrap' }}>
            <ReportStateBadge state={entry.state} />
            {entry.version > 1 ? ` ${words.patients.version(entry.version)}` : ''}
          </Table.Td>
        </>
      );
    case 'message':
    case 'change':
      return (
        <>
          <Table.Td>{entry.text}</Table.Td>
          <Table.Td c="dimmed" ta="end" style={{ whiteSpace: 'nowrap' }}>
            {entry.actorName}
          </Table.Td>
        </>
      );
    default:
      return entry satisfies never;
  }
}
