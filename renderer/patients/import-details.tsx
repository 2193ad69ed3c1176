import { Badge, Button, Group, NativeSelect, Paper, Progress, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { IconTableExport } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  dateOrders,
  type ImportField,
  type ImportSettings,
  type ImportStatus,
  importFields,
} from '../../shared/patients/import.ts';
import { nationalIdRules } from '../../shared/patients/national-id.ts';
import { type Outputs, useTRPC, useTRPCClient } from '../app/api.ts';
import { sentence } from '../app/errors.ts';
import { useKeys } from '../app/keys.tsx';
import { useMe } from '../app/me.tsx';
import { toCsv } from '../ui/csv.ts';
import { KeysHint } from '../ui/keys-hint.tsx';
import { Panel } from '../ui/panel.tsx';
import { Query } from '../ui/query.tsx';
import { saveFile } from '../ui/save-file.ts';
import { words } from '../words/index.ts';

type Refused = Outputs['patientImport']['refused'][number];

const busy = new Set<ImportStatus['state']>(['reading', 'checking', 'running']);
const fieldChoices = [
  { value: '', label: words.patientImport.ignore },
  ...importFields.map((field) => ({ value: field, label: words.patientImport.fields[field] })),
];
const pageRows = 100;

/** One import: where it stands, and what can be done next. */
export function ImportDetails({ id }: { id: string }) {
  const trpc = useTRPC();
  const status = useQuery(
    trpc.patientImport.get.queryOptions(
      { id },
      { staleTime: 0, refetchInterval: ({ state: { data } }) => (data && busy.has(data.state) ? 400 : false) },
    ),
  );
  return <Query query={status}>{(data) => <Details status={data as ImportStatus} />}</Query>;
}

function Details({ status }: { status: ImportStatus }) {
  const { id, state, rows, checked, refused, duplicates, imported, settings } = status;
  const trpc = useTRPC();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [edited, setEdited] = useState<ImportSettings>();
  const current = edited ?? settings;
  const shown = (next: unknown) => queryClient.setQueryData(trpc.patientImport.get.queryKey({ id }), next as never);
  const check = useMutation(trpc.patientImport.check.mutationOptions({ onSuccess: shown }));
  const run = useMutation(trpc.patientImport.run.mutationOptions({ onSuccess: shown }));
  const stop = useMutation(trpc.patientImport.stop.mutationOptions({ onSuccess: shown }));
  const remove = useMutation(
    trpc.patientImport.remove.mutationOptions({
      onSuccess: () => void navigate({ to: '/patients/import', search: {} }),
    }),
  );
  const good = checked - refused - (settings.duplicates === 'import' ? 0 : duplicates);
  const left = good - imported;
  const mayCheck = (state === 'read' || state === 'checked') && imported === 0;
  const mayRun = (state === 'checked' || state === 'stopped') && left > 0 && edited === undefined;
  const startCheck = () => {
    check.mutate({ id, settings: current });
    setEdited(undefined);
  };
  useKeys(words.patientImport.title, [
    {
      keys: 'mod+Enter',
      label: mayRun ? words.patientImport.run(left) : words.patientImport.check,
      run: () => (mayRun ? run.mutate({ id }) : startCheck()),
      disabled: !mayRun && !mayCheck,
    },
  ]);
  const counted = state === 'running' || state === 'done' || state === 'stopped';
  return (
    <Stack gap="sm">
      <Paper withBorder p="sm">
        <Stack gap="xs">
          <Group justify="space-between">
            <Group gap="sm">
              <Text fw={600}>{status.fileName}</Text>
              <Text size="sm" c="dimmed" aria-live="polite">
                {[
                  words.patientImport.states[state],
                  words.patientImport.rows(rows),
                  checked > 0 && words.patientImport.good(checked - refused - duplicates),
                  refused > 0 && words.patientImport.refused(refused),
                  duplicates > 0 && words.patientImport.doubles(duplicates),
                  counted && words.patientImport.imported(imported),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </Text>
            </Group>
            <Group gap="xs">
              {busy.has(state) && (
                <Button variant="default" loading={stop.isPending} onClick={() => stop.mutate({ id })}>
                  {words.patientImport.stop}
                </Button>
              )}
              {!busy.has(state) && (
                <Button variant="subtle" color="gray" loading={remove.isPending} onClick={() => remove.mutate({ id })}>
                  {words.patientImport.forget}
                </Button>
              )}
              {mayCheck && (
                <Button
                  variant={mayRun ? 'default' : 'filled'}
                  loading={check.isPending}
                  rightSection={mayRun ? undefined : <KeysHint keys="mod+Enter" />}
                  onClick={startCheck}
                >
                  {state === 'read' ? words.patientImport.check : words.patientImport.checkAgain}
                </Button>
              )}
              {mayRun && (
                <Button
                  loading={run.isPending}
                  rightSection={<KeysHint keys="mod+Enter" />}
                  onClick={() => run.mutate({ id })}
                >
                  {state === 'stopped' ? words.patientImport.goOn(left) : words.patientImport.run(left)}
                </Button>
              )}
            </Group>
          </Group>
          {busy.has(state) && (
            <Progress value={percentOf(status, good)} aria-label={words.patientImport.states[state]} />
          )}
          {status.error && (
            <Text size="sm" c="var(--tone-error)" role="alert">
              {status.error}
            </Text>
          )}
          {state === 'done' && (
            <Text size="sm">
              {words.patientImport.done(imported)} {words.patientImport.noConsent}
            </Text>
          )}
        </Stack>
      </Paper>
      {(state === 'read' || state === 'checked') && (
        <Columns status={status} settings={current} onChange={setEdited} disabled={imported > 0} />
      )}
      {!busy.has(state) && refused + duplicates > 0 && <RefusedRows status={status} />}
    </Stack>
  );
}

function percentOf({ state, rows, checked, imported }: ImportStatus, good: number): number {
  if (state === 'checking') return rows === 0 ? 0 : (checked / rows) * 100;
  return state === 'running' && good > 0 ? (imported / good) * 100 : 0;
}

interface ColumnsProps {
  readonly status: ImportStatus;
  readonly settings: ImportSettings;
  readonly onChange: (settings: ImportSettings) => void;
  readonly disabled: boolean;
}

/** What each column holds, with the first rows beside it, and how the file is to be read. */
function Columns({ status: { header, sample }, settings, onChange, disabled }: ColumnsProps) {
  const { country } = useMe();
  const { patientImport } = words;
  const kinds = nationalIdRules
    .filter((rule) => rule.country === country || rule.country === '*')
    .map(({ type, name }) => ({ value: type, label: name }));
  const hold = (index: number, value: string) =>
    onChange({
      ...settings,
      // A field is in one column: choosing it here takes it from the other.
      columns: header.map((_, at) => {
        const field = settings.columns[at] ?? null;
        if (at === index) return value === '' ? null : (value as ImportField);
        return field === value ? null : field;
      }),
    });
  return (
    <Panel title={patientImport.columns}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
          <NativeSelect
            label={patientImport.dateOrder}
            disabled={disabled}
            data={dateOrders.map((value) => ({ value, label: patientImport.dateOrders[value] }))}
            value={settings.dateOrder}
            onChange={({ currentTarget }) =>
              onChange({ ...settings, dateOrder: currentTarget.value as ImportSettings['dateOrder'] })
            }
          />
          <NativeSelect
            label={patientImport.nationalIdType}
            disabled={disabled}
            data={kinds}
            value={settings.nationalIdType}
            onChange={({ currentTarget }) => onChange({ ...settings, nationalIdType: currentTarget.value })}
          />
          <NativeSelect
            label={patientImport.duplicates}
            disabled={disabled}
            data={(['skip', 'import'] as const).map((value) => ({
              value,
              label: patientImport.duplicateChoices[value],
            }))}
            value={settings.duplicates}
            onChange={({ currentTarget }) =>
              onChange({ ...settings, duplicates: currentTarget.value as ImportSettings['duplicates'] })
            }
          />
        </SimpleGrid>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{patientImport.column}</Table.Th>
              <Table.Th w={220}>{patientImport.holds}</Table.Th>
              <Table.Th>{patientImport.sample}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {header.map((title, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns of a file may have the same title
              <Table.Tr key={index}>
                <Table.Td>{title}</Table.Td>
                <Table.Td>
                  <NativeSelect
                    aria-label={`${patientImport.holds}: ${title}`}
                    disabled={disabled}
                    data={fieldChoices}
                    value={settings.columns[index] ?? ''}
                    onChange={({ currentTarget }) => hold(index, currentTarget.value)}
                  />
                </Table.Td>
                <Table.Td c="dimmed">
                  {sample
                    .map((cells) => cells[index])
                    .filter(Boolean)
                    .slice(0, 3)
                    .join(' · ')}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Stack>
    </Panel>
  );
}

/** The rows that are left out, each with all that is wrong, and as a file to mend and import again. */
function RefusedRows({ status: { id, header, fileName, refused, duplicates } }: { status: ImportStatus }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const { patientImport } = words;
  const list = useInfiniteQuery({
    queryKey: [...trpc.patientImport.refused.pathKey(), id, refused, duplicates],
    queryFn: ({ pageParam }) => client.patientImport.refused.query({ id, after: pageParam, limit: pageRows }),
    initialPageParam: 0,
    getNextPageParam: (page) => (page.length < pageRows ? undefined : page.at(-1)?.row),
  });
  const save = useMutation({
    mutationFn: async () => {
      const columns = [
        ...header.map((title, index) => ({ header: title, text: ({ cells }: Refused) => cells[index] ?? '' })),
        { header: patientImport.row, text: ({ row }: Refused) => String(row) },
        { header: patientImport.why, text: whyText },
      ];
      const parts: string[] = [];
      for (let after = 0; ; ) {
        const page = await client.patientImport.refused.query({ id, after, limit: 500 });
        const csv = toCsv(columns, page);
        parts.push(after === 0 ? csv : csv.slice(csv.indexOf('\r\n') + 2));
        const last = page.at(-1);
        if (page.length < 500 || !last) break;
        after = last.row;
      }
      const name = fileName.replace(/\.[^.]*$/, '');
      saveFile(`${name} - left out.csv`, new Blob(parts, { type: 'text/csv;charset=utf-8' }));
    },
  });
  const rows = list.data?.pages.flat();
  return (
    <Panel
      title={patientImport.refusedTitle}
      about={<Badge color="gray">{refused + duplicates}</Badge>}
      flush
      actions={
        <Button
          variant="default"
          loading={save.isPending}
          leftSection={<IconTableExport size={16} aria-hidden />}
          onClick={() => save.mutate()}
        >
          {patientImport.saveRefused}
        </Button>
      }
    >
      <Query query={{ data: rows, error: list.error, refetch: list.refetch }}>
        {(all) => (
          <Stack gap={0}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={70}>{patientImport.row}</Table.Th>
                  <Table.Th w="35%">{patientImport.file}</Table.Th>
                  <Table.Th>{patientImport.why}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {all.map((row) => (
                  <Table.Tr key={row.row} style={{ verticalAlign: 'top' }}>
                    <Table.Td>{row.row}</Table.Td>
                    <Table.Td c="dimmed">{row.cells.filter(Boolean).slice(0, 6).join(' · ')}</Table.Td>
                    <Table.Td>
                      {row.errors.map((error) => (
                        <div key={`${error.field} ${error.code}`}>{sentence(error)}</div>
                      ))}
                    </Table.Td>
                  </Table.Tr>
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
                {patientImport.more}
              </Button>
            )}
          </Stack>
        )}
      </Query>
    </Panel>
  );
}

function whyText({ errors }: Refused): string {
  return errors.map((error) => sentence(error)).join(' ');
}
