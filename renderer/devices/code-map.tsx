import { Button, Group, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../app/api.ts';
import { useMay } from '../app/me.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Panel } from '../ui/panel.tsx';
import { Query } from '../ui/query.tsx';
import { words } from '../words/index.ts';

/** Which parameter each code of an analyzer becomes; codes it sent that nobody mapped stand first. */
export function CodeMap({ deviceId }: { deviceId: string }) {
  const trpc = useTRPC();
  const { devices: w } = words;
  const query = useQuery(trpc.devices.codeMap.queryOptions({ deviceId }));
  return (
    <Query query={query}>
      {({ entries, unmapped }) => (
        <Stack gap="sm">
          {unmapped.length > 0 && (
            <Panel title={w.unmapped} flush>
              <Table verticalSpacing={4}>
                <Table.Tbody>
                  {unmapped.map(({ code, name, lastValue, unit, count }) => (
                    <Table.Tr key={code}>
                      <Table.Td fw={600}>{code}</Table.Td>
                      <Table.Td c="dimmed">{name}</Table.Td>
                      <Table.Td>
                        {lastValue} {unit}{' '}
                        <Text span c="dimmed">
                          × {count}
                        </Text>
                      </Table.Td>
                      <Table.Td>
                        <Teach deviceId={deviceId} code={code} />
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Panel>
          )}
          <Panel title={w.codeMap} flush>
            <Table verticalSpacing={4}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{w.code}</Table.Th>
                  <Table.Th>{w.parameter}</Table.Th>
                  <Table.Th ta="end">{w.factor}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {entries.map((entry) => (
                  <Table.Tr key={entry.deviceCode}>
                    <Table.Td fw={600}>{entry.deviceCode}</Table.Td>
                    <Table.Td>{entry.parameterName ?? <Text c="dimmed">{w.leftOut}</Text>}</Table.Td>
                    <Table.Td ta="end">{entry.factor}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Panel>
        </Stack>
      )}
    </Query>
  );
}

function Teach({ deviceId, code }: { deviceId: string; code: string }) {
  const trpc = useTRPC();
  const may = useMay();
  const { devices: w } = words;
  const [parameterId, setParameterId] = useState<string | null>(null);
  const [factor, setFactor] = useState('1');
  const parameters = useQuery(trpc.catalogue.parameters.queryOptions());
  const teach = useMutation(
    trpc.devices.teachCode.mutationOptions({ onSuccess: ({ pending }) => notifyDone(w.taught(pending)) }),
  );
  if (!may('device.configure')) return null;
  return (
    <Group gap="xs" wrap="nowrap">
      <Select
        aria-label={`${w.parameter} ${code}`}
        placeholder={w.parameter}
        searchable
        w={220}
        data={(parameters.data ?? []).map((one) => ({ value: one.id, label: `${one.code} · ${one.name}` }))}
        value={parameterId}
        onChange={setParameterId}
      />
      <TextInput
        aria-label={`${w.factor} ${code}`}
        w={70}
        value={factor}
        onChange={(event) => setFactor(event.currentTarget.value)}
      />
      <Button
        size="xs"
        disabled={!parameterId}
        loading={teach.isPending}
        onClick={() => parameterId && teach.mutate({ deviceId, deviceCode: code, parameterId, factor })}
      >
        {w.teach}
      </Button>
      <Button
        size="xs"
        variant="subtle"
        loading={teach.isPending}
        onClick={() => teach.mutate({ deviceId, deviceCode: code })}
      >
        {w.leaveOut}
      </Button>
    </Group>
  );
}
