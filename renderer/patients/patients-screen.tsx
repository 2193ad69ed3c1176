import { Button, Select, TextInput } from '@mantine/core';
import { IconSearch, IconTableImport, IconUserPlus, IconUsers } from '@tabler/icons-react';
import { keepPreviousData, skipToken, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { formatPhone } from '../../shared/patients/contact.ts';
import type { PatientFilters } from '../../shared/patients/list.ts';
import { sexSchema } from '../../shared/patients/schema.ts';
import { type Outputs, type RowOf, useTRPC } from '../app/api.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat, useMay } from '../app/me.tsx';
import { useSearchText } from '../app/search-text.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { LinkButton } from '../ui/link.tsx';
import { OptionalDayField } from '../ui/optional-day-field.tsx';
import { Page } from '../ui/page.tsx';
import { SavedViews } from '../ui/saved-views.tsx';
import { Time } from '../ui/time.tsx';
import { byCursor, usePages } from '../ui/use-pages.ts';
import { words } from '../words/index.ts';
import { ExportMenu } from './export-menu.tsx';
import { WarningSign } from './patient-warning.tsx';

type Row = RowOf<Outputs['patients']['list']>;
type Found = Outputs['search']['global']['patients'][number];

const route = getRouteApi('/patients');
const mostFound = 50;
const sexes = [
  { value: '', label: words.patients.anySex },
  ...sexSchema.options.map((value) => ({ value, label: words.patients.sexes[value] })),
];

/** All patients, the newest first; as one types, those whom the search finds. */
export function PatientsScreen() {
  const search = route.useSearch();
  const { text, from, to, sex } = search;
  const navigateHere = route.useNavigate();
  const field = useSearchText(text, navigateHere);
  const navigate = useNavigate();
  const may = useMay();
  const register = () => void navigate({ to: '/patients/new', search: { name: text } });
  const show = (next: Partial<typeof search>) => void navigateHere({ search: { ...search, ...next }, replace: true });
  const filters = { from, to, sex };
  const narrowed = from !== undefined || to !== undefined || sex !== undefined;
  useKeys(words.patients.title, [
    { keys: 'F2', label: words.patients.register, run: register, disabled: !may('patient.create') },
    { keys: '/', label: words.patients.search, run: field.focus },
  ]);

  return (
    <Page
      title={words.patients.title}
      actions={
        <>
          {may('patient.import') && (
            <LinkButton variant="default" to="/patients/import" leftSection={<IconTableImport size={16} aria-hidden />}>
              {words.patients.import}
            </LinkButton>
          )}
          {may('patient.export') && <ExportMenu filters={filters} />}
          {may('patient.create') && (
            <LinkButton
              to="/patients/new"
              search={{ name: text }}
              leftSection={<IconUserPlus size={16} aria-hidden />}
              rightSection={<KeysHint keys="F2" />}
            >
              {words.patients.register}
            </LinkButton>
          )}
        </>
      }
      filters={
        <>
          <TextInput
            {...field.props}
            aria-label={words.patients.search}
            placeholder={words.patients.search}
            leftSection={<IconSearch size={15} aria-hidden />}
            w={300}
            autoFocus
          />
          <OptionalDayField label={words.patients.from} value={from} onChange={(day) => show({ from: day })} />
          <OptionalDayField label={words.patients.to} value={to} onChange={(day) => show({ to: day })} />
          <Select
            aria-label={words.patients.sex}
            w={120}
            data={sexes}
            value={sex ?? ''}
            onChange={(value) => show({ sex: sexSchema.safeParse(value).data })}
          />
          <SavedViews
            list="patients"
            filters={filters}
            onShow={(view) => void navigateHere({ search: view, replace: true })}
          />
          {narrowed && (
            <Button variant="subtle" onClick={() => show({ from: undefined, to: undefined, sex: undefined })}>
              {words.patients.clearFilters}
            </Button>
          )}
        </>
      }
    >
      {text ? <FoundPatients text={text} /> : <AllPatients filters={filters} narrowed={narrowed} />}
    </Page>
  );
}

function AllPatients({ filters, narrowed }: { filters: PatientFilters; narrowed: boolean }) {
  const trpc = useTRPC();
  const navigate = useNavigate();
  const format = useFormat();
  const list = useInfiniteQuery(trpc.patients.list.infiniteQueryOptions({ ...filters, limit: 100 }, byCursor));
  const pages = usePages(list);
  const columns = useMemo<Column<Row>[]>(
    () => [
      { id: 'number', header: words.patients.number, size: 110, cell: (row) => row.number, text: (row) => row.number },
      {
        id: 'name',
        header: words.patients.name,
        size: 200,
        grow: 3,
        cell: (row) => (
          <>
            {row.fullName}
            <WarningSign warning={row.warning} />
          </>
        ),
        text: (row) => [row.fullName, row.warning].filter(Boolean).join(' – '),
      },
      {
        id: 'sex',
        header: words.patients.sex,
        size: 80,
        cell: (row) => words.patients.sexes[row.sex],
        text: (row) => words.patients.sexes[row.sex],
      },
      {
        id: 'age',
        header: words.patients.age,
        size: 70,
        align: 'end',
        cell: (row) => row.ageText,
        text: (row) => row.ageText,
      },
      {
        id: 'phone',
        header: words.patients.phone,
        size: 150,
        grow: 1,
        cell: (row) => row.phone && formatPhone(row.phone),
        text: (row) => row.phone ?? '',
      },
      {
        id: 'registered',
        header: words.patients.registered,
        size: 150,
        cell: (row) => <Time at={row.createdAt} />,
        text: (row) => format.dateTime(row.createdAt),
      },
    ],
    [format],
  );
  return (
    <DataTable
      {...pages}
      label={words.patients.title}
      columns={columns}
      rowId={(row) => row.id}
      onOpen={({ id }) => void navigate({ to: '/patients/$patientId', params: { patientId: id } })}
      empty={
        <Empty
          icon={IconUsers}
          title={narrowed ? words.patients.noneTitle : words.patients.emptyTitle}
          action={<LinkButton to="/patients/new">{words.patients.register}</LinkButton>}
        >
          {narrowed ? words.patients.noneFiltered : words.patients.emptyText}
        </Empty>
      }
    />
  );
}

const foundColumns: readonly Column<Found>[] = [
  { id: 'name', header: words.patients.name, size: 220, grow: 2, cell: (row) => row.title, text: (row) => row.title },
  {
    id: 'details',
    header: words.patients.details,
    size: 300,
    grow: 3,
    cell: (row) => row.subtitle,
    text: (row) => row.subtitle,
  },
];

function FoundPatients({ text }: { text: string }) {
  const trpc = useTRPC();
  const navigate = useNavigate();
  const found = useQuery(
    trpc.search.global.queryOptions(text.length >= 1 ? { text, limit: mostFound } : skipToken, {
      placeholderData: keepPreviousData,
      staleTime: 0,
    }),
  );
  const rows = useMemo(() => found.data?.patients ?? [], [found.data]);
  return (
    <DataTable
      rows={rows}
      loading={found.isPending}
      error={found.error}
      retry={() => void found.refetch()}
      label={words.patients.title}
      columns={foundColumns}
      rowId={(row) => row.id}
      onOpen={({ id }) => void navigate({ to: '/patients/$patientId', params: { patientId: id } })}
      empty={
        <Empty
          icon={IconUserPlus}
          title={words.patients.noneTitle}
          action={
            <LinkButton to="/patients/new" search={{ name: text }}>
              {words.patients.register}
            </LinkButton>
          }
        >
          {words.patients.noneText(text)}
        </Empty>
      }
    />
  );
}
