import { Group, Stack, Text } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type Outputs, useTRPC } from '../app/api.ts';
import { useFormat } from '../app/me.tsx';
import { BarChart } from '../ui/bar-chart.tsx';
import { DayField } from '../ui/day-field.tsx';
import { Empty } from '../ui/empty.tsx';
import { Panel } from '../ui/panel.tsx';
import { Query } from '../ui/query.tsx';
import { words } from '../words/index.ts';
import { orderedDays } from './tabs.ts';

const route = getRouteApi('/analyzers/$deviceId');

type Found = Outputs['devices']['statistics'];

/** Messages and errors by hour, and how long results waited for their release. */
export function Statistics({ deviceId }: { deviceId: string }) {
  const trpc = useTRPC();
  const format = useFormat();
  const { devices: w } = words;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { from = format.today(), to = format.today() } = search;
  const choose = (days: { from?: string; to?: string }) =>
    void navigate({ search: { ...search, ...days }, replace: true });
  const query = useQuery(
    trpc.devices.statistics.queryOptions({ deviceId, ...orderedDays(from, to) }, { placeholderData: keepPreviousData }),
  );
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          {w.from}
        </Text>
        <DayField label={w.from} value={from} onChange={(day) => choose({ from: day })} />
        <Text size="sm" c="dimmed">
          {w.to}
        </Text>
        <DayField label={w.to} value={to} onChange={(day) => choose({ to: day })} />
      </Group>
      <Query query={query}>{(found) => <Charts found={found} />}</Query>
    </Stack>
  );
}

function Charts({ found: { hours, turnaround } }: { found: Found }) {
  const format = useFormat();
  const { devices: w } = words;
  // Of one day the hours say enough; of several the day before them, short enough to stand below its bar.
  const labels = useMemo(() => {
    const isOneDay = new Set(hours.map(({ hour }) => format.date(hour))).size <= 1;
    return hours.map(({ hour }) => (isOneDay ? format.time(hour) : `${format.shortDay(hour)} ${format.time(hour)}`));
  }, [hours, format]);
  const messages = useMemo(() => hours.map((hour) => hour.messages), [hours]);
  const errors = useMemo(() => hours.map((hour) => hour.errors), [hours]);
  const steps = useMemo(() => [...turnaround.steps.map(words.devices.upTo), words.devices.longer], [turnaround]);
  if (hours.length === 0) {
    return (
      <Empty icon={IconChartBar} title={w.noStatistics}>
        {w.noStatisticsText}
      </Empty>
    );
  }
  const sum = (values: readonly number[]) => format.number(values.reduce((total, one) => total + one, 0));
  const count = (text: string) => (
    <Text size="sm" c="dimmed">
      {text}
    </Text>
  );
  const { median, nineOfTen } = turnaround;
  return (
    <>
      <Panel title={w.messagesPerHour} about={count(sum(messages))}>
        <BarChart labels={labels} values={messages} format={format.number} />
      </Panel>
      <Panel title={w.errorsPerHour} about={count(sum(errors))}>
        <BarChart labels={labels} values={errors} format={format.number} />
      </Panel>
      <Panel
        title={w.turnaround}
        about={
          median !== undefined &&
          nineOfTen !== undefined &&
          count(w.turnaroundSum(format.number(median), format.number(nineOfTen)))
        }
      >
        <BarChart labels={steps} values={turnaround.counts} format={format.number} />
      </Panel>
    </>
  );
}
