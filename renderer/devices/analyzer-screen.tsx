import { Button, Group, Tabs, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { isGeneric } from '../../shared/devices/generic.ts';
import { useTRPC } from '../app/api.ts';
import { useMay } from '../app/me.tsx';
import { Page } from '../ui/page.tsx';
import { Query } from '../ui/query.tsx';
import { words } from '../words/index.ts';
import { CodeMap } from './code-map.tsx';
import { DeviceForm } from './device-form.tsx';
import { DeviceStateWords } from './device-state.tsx';
import { FieldMapTab } from './field-map/field-map.tsx';
import { LiveTraffic } from './live-traffic.tsx';
import { MessageJournal } from './message-journal.tsx';
import { Statistics } from './statistics.tsx';
import { analyzerTabSchema } from './tabs.ts';

const route = getRouteApi('/analyzers/$deviceId');

/** One analyzer: what passes on its line, its messages, its code map. */
export function AnalyzerScreen() {
  const { deviceId } = route.useParams();
  const { tab = 'live', message } = route.useSearch();
  const navigate = route.useNavigate();
  const trpc = useTRPC();
  const may = useMay();
  const { devices: w } = words;
  const [editing, setEditing] = useState(false);
  const list = useQuery(trpc.devices.list.queryOptions(undefined, { refetchInterval: 2000 }));
  const enable = useMutation(trpc.devices.setEnabled.mutationOptions());
  const found = { ...list, data: list.data?.find(({ id }) => id === deviceId) };
  return (
    <Query query={found}>
      {(device) => (
        <Page
          title={device.name}
          about={
            <Group gap="sm">
              <DeviceStateWords live={device.live} />
              <Text size="sm" c="dimmed">
                {device.driverName}
                {device.live?.port ? ` · ${w.port} ${device.live.port}` : ''}
              </Text>
            </Group>
          }
          actions={
            may('device.configure') && (
              <>
                <Button
                  variant="default"
                  loading={enable.isPending}
                  onClick={() => enable.mutate({ id: device.id, enabled: !device.enabled })}
                >
                  {device.enabled ? w.disable : w.enable}
                </Button>
                <Button variant="default" onClick={() => setEditing(true)}>
                  {w.edit}
                </Button>
              </>
            )
          }
        >
          <Tabs
            value={tab}
            onChange={(value) =>
              void navigate({
                search: { tab: analyzerTabSchema.catch('live').parse(value) },
                replace: true,
              })
            }
            keepMounted={false}
            style={{ display: 'flex', flexDirection: 'column', flex: 1, minHeight: 0 }}
          >
            <Tabs.List>
              <Tabs.Tab value="live">{w.live}</Tabs.Tab>
              <Tabs.Tab value="messages">{w.journal}</Tabs.Tab>
              {isGeneric(device.driver) && <Tabs.Tab value="map">{words.fieldMap.title}</Tabs.Tab>}
              <Tabs.Tab value="codes">{w.codeMap}</Tabs.Tab>
              <Tabs.Tab value="statistics">{w.statistics}</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="live" pt="sm" style={{ flex: 1, minHeight: 0 }}>
              <LiveTraffic device={device} />
            </Tabs.Panel>
            <Tabs.Panel value="messages" pt="sm" style={{ display: 'flex', flex: 1, minHeight: 0 }}>
              <MessageJournal deviceId={device.id} />
            </Tabs.Panel>
            {isGeneric(device.driver) && (
              <Tabs.Panel value="map" pt="sm" style={{ flex: 1, minHeight: 0 }}>
                <FieldMapTab
                  device={device}
                  journalId={message}
                  onChoose={(id) => void navigate({ search: { tab: 'map', message: id }, replace: true })}
                />
              </Tabs.Panel>
            )}
            <Tabs.Panel value="codes" pt="sm" style={{ flex: 1, minHeight: 0, overflow: 'auto' }}>
              <CodeMap deviceId={device.id} />
            </Tabs.Panel>
            <Tabs.Panel value="statistics" pt="sm" style={{ flex: 1, minHeight: 0, overflow: 'auto' }}>
              <Statistics deviceId={device.id} />
            </Tabs.Panel>
          </Tabs>
          <DeviceForm opened={editing} onClose={() => setEditing(false)} device={device} />
        </Page>
      )}
    </Query>
  );
}
