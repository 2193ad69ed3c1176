import { Alert, Button, FileButton, Group, Stack, Table, Text } from '@mantine/core';
import { IconTableExport, IconTableImport } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { differenceText } from '../../shared/catalogue/entries.ts';
import type { CatalogueEntry } from '../../shared/catalogue/schema.ts';
import type { SheetError } from '../../shared/catalogue/sheets.ts';
import { type Outputs, useTRPC, useTRPCClient } from '../app/api.ts';
import { reportUnexpected, sentence } from '../app/errors.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat, useMay } from '../app/me.tsx';
import { LinkButton } from '../ui/link.tsx';
import { notifyDone, notifyError } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { saveFile } from '../ui/save-file.ts';
import { words } from '../words/index.ts';
import { readCatalogueFile, toJson, toXlsx } from './workbook.ts';

const { catalogue: w } = words;
const mostShown = 200;

interface Preview {
  readonly name: string;
  readonly entries: readonly CatalogueEntry[];
  readonly errors: readonly SheetError[];
  readonly warnings: readonly SheetError[];
  readonly seen: string;
  readonly changes: Outputs['catalogue']['previewImport']['changes'];
}

/** The catalogue as a file, and a file as changes of the catalogue: looked at first, then done in one step. */
export function FilesScreen() {
  const client = useTRPCClient();
  const may = useMay();
  const { currency } = useFormat();
  const save = useMutation({
    mutationFn: async (kind: 'xlsx' | 'json') => {
      const entries = await client.catalogue.exportEntries.query();
      saveFile(`catalogue.${kind}`, kind === 'xlsx' ? await toXlsx(entries, currency) : toJson(entries));
    },
    onError: reportUnexpected,
  });
  useKeys(w.filesTitle, [{ keys: 'mod+E', label: w.exportXlsx, run: () => save.mutate('xlsx') }]);
  return (
    <Page
      title={w.filesTitle}
      body="scroll"
      actions={
        <LinkButton variant="default" to="/catalogue">
          {w.back}
        </LinkButton>
      }
    >
      <Panel title={w.exportPanel}>
        <Stack gap="xs">
          <Text size="sm">{w.exportText}</Text>
          <Group gap="xs">
            <Button
              leftSection={<IconTableExport size={16} aria-hidden />}
              loading={save.isPending}
              onClick={() => save.mutate('xlsx')}
            >
              {w.exportXlsx}
            </Button>
            <Button variant="default" loading={save.isPending} onClick={() => save.mutate('json')}>
              {w.exportJson}
            </Button>
          </Group>
        </Stack>
      </Panel>
      {may('catalogue.update') && <ImportPanel currency={currency} />}
    </Page>
  );
}

function ImportPanel({ currency }: { currency: string }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const [preview, setPreview] = useState<Preview>();
  const read = useMutation({
    mutationFn: async (file: File): Promise<Preview> => {
      const { entries, errors, placeOf } = await readCatalogueFile(file, currency);
      const nothing = { name: file.name, entries, errors, warnings: [], seen: '', changes: [] };
      if (entries.length === 0) return nothing;
      const answer = await client.catalogue.previewImport.mutate({ entries: [...entries] });
      return {
        ...nothing,
        errors: [...errors, ...answer.errors.map(placeOf)],
        warnings: answer.warnings.map(placeOf),
        seen: answer.seen,
        changes: answer.changes,
      };
    },
    onSuccess: setPreview,
    onError: (error) => {
      setPreview(undefined);
      notifyError({ message: w.notReadable, remedy: error instanceof Error ? error.message : '' });
    },
  });
  const run = useMutation(
    trpc.catalogue.importEntries.mutationOptions({
      onSuccess: ({ created, changed }) => {
        setPreview(undefined);
        notifyDone(w.importDone(created, changed));
      },
    }),
  );
  const real = preview?.changes.filter(({ state }) => state !== 'same') ?? [];
  return (
    <Panel title={w.importPanel}>
      <Stack gap="sm">
        <Text size="sm">{w.importText}</Text>
        <Group gap="xs">
          <FileButton accept=".xlsx,.json" onChange={(file) => file && read.mutate(file)}>
            {(props) => (
              <Button
                {...props}
                variant={preview ? 'default' : 'filled'}
                leftSection={<IconTableImport size={16} aria-hidden />}
                loading={read.isPending}
              >
                {w.chooseFile}
              </Button>
            )}
          </FileButton>
          {preview && preview.errors.length === 0 && real.length > 0 && (
            <Button
              loading={run.isPending}
              onClick={() => run.mutate({ entries: [...preview.entries], seen: preview.seen })}
            >
              {w.importNow(real.length)}
            </Button>
          )}
          {preview && <Text size="sm">{preview.name}</Text>}
        </Group>
        {preview && preview.errors.length > 0 && (
          <Alert color="red" role="alert" title={w.fileErrors(preview.errors.length)}>
            <Places places={preview.errors} />
          </Alert>
        )}
        {preview && preview.warnings.length > 0 && (
          <Alert color="yellow" title={w.warningsBefore}>
            <Places places={preview.warnings} />
          </Alert>
        )}
        {preview && preview.errors.length === 0 && <Changes changes={preview.changes} />}
      </Stack>
    </Panel>
  );
}

function Places({ places }: { places: readonly SheetError[] }) {
  return (
    <Table verticalSpacing={2}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={130}>{w.sheet}</Table.Th>
          <Table.Th w={60}>{w.row}</Table.Th>
          <Table.Th w={150}>{w.column}</Table.Th>
          <Table.Th>{w.problem}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {places.slice(0, mostShown).map((place) => (
          <Table.Tr key={`${place.sheet} ${place.row} ${place.column} ${place.message}`}>
            <Table.Td>{place.sheet}</Table.Td>
            <Table.Td>{place.row || ''}</Table.Td>
            <Table.Td>{place.column}</Table.Td>
            <Table.Td>{sentence(place)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Changes({ changes }: { changes: Preview['changes'] }) {
  const real = changes.filter(({ state }) => state !== 'same');
  const added = real.filter(({ state }) => state === 'new').length;
  if (real.length === 0) return <Text size="sm">{w.nothingNew}</Text>;
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {w.sums(added, real.length - added, changes.length - real.length)}
      </Text>
      <Table verticalSpacing={2}>
        <Table.Tbody>
          {real.slice(0, mostShown).map(({ key, state, differences }) => (
            <Table.Tr key={key}>
              <Table.Td w={240} className="mono">
                {key}
              </Table.Td>
              <Table.Td w={80}>{state === 'new' ? w.new : w.changed}</Table.Td>
              <Table.Td>{state === 'new' ? '' : differenceText(differences)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
