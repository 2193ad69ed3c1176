import { Button, Fieldset, NumberInput, Table, Text, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { Outputs } from '../app/api.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat } from '../app/me.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { SearchSelect } from '../ui/search-select.tsx';
import { words } from '../words/index.ts';
import type { EntryValues } from './entry-values.ts';

const { directory: w } = words;

/** What an outsource lab does for us: a row a test, with its rate and its promised time. */
export function OutsourceTests({
  form,
  tests,
}: {
  form: UseFormReturnType<EntryValues>;
  tests: Outputs['directory']['references']['tests'];
}) {
  const { currency } = useFormat();
  const add = () => form.insertListItem('tests', { test: '', rate: '', hours: '' });
  useKeys(w.testsDone, [{ keys: 'F4', label: w.addTest, run: add }]);
  const taken = new Set(form.values.tests.map(({ test }) => test));
  const choices = tests.map(({ code, name }) => ({ value: code, label: `${code} · ${name}` }));
  return (
    <Fieldset legend={w.testsDone}>
      {form.values.tests.length === 0 ? (
        <Text size="sm" c="dimmed">
          {w.noTests}
        </Text>
      ) : (
        <Table verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{w.test}</Table.Th>
              <Table.Th w={150}>{`${w.rate} (${currency})`}</Table.Th>
              <Table.Th w={150}>{w.turnaround}</Table.Th>
              <Table.Th w={40} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {form.values.tests.map(({ test }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no id until they are saved, and are only appended or removed
              <Table.Tr key={index}>
                <Table.Td>
                  <SearchSelect
                    aria-label={w.test}
                    autoFocus={test === ''}
                    data={choices.filter(({ value }) => value === test || !taken.has(value))}
                    {...form.getInputProps(`tests.${index}.test`)}
                    value={test || null}
                    onChange={(code) => form.setFieldValue(`tests.${index}.test`, code ?? '')}
                  />
                </Table.Td>
                <Table.Td>
                  <TextInput
                    aria-label={w.rate}
                    inputMode="decimal"
                    styles={{ input: { textAlign: 'end' } }}
                    {...form.getInputProps(`tests.${index}.rate`)}
                  />
                </Table.Td>
                <Table.Td>
                  <NumberInput aria-label={w.turnaround} min={0} {...form.getInputProps(`tests.${index}.hours`)} />
                </Table.Td>
                <Table.Td>
                  <IconButton
                    label={w.removeTest}
                    icon={IconTrash}
                    onClick={() => form.removeListItem('tests', index)}
                  />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <Button
        mt="xs"
        variant="default"
        leftSection={<IconPlus size={15} aria-hidden />}
        rightSection={<KeysHint keys="F4" />}
        onClick={add}
      >
        {w.addTest}
      </Button>
    </Fieldset>
  );
}
