import { Button, Group, Table, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useRef, useState } from 'react';
import { type Outputs, useTRPC } from '../app/api.ts';
import { apiErrorOf } from '../app/errors.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat, useMay } from '../app/me.tsx';
import { Flag } from '../ui/flag.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Panel } from '../ui/panel.tsx';
import { words } from '../words/index.ts';

type Details = Outputs['reports']['get'];

/**
 * The values of a report, like a sheet: arrows and Enter move, typing overwrites, Ctrl+S saves. Choices are offered as one
 * types. What came from an analyzer leads back to its raw message.
 */
export function ResultsGrid({ details, onTrace }: { details: Details; onTrace: (deviceResultId: string) => void }) {
  const { report, previous } = details;
  const trpc = useTRPC();
  const may = useMay();
  const format = useFormat();
  const { reports: w } = words;
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const fields = useRef<(HTMLInputElement | null)[]>([]);
  const test = useQuery(trpc.catalogue.test.queryOptions({ id: report.testId }));
  const choices = new Map(
    test.data?.parameters.map(({ id, choices: list }) => [id, (list ?? []).map(({ value }) => value)]),
  );
  const save = useMutation(
    trpc.reports.enter.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: () => {
        notifyDone(w.saved);
        setTyped({});
      },
    }),
  );
  const editable = may('result.enter') && ['ordered', 'inProgress', 'resulted'].includes(report.state);
  const changed = Object.entries(typed).map(([parameterId, value]) => ({ parameterId, value }));
  const submit = () => save.mutate({ id: report.id, rev: report._rev, values: changed });
  useKeys(w.save, [{ keys: 'mod+s', label: w.save, run: submit, disabled: !editable || changed.length === 0 }]);
  const known = apiErrorOf(save.error);
  const errorOf = (parameterId: string) => {
    if (known?.kind !== 'validation') return undefined;
    const index = (save.variables?.values ?? []).findIndex((value) => value.parameterId === parameterId);
    return known.errors.find(({ field }) => index >= 0 && field.startsWith(`values.${index}`))?.message;
  };
  const move = (event: KeyboardEvent, index: number) => {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' || event.key === 'Enter' ? 1 : 0;
    if (step === 0) return;
    event.preventDefault();
    fields.current[index + step]?.focus();
    fields.current[index + step]?.select();
  };
  return (
    <Panel
      flush
      title={w.value}
      actions={
        editable && (
          <Button
            size="xs"
            loading={save.isPending}
            disabled={changed.length === 0}
            rightSection={<KeysHint keys="mod+s" />}
            onClick={submit}
          >
            {w.save}
          </Button>
        )
      }
    >
      <Table verticalSpacing={3} highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{w.parameter}</Table.Th>
            <Table.Th w={150}>{w.value}</Table.Th>
            <Table.Th>{w.unit}</Table.Th>
            <Table.Th>{w.flag}</Table.Th>
            <Table.Th>{w.range}</Table.Th>
            <Table.Th>{w.previous}</Table.Th>
            <Table.Th>{w.source}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {report.values.map((value, index) => {
            const { source } = value;
            const [last] = previous[value.parameterId] ?? [];
            return (
              <Table.Tr key={value.parameterId}>
                <Table.Td>{value.name}</Table.Td>
                <Table.Td>
                  {editable ? (
                    <>
                      <TextInput
                        ref={(element) => {
                          fields.current[index] = element;
                        }}
                        size="xs"
                        aria-label={value.name}
                        list={`choices-${value.parameterId}`}
                        value={typed[value.parameterId] ?? value.value ?? ''}
                        error={errorOf(value.parameterId)}
                        onChange={(event) => setTyped({ ...typed, [value.parameterId]: event.currentTarget.value })}
                        onKeyDown={(event) => move(event, index)}
                      />
                      <datalist id={`choices-${value.parameterId}`}>
                        {(choices.get(value.parameterId) ?? []).map((choice) => (
                          <option key={choice} value={choice} />
                        ))}
                      </datalist>
                    </>
                  ) : (
                    <Text size="sm" fw={value.flag ? 700 : 400}>
                      {value.value ?? '—'}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td c="dimmed">{value.unit}</Table.Td>
                <Table.Td>
                  <Flag flag={value.flag} />
                </Table.Td>
                <Table.Td c="dimmed">{value.rangeText}</Table.Td>
                <Table.Td c="dimmed">{last ? `${last.value} (${format.date(last.at)})` : ''}</Table.Td>
                <Table.Td>
                  {source?.kind === 'analyzer' ? (
                    <Group gap={4} wrap="nowrap">
                      <Button size="compact-xs" variant="subtle" onClick={() => onTrace(source.deviceResultId)}>
                        {source.deviceName}
                      </Button>
                    </Group>
                  ) : (
                    <Text size="xs" c="dimmed">
                      {source ? w.byHand : ''}
                    </Text>
                  )}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}
