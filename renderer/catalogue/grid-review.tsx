import { Button, Group, Modal, ScrollArea, Stack, Table, Text } from '@mantine/core';
import { useKeys } from '../app/keys.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { words } from '../words/index.ts';
import type { Difference, SheetRows } from './sheet-block.ts';
import type { GridColumn } from './sheet-grid.tsx';

const { catalogue: w } = words;
const mostShown = 200;

interface GridReviewProps {
  readonly opened: boolean;
  readonly columns: readonly GridColumn[];
  readonly before: SheetRows;
  readonly differences: readonly Difference[];
  readonly onSave: () => void;
  readonly onClose: () => void;
}

/** What saving a grid will change, cell by cell, before anything is saved. The first column of a row names it. */
export function GridReview(props: GridReviewProps) {
  const { opened, differences, onClose } = props;
  return (
    <Modal opened={opened} onClose={onClose} title={w.willChange(differences.length)} size="xl">
      <Changes {...props} />
    </Modal>
  );
}

/** Within the dialog, so that its keys come and go with it. */
function Changes({ opened, columns, before, differences, onSave, onClose }: GridReviewProps) {
  useKeys(
    w.save,
    [
      { keys: 'mod+Enter', label: w.save, run: onSave, disabled: !opened },
      { keys: 'mod+S', label: w.save, run: onSave, disabled: !opened },
    ],
    { inDialog: true },
  );
  return (
    <Stack gap="sm">
      <ScrollArea.Autosize mah="60vh" type="auto">
        <Table verticalSpacing={2} stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{columns[0]?.header}</Table.Th>
              <Table.Th>{w.column}</Table.Th>
              <Table.Th>{w.was}</Table.Th>
              <Table.Th>{w.becomes}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {differences.slice(0, mostShown).map(({ row, column, before: old, text }) => (
              <Table.Tr key={`${row}.${column}`}>
                <Table.Td className="mono">{before[row]?.[0]}</Table.Td>
                <Table.Td>{columns[column]?.header}</Table.Td>
                <Table.Td c="dimmed">{old || w.nothing}</Table.Td>
                <Table.Td>{text || w.nothing}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
      {differences.length > mostShown && (
        <Text size="sm" c="dimmed">
          {w.moreChanges(differences.length - mostShown)}
        </Text>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {w.goOn}
        </Button>
        <Button data-autofocus onClick={onSave} rightSection={<KeysHint keys="mod+Enter" />}>
          {w.save}
        </Button>
      </Group>
    </Stack>
  );
}
