import { Badge, Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconArrowsExchange, IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { type Outputs, useTRPC } from '../app/api.ts';
import { useKeys } from '../app/keys.tsx';
import { useMay } from '../app/me.tsx';
import { Empty } from '../ui/empty.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Panel } from '../ui/panel.tsx';
import { Query } from '../ui/query.tsx';
import { words } from '../words/index.ts';
import { CodeFields } from './code-fields.tsx';

type View = Outputs['devices']['codeMap'];
type Suggestion = NonNullable<View['unmapped'][number]['suggestion']>;

/** Which parameter each code of an analyzer becomes; codes it sent that nobody mapped stand first, then those its driver knows of. */
export function CodeMap({ deviceId }: { deviceId: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.devices.codeMap.queryOptions({ deviceId }));
  return <Query query={query}>{(view) => <Maps deviceId={deviceId} view={view} />}</Query>;
}

function Maps({ deviceId, view }: { deviceId: string; view: View }) {
  const trpc = useTRPC();
  const may = useMay();
  const { devices: w } = words;
  const teach = useMutation(
    trpc.devices.teachCodes.mutationOptions({
      onSuccess: ({ pending }, { entries }) => notifyDone(w.codesTaught(entries.length, pending)),
    }),
  );
  const entries = useMemo(() => suggested([...view.unmapped, ...view.known]), [view]);
  const takeAll = () => teach.mutate({ deviceId, entries });
  const mayTeach = may('device.configure');
  useKeys(w.codeMap, [
    { keys: 'F8', label: w.takeAll(entries.length), run: takeAll, disabled: !mayTeach || entries.length === 0 },
  ]);
  return (
    <Stack gap="sm">
      {mayTeach && entries.length > 0 && (
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            {w.takeAllText}
          </Text>
          <Button loading={teach.isPending} onClick={takeAll} rightSection={<KeysHint keys="F8" />}>
            {w.takeAll(entries.length)}
          </Button>
        </Group>
      )}
      {view.unmapped.length > 0 && (
        <Panel title={w.unmapped} about={<About>{w.unmappedText}</About>} flush>
          <Codes deviceId={deviceId} codes={view.unmapped} />
        </Panel>
      )}
      <Entries deviceId={deviceId} entries={view.entries} />
      {view.known.length > 0 && (
        <Panel title={w.known} about={<About>{w.knownText}</About>} flush>
          <Codes deviceId={deviceId} codes={view.known} />
        </Panel>
      )}
    </Stack>
  );
}

function About({ children }: { children: string }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  );
}

/** What can be taken without a look: a parameter was found, and its unit is the code's. */
function suggested(codes: readonly { code: string; suggestion?: Suggestion | undefined }[]) {
  return codes.flatMap(({ code, suggestion }) =>
    suggestion && !suggestion.otherUnit ? [{ deviceCode: code, parameterId: suggestion.parameterId }] : [],
  );
}

interface Code {
  readonly code: string;
  readonly name?: string | undefined;
  readonly unit?: string | undefined;
  readonly lastValue?: string;
  readonly count?: number;
  readonly suggestion?: Suggestion | undefined;
}

/** Codes without a parameter, each with fields to give it one. */
function Codes({ deviceId, codes }: { deviceId: string; codes: readonly Code[] }) {
  const may = useMay();
  return (
    <Table verticalSpacing={3} layout="fixed">
      <Table.Tbody>
        {codes.map(({ code, name, unit, lastValue, count, suggestion }) => (
          <Table.Tr key={code}>
            <Table.Td w={110} fw={600}>
              {code}
            </Table.Td>
            <Table.Td c="dimmed">
              <span className="ellipsis" style={{ display: 'block' }} title={name}>
                {name}
              </span>
            </Table.Td>
            <Table.Td w={170}>
              {lastValue} {unit}{' '}
              {count !== undefined && (
                <Text span c="dimmed" size="sm">
                  × {count}
                </Text>
              )}
            </Table.Td>
            <Table.Td w={120}>{suggestion && <Why suggestion={suggestion} />}</Table.Td>
            <Table.Td w={530}>
              {may('device.configure') && (
                <CodeFields deviceId={deviceId} code={code} parameterId={suggestion?.parameterId} />
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Why({ suggestion: { by, otherUnit, unit } }: { suggestion: Suggestion }) {
  const { devices: w } = words;
  return otherUnit ? (
    <Badge color="yellow" variant="light" tt="none" title={w.otherUnit(unit ?? '')}>
      {w.inUnit(unit ?? '')}
    </Badge>
  ) : (
    <Badge variant="default" tt="none">
      {w.suggestedBy[by]}
    </Badge>
  );
}

/** The map itself; every entry can be changed or taken out. */
function Entries({ deviceId, entries }: { deviceId: string; entries: View['entries'] }) {
  const trpc = useTRPC();
  const may = useMay();
  const { devices: w } = words;
  const [open, setOpen] = useState<string>();
  const forget = useMutation(trpc.devices.forgetCodes.mutationOptions());
  return (
    <Panel title={w.codeMap} about={<About>{w.factorText}</About>} flush>
      {entries.length === 0 ? (
        <Empty icon={IconArrowsExchange} title={w.noCodes}>
          {w.noCodesText}
        </Empty>
      ) : (
        <Table verticalSpacing={2} layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={110}>{w.code}</Table.Th>
              <Table.Th>{w.parameter}</Table.Th>
              <Table.Th w={80} ta="end">
                {w.factor}
              </Table.Th>
              <Table.Th w={110}>{w.onlyUnit}</Table.Th>
              <Table.Th w={80} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {entries.map((entry) => (
              <Table.Tr key={entry.deviceCode}>
                <Table.Td fw={600}>{entry.deviceCode}</Table.Td>
                {open === entry.deviceCode ? (
                  <Table.Td colSpan={4}>
                    <CodeFields
                      deviceId={deviceId}
                      code={entry.deviceCode}
                      parameterId={entry.parameterId}
                      factor={entry.factor}
                      unit={entry.deviceUnit}
                      onDone={() => setOpen(undefined)}
                    />
                  </Table.Td>
                ) : (
                  <>
                    <Table.Td>
                      {entry.parameterCode ? (
                        `${entry.parameterCode} · ${entry.parameterName} ${entry.parameterUnit ?? ''}`
                      ) : (
                        <Text c="dimmed">{w.leftOut}</Text>
                      )}
                    </Table.Td>
                    <Table.Td ta="end">{entry.parameterCode && entry.factor}</Table.Td>
                    <Table.Td c="dimmed">{entry.deviceUnit ?? w.anyUnit}</Table.Td>
                    <Table.Td>
                      {may('device.configure') && (
                        <Group gap={2} wrap="nowrap" justify="flex-end">
                          <IconButton
                            icon={IconPencil}
                            label={`${w.change} ${entry.deviceCode}`}
                            onClick={() => setOpen(entry.deviceCode)}
                          />
                          <IconButton
                            icon={IconTrash}
                            label={`${w.remove}: ${entry.deviceCode}`}
                            onClick={() => forget.mutate({ deviceId, codes: [entry.deviceCode] })}
                          />
                        </Group>
                      )}
                    </Table.Td>
                  </>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Panel>
  );
}
