import { Button, SegmentedControl, Select, TextInput } from '@mantine/core';
import { IconListDetails, IconPlus, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { isActive } from '../../shared/catalogue/active.ts';
import { displayUnit } from '../../shared/catalogue/units.ts';
import { type Outputs, type RowOf, useTRPC } from '../app/api.ts';
import { useKeys } from '../app/keys.tsx';
import { useMay } from '../app/me.tsx';
import { useSearchText } from '../app/search-text.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { LinkButton } from '../ui/link.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { byCursor, usePages } from '../ui/use-pages.ts';
import { words } from '../words/index.ts';

type Row = RowOf<Outputs['catalogue']['list']>;
type Shown = Exclude<Row['kind'], 'referenceRanges'>;

const { catalogue: w } = words;
const route = getRouteApi('/catalogue');
const shownKinds: readonly Shown[] = ['test', 'profile', 'parameter', 'specimenType', 'priceList'];

/** All entries of the catalogue, a kind at a time. */
export function CatalogueScreen() {
  const search = route.useSearch();
  const navigateHere = route.useNavigate();
  const navigate = useNavigate();
  const trpc = useTRPC();
  const may = useMay();
  const field = useSearchText(search.text, navigateHere);
  const kind: Shown = search.kind === undefined || search.kind === 'referenceRanges' ? 'test' : search.kind;
  const { department, state, text } = search;
  const list = useInfiniteQuery(
    trpc.catalogue.list.infiniteQueryOptions(
      { kind, department, state, text: text || undefined, limit: 200 },
      byCursor,
    ),
  );
  const pages = usePages(list);
  const show = (next: Partial<typeof search>) => void navigateHere({ search: { ...search, ...next }, replace: true });
  const create = () => void navigate({ to: '/catalogue/new', search: { kind } });
  const mayChange = may('catalogue.update');
  const starter = useMutation(
    trpc.catalogue.addStarter.mutationOptions({ onSuccess: ({ created }) => notifyDone(w.starterAdded(created)) }),
  );
  useKeys(w.title, [
    { keys: '/', label: w.search, run: field.focus },
    { keys: 'F2', label: w.create(w.kind[kind]), run: create, disabled: !mayChange },
    {
      keys: 'F4',
      label: w.grid,
      run: () => void navigate({ to: '/catalogue/grid', search: { what: 'tests' } }),
      disabled: !mayChange,
    },
  ]);
  const narrowed = Boolean(department || state || text);

  return (
    <Page
      title={w.title}
      actions={
        <>
          <LinkButton variant="default" to="/catalogue/files">
            {w.files}
          </LinkButton>
          {mayChange && (
            <>
              <LinkButton variant="default" to="/catalogue/grid" search={{ what: 'prices' }}>
                {w.priceGrid}
              </LinkButton>
              <LinkButton
                variant="default"
                to="/catalogue/grid"
                search={{ what: 'tests' }}
                rightSection={<KeysHint keys="F4" />}
              >
                {w.grid}
              </LinkButton>
              <Button
                leftSection={<IconPlus size={16} aria-hidden />}
                rightSection={<KeysHint keys="F2" />}
                onClick={create}
              >
                {w.create(w.kind[kind])}
              </Button>
            </>
          )}
        </>
      }
      filters={
        <>
          <SegmentedControl
            aria-label={w.title}
            value={kind}
            data={shownKinds.map((value) => ({ value, label: w.kinds[value] }))}
            onChange={(value) => show({ kind: shownKinds.find((one) => one === value), department: undefined })}
          />
          <TextInput
            {...field.props}
            aria-label={w.search}
            placeholder={w.search}
            leftSection={<IconSearch size={15} aria-hidden />}
            w={220}
            autoFocus
          />
          {kind === 'test' && (
            <Select
              aria-label={w.department}
              placeholder={w.anyDepartment}
              clearable
              w={180}
              data={list.data?.pages[0]?.departments ?? []}
              value={department ?? null}
              onChange={(value) => show({ department: value ?? undefined })}
            />
          )}
          <Select
            aria-label={w.state}
            w={130}
            data={Object.entries(w.states).map(([value, label]) => ({ value, label }))}
            value={state ?? ''}
            onChange={(value) => show({ state: value === 'on' || value === 'off' ? value : undefined })}
          />
        </>
      }
    >
      <DataTable
        {...pages}
        key={kind}
        label={w.kinds[kind]}
        columns={columns[kind]}
        rowId={(row) => row.id}
        onOpen={({ id }) => void navigate({ to: '/catalogue/$entryId', params: { entryId: id } })}
        empty={
          narrowed ? (
            <Empty icon={IconListDetails} title={w.noneTitle}>
              {w.noneText}
            </Empty>
          ) : (
            <Empty
              icon={IconListDetails}
              title={w.emptyTitle}
              action={
                mayChange && (
                  <Button loading={starter.isPending} onClick={() => starter.mutate()}>
                    {w.addStarter}
                  </Button>
                )
              }
            >
              {w.emptyText}
            </Empty>
          )
        }
      />
    </Page>
  );
}

const column = (id: string, header: string, size: number, text: (row: Row) => string, grow?: number): Column<Row> => ({
  id,
  header,
  size,
  ...(grow === undefined ? {} : { grow }),
  text,
  cell: text,
});
const number = (id: string, header: string, size: number, of: (row: Row) => number | undefined): Column<Row> => ({
  ...column(id, header, size, (row) => String(of(row) ?? '')),
  align: 'end',
});
const code = column('code', w.code, 120, (row) => row.code);
const name = column('name', w.name, 220, (row) => row.name, 2);
const state = column('state', w.state, 100, (row) => (isActive(row, undefined) ? w.on : w.off));

const columns: Readonly<Record<Shown, readonly Column<Row>[]>> = {
  test: [
    code,
    name,
    column('aliases', w.aliases, 160, (row) => row.aliases.join(', '), 1),
    column('department', w.department, 140, (row) => row.department ?? ''),
    column('specimen', w.specimen, 110, (row) => row.specimenType ?? ''),
    number('parameters', w.parameters, 90, (row) => row.count),
    number('turnaround', w.turnaround, 120, (row) => row.turnaroundMinutes),
    state,
  ],
  profile: [
    code,
    name,
    column('aliases', w.aliases, 160, (row) => row.aliases.join(', '), 1),
    number('tests', w.tests, 80, (row) => row.count),
    state,
  ],
  parameter: [
    code,
    name,
    column('type', w.type, 90, (row) => row.valueType ?? ''),
    column('unit', w.unit, 120, (row) => displayUnit(row.unit)),
    column('loinc', 'LOINC', 90, (row) => row.loinc ?? ''),
    state,
  ],
  specimenType: [code, name, column('container', w.container, 200, (row) => row.container ?? '', 1), state],
  priceList: [
    code,
    name,
    column('currency', w.currency, 90, (row) => row.currency ?? ''),
    number('prices', w.prices, 90, (row) => row.count),
    state,
  ],
};
