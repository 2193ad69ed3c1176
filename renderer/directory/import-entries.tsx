import { Alert, Button, FileButton, Group, Modal, Progress, ScrollArea, Stack, Table, Text } from '@mantine/core';
import { IconFileDownload, IconFileImport } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import {
  type ImportError,
  type ImportKind,
  type ImportTable,
  importBatch,
  importFields,
  readImportTable,
} from '../../shared/directory/import.ts';
import { useTRPCClient } from '../app/api.ts';
import { reportUnexpected } from '../app/errors.ts';
import { toCsv } from '../ui/csv.ts';
import { notifyDone, notifyError } from '../ui/notify.tsx';
import { saveFile } from '../ui/save-file.ts';
import { words } from '../words/index.ts';

const { directory: w } = words;

/** What the rows would do, or did. */
interface Outcome {
  readonly created: number;
  readonly changed: number;
  readonly same: number;
  readonly errors: readonly ImportError[];
}

/** Reads a CSV file into the directory: first what would happen, with the errors by row, then for real. */
export function ImportEntries({ kind, opened, onClose }: { kind: ImportKind; opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title={w.importTitle(w.kinds[kind])} size="lg">
      <ImportForm kind={kind} onDone={onClose} />
    </Modal>
  );
}

function ImportForm({ kind, onDone }: { kind: ImportKind; onDone: () => void }) {
  const [table, setTable] = useState<ImportTable>();
  const [outcome, setOutcome] = useState<Outcome>();
  const { run, progress, stop } = useImport(kind);
  const read = async (file: File | null) => {
    if (!file) return;
    setOutcome(undefined);
    const found = await tableOf(kind, file);
    setTable(found);
    if (found) setOutcome(await run(found, true));
    else notifyError({ message: w.unreadable });
  };
  const store = async () => {
    const done = table && (await run(table, false));
    if (!done) return;
    notifyDone(w.stored(done.created, done.changed));
    onDone();
  };
  const toStore = outcome ? outcome.created + outcome.changed : 0;
  return (
    <Stack gap="sm">
      <Text size="sm">{w.importText}</Text>
      <Group gap="xs">
        <FileButton accept=".csv,text/csv" onChange={(file) => void read(file)}>
          {(props) => (
            <Button
              {...props}
              data-autofocus
              variant={table ? 'default' : 'filled'}
              leftSection={<IconFileImport size={16} aria-hidden />}
            >
              {w.chooseFile}
            </Button>
          )}
        </FileButton>
        <Button
          variant="subtle"
          leftSection={<IconFileDownload size={16} aria-hidden />}
          onClick={() => savePattern(kind)}
        >
          {w.pattern}
        </Button>
      </Group>
      {progress && (
        <Group gap="sm" wrap="nowrap">
          <Progress value={(100 * progress.done) / Math.max(1, progress.all)} flex={1} aria-label={w.import} />
          <Text size="xs" role="status">
            {progress.dryRun ? w.reading(progress.done, progress.all) : w.storing(progress.done, progress.all)}
          </Text>
          <Button variant="default" size="compact-xs" onClick={stop}>
            {w.stop}
          </Button>
        </Group>
      )}
      {outcome && (
        <>
          <Alert color={outcome.errors.length > 0 ? 'orange' : 'accent'} role="status">
            <Text size="sm">{w.outcome(outcome.created, outcome.changed, outcome.same)}</Text>
            {outcome.errors.length > 0 && <Text size="sm">{w.faulty(outcome.errors.length)}</Text>}
            {table && table.unknown.length > 0 && <Text size="sm">{w.unknownColumns(table.unknown.join(', '))}</Text>}
          </Alert>
          {outcome.errors.length > 0 && <Errors errors={outcome.errors} />}
          <Group justify="flex-end">
            <Button disabled={toStore === 0} loading={progress?.dryRun === false} onClick={() => void store()}>
              {w.store(toStore)}
            </Button>
          </Group>
        </>
      )}
    </Stack>
  );
}

const mostShown = 500;

function Errors({ errors }: { errors: readonly ImportError[] }) {
  return (
    <ScrollArea.Autosize mah={260}>
      <Table stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={60}>{w.line}</Table.Th>
            <Table.Th w={140}>{w.field}</Table.Th>
            <Table.Th>{w.problem}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {errors.slice(0, mostShown).map(({ line, field, message }) => (
            <Table.Tr key={`${line} ${field} ${message}`}>
              <Table.Td>{line}</Table.Td>
              <Table.Td>{field}</Table.Td>
              <Table.Td>{message}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}

/** Sends the rows in batches, each a commit of its own, so that nothing else waits and one can stop in between. */
function useImport(kind: ImportKind) {
  const client = useTRPCClient();
  const [progress, setProgress] = useState<{ done: number; all: number; dryRun: boolean }>();
  const stopped = useRef(false);
  const run = async (table: ImportTable, dryRun: boolean): Promise<Outcome | undefined> => {
    const all = table.rows.length;
    const sum = { created: 0, changed: 0, same: 0, errors: [...table.errors] };
    stopped.current = false;
    try {
      for (let done = 0; done < all && !stopped.current; done += importBatch) {
        setProgress({ done, all, dryRun });
        const rows = table.rows.slice(done, done + importBatch);
        const part = await client.directory.import.mutate({ kind, rows, dryRun });
        sum.created += part.created;
        sum.changed += part.changed;
        sum.same += part.same;
        sum.errors.push(...part.errors);
      }
      return stopped.current && dryRun ? undefined : { ...sum, errors: sum.errors.toSorted((a, b) => a.line - b.line) };
    } catch (error) {
      reportUnexpected(error);
      return undefined;
    } finally {
      setProgress(undefined);
    }
  };
  return { run, progress, stop: () => (stopped.current = true) };
}

/** The file as rows of text; undefined when it is no table. The parser comes only when it is needed. */
async function tableOf(kind: ImportKind, file: File): Promise<ImportTable | undefined> {
  const { default: Papa } = await import('papaparse');
  const { data } = Papa.parse<string[]>(await file.text(), { skipEmptyLines: false });
  return data.length > 0 && data.every(Array.isArray) ? readImportTable(kind, data) : undefined;
}

function savePattern(kind: ImportKind): void {
  const columns = importFields[kind].map((field) => ({ header: field, text: () => '' }));
  saveFile(`${w.kinds[kind]}.csv`, new Blob([toCsv(columns, [])], { type: 'text/csv;charset=utf-8' }));
}
