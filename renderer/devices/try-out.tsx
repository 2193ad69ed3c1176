import { Alert, Badge, Code, Group, ScrollArea, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSubscription } from '@trpc/tanstack-react-query';
import { useState } from 'react';
import { diagnose, type Finding } from '../../shared/devices/diagnose.ts';
import { isGeneric } from '../../shared/devices/generic.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import { LinkButton } from '../ui/link.tsx';
import { nameControls } from '../ui/raw-text.tsx';
import { words } from '../words/index.ts';
import { DeviceStateWords } from './device-state.tsx';
import type { Device } from './device-values.ts';

type Reading = NonNullable<Outputs['devices']['tryOut']['reading']>;
type TryOutLine = Outputs['devices']['tryOut']['line'];

const mostBytes = 4000;
const colours: Readonly<Partial<Record<Finding, string>>> = {
  works: 'green',
  unmapped: 'yellow',
  nobodyCalled: 'blue',
  connectedSilent: 'blue',
  otherPeer: 'blue',
  otherSender: 'blue',
};

/** Tries a connection out: bytes as they arrive, the first message as its driver reads it, and in words what is wrong. */
export function TryOut({ device, since, onLeave }: { device: Device; since: string; onLeave: () => void }) {
  const trpc = useTRPC();
  const { devices: w } = words;
  const [received, setReceived] = useState('');
  const found = useQuery(trpc.devices.tryOut.queryOptions({ deviceId: device.id, since }, { refetchInterval: 1000 }));
  useSubscription(
    trpc.devices.onTraffic.subscriptionOptions(
      { deviceId: device.id },
      { onData: ({ direction, text }) => direction === 'in' && setReceived((had) => (had + text).slice(-mostBytes)) },
    ),
  );
  const demo = useQuery(trpc.demo.state.queryOptions(undefined, { refetchInterval: 2000 }));
  const isSimulated = demo.data?.simulated.includes(device.id) ?? false;
  const known = found.data?.live;
  // What passed before, under settings of then, is no sign of how these do.
  const live = known && {
    ...known,
    bytesIn: (known.lastByteAt ?? '') >= since ? known.bytesIn : 0,
    messages: (known.lastMessageAt ?? '') >= since ? known.messages : 0,
  };
  const reading = found.data?.reading;
  const finding = diagnose({
    state: live?.state ?? 'waiting',
    kind: found.data?.line.kind ?? device.connection.kind,
    heardOther: heardOther(device, found.data?.line),
    protocol: device.protocol,
    bytesIn: live?.bytesIn ?? 0,
    messages: live?.messages ?? 0,
    received,
    ...(reading && {
      reading: {
        ...{ ok: reading.ok, results: reading.count, queries: reading.queries.length },
        unmapped: reading.unmapped.length,
      },
    }),
  });
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Group gap={6}>
          {live && <DeviceStateWords live={live} />}
          {live && live.peers.length > 0 && (
            <Text size="sm" c="dimmed">
              {w.connectedWith(live.peers)}
            </Text>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {w.bytesAndMessages(live?.bytesIn ?? 0, live?.messages ?? 0)}
        </Text>
      </Group>
      <Alert color={colours[finding] ?? 'orange'} p="xs" role="status" title={w.findings[finding].title}>
        <Text size="sm">{w.findings[finding].remedy}</Text>
        {finding === 'nobodyCalled' && (
          <Text size="sm" mt={4}>
            {w.callHere(found.data?.addresses ?? [], found.data?.line.port)}
          </Text>
        )}
        {(finding === 'otherPeer' || finding === 'otherSender') && (
          <Text size="sm" mt={4}>
            {w.heardOthers(found.data?.line[finding === 'otherPeer' ? 'otherPeers' : 'otherSenders'] ?? [])}
          </Text>
        )}
        {isSimulated && (
          <Text size="sm" mt={4}>
            {w.simulated}
          </Text>
        )}
        {reading?.error && (
          <Text size="sm" mt={4}>
            {reading.error}
          </Text>
        )}
        {reading && reading.unmapped.length > 0 && (
          <Group gap={4} mt={6}>
            {reading.unmapped.slice(0, 40).map((code) => (
              <Badge key={code} variant="default" tt="none">
                {code}
              </Badge>
            ))}
          </Group>
        )}
      </Alert>
      {reading && isGeneric(device.driver) && (
        <Group gap="sm">
          <LinkButton
            variant={reading.ok ? 'default' : 'filled'}
            to="/analyzers/$deviceId"
            params={{ deviceId: device.id }}
            search={{ tab: 'map', message: reading.journalId }}
            onClick={onLeave}
          >
            {words.fieldMap.open}
          </LinkButton>
          <Text size="sm" c="dimmed">
            {words.fieldMap.inWizard}
          </Text>
        </Group>
      )}
      {reading && reading.results.length > 0 && <ReadingTable results={reading.results} />}
      <ScrollArea.Autosize mah={160} type="auto">
        <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {nameControls(received || (reading?.bytes ?? '')) || w.liveEmpty}
        </Code>
      </ScrollArea.Autosize>
    </Stack>
  );
}

/** How somebody else was noticed on the line that a device shares. */
function heardOther({ connection }: Device, line: TryOutLine | undefined): 'peer' | 'sender' | undefined {
  if (connection.kind !== 'shared' || !line) return undefined;
  if (connection.sender !== undefined && line.otherSenders.length > 0) return 'sender';
  return connection.peer !== undefined && line.otherPeers.length > 0 ? 'peer' : undefined;
}

/** Results as a driver read them, nothing matched or converted. */
export function ReadingTable({ results }: { results: Reading['results'] }) {
  const { devices: w } = words;
  return (
    <ScrollArea.Autosize mah={200} type="auto">
      <Table verticalSpacing={2} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words.results.sample}</Table.Th>
            <Table.Th>{w.code}</Table.Th>
            <Table.Th>{words.results.value}</Table.Th>
            <Table.Th>{words.results.unit}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {results.map(({ sampleId, code, value, unit }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a message may give one code of one sample twice
            <Table.Tr key={`${sampleId} ${code} ${index}`}>
              <Table.Td className="mono">{sampleId}</Table.Td>
              <Table.Td fw={600}>{code}</Table.Td>
              <Table.Td>{value}</Table.Td>
              <Table.Td c="dimmed">{unit}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
