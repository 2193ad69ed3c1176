import { Button, Group, Tabs, Text, TextInput } from '@mantine/core';
import { IconAddressBook, IconFileImport, IconPlus, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { type EntryKind, entryKindSchema, entryKinds } from '../../shared/directory/entries.ts';
import { importKindSchema } from '../../shared/directory/import.ts';
import { useTRPC } from '../app/api.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat, useMay } from '../app/me.tsx';
import { useSearchText } from '../app/search-text.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { LinkButton } from '../ui/link.tsx';
import { Page } from '../ui/page.tsx';
import { byCursor, usePages } from '../ui/use-pages.ts';
import { words } from '../words/index.ts';
import { entryColumns } from './entry-columns.tsx';
import { ImportEntries } from './import-entries.tsx';
import { activeOf, type InUse, StateFilter } from './state-filter.tsx';

const route = getRouteApi('/directory');

/** Whom the laboratory works with, a tab a kind. */
export function DirectoryScreen() {
  const { kind = 'organisation', text, state } = route.useSearch();
  const go = route.useNavigate();
  const navigate = useNavigate();
  const may = useMay();
  const { directory: w } = words;
  const field = useSearchText(text, go);
  const [importing, setImporting] = useState(false);
  const importKind = importKindSchema.safeParse(kind).data;
  const mayChange = may('directory.update');
  const show = (next: EntryKind) => void go({ search: { kind: next, state }, replace: true });
  const step = (by: number) =>
    show(entryKinds[(entryKinds.indexOf(kind) + by + entryKinds.length) % entryKinds.length] ?? kind);
  const add = () => void navigate({ to: '/directory/new', search: { kind, name: text } });
  useKeys(w.title, [
    { keys: 'F2', label: w.add(w.kind[kind]), run: add, disabled: !mayChange },
    { keys: '/', label: w.search, run: field.focus },
    {
      keys: ']',
      label: words.directory.kinds[entryKinds[(entryKinds.indexOf(kind) + 1) % 5] ?? kind],
      run: () => step(1),
    },
    {
      keys: '[',
      label: words.directory.kinds[entryKinds[(entryKinds.indexOf(kind) + 4) % 5] ?? kind],
      run: () => step(-1),
    },
  ]);
  return (
    <Page
      title={w.title}
      actions={
        mayChange && (
          <>
            {importKind && (
              <Button
                variant="default"
                leftSection={<IconFileImport size={16} aria-hidden />}
                onClick={() => setImporting(true)}
              >
                {w.import}
              </Button>
            )}
            <Button
              leftSection={<IconPlus size={16} aria-hidden />}
              rightSection={<KeysHint keys="F2" />}
              onClick={add}
            >
              {w.add(w.kind[kind])}
            </Button>
          </>
        )
      }
      filters={
        <>
          <TextInput
            {...field.props}
            aria-label={w.search}
            placeholder={w.search}
            leftSection={<IconSearch size={15} aria-hidden />}
            w={300}
            autoFocus
          />
          <StateFilter
            value={state}
            onChange={(next) => void go({ search: (before) => ({ ...before, state: next }), replace: true })}
          />
        </>
      }
    >
      <Tabs value={kind} onChange={(value) => show(entryKindSchema.catch(kind).parse(value))}>
        <Tabs.List>
          {entryKinds.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {w.kinds[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      <Entries key={kind} kind={kind} text={text} state={state} />
      {importKind && <ImportEntries kind={importKind} opened={importing} onClose={() => setImporting(false)} />}
    </Page>
  );
}

function Entries({ kind, text, state }: { kind: EntryKind; text: string | undefined; state: InUse }) {
  const trpc = useTRPC();
  const format = useFormat();
  const navigate = useNavigate();
  const { directory: w } = words;
  const list = useInfiniteQuery(
    trpc.directory.list.infiniteQueryOptions(
      { kind, text, active: activeOf(state), limit: 100 },
      { ...byCursor, placeholderData: keepPreviousData },
    ),
  );
  const pages = usePages(list);
  const columns = useMemo(() => entryColumns(kind, format), [kind, format]);
  return (
    <>
      <DataTable
        {...pages}
        label={w.kinds[kind]}
        columns={columns}
        rowId={(row) => row.id}
        onOpen={({ id }) => void navigate({ to: '/directory/$entryId', params: { entryId: id } })}
        empty={
          text ? (
            <Empty icon={IconSearch} title={w.noneFound}>
              {w.noneFoundText}
            </Empty>
          ) : (
            <Empty
              icon={IconAddressBook}
              title={w.kinds[kind]}
              action={
                <LinkButton to="/directory/new" search={{ kind }}>
                  {w.add(w.kind[kind])}
                </LinkButton>
              }
            >
              {w.teach[kind]}
            </Empty>
          )
        }
      />
      {list.data?.pages[0]?.more && (
        <Group>
          <Text size="xs" c="dimmed" role="status">
            {w.more}
          </Text>
        </Group>
      )}
    </>
  );
}
