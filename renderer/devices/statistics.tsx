import { Group, Stack, Text } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { type Outputs, useTRPC } from '../app/api.ts';
import { useFormat } from '../app/me.tsx';
import { BarChart } from '../ui/bar-chart.tsx';
import { DayField } from '../ui/day-field.tsx';
import { Empty } from '../ui/empty.tsx';
import { Panel } from '../ui/panel.tsx';
import { Query } from '../ui/query.tsx';
import { words } from '../words/index.ts';
import { orderedDays } from './tabs.ts';

type Found = Outputs['devices']['statistics'];

/** Messages and errors by hour, and how long results waited for their release. */
export function Statistics({ deviceId }: { deviceId: string }) {
  const trpc = useTRPC();
  const format = useFormat();
  const { devices: w } = words;
  const [from, setFrom] = useState(format.today());
  const [to, setTo] = useState(format.today());
  const query = useQuery(
    trpc.devices.statistics.queryOptions({ deviceId, ...orderedDays(from, to) }, { placeholderData: keepPreviousData }),
  );
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <DayField label={w.from} value={from} onChange={setFrom} />
        <DayField label={w.to} value={to} onChange={setTo} />
      </Group>
      <Query query={query}>{(found) => <Charts found={found} />}</Query>
    </Stack>
  );
}

function Charts({ found: { hours, turnaround } }: { found: Found }) {
  const format = useFormat();
  const { devices: w } = words;
  const labels = useMemo(() => hours.map(({ hour }) => format.dateTime(hour)), [hours, format]);
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
