import { TextInput } from '@mantine/core';
import { IconSearch, IconUserPlus, IconUsers } from '@tabler/icons-react';
import { keepPreviousData, skipToken, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { formatPhone } from '../../shared/patients/contact.ts';
import { type Outputs, type RowOf, useTRPC } from '../app/api.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat, useMay } from '../app/me.tsx';
import { useSearchText } from '../app/search-text.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { LinkButton } from '../ui/link.tsx';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { byCursor, usePages } from '../ui/use-pages.ts';
import { words } from '../words/index.ts';

type Row = RowOf<Outputs['patients']['list']>;
type Found = Outputs['search']['global']['patients'][number];

const route = getRouteApi('/patients');
const mostFound = 50;

/** All patients, the newest first; as one types, those whom the search finds. */
export function PatientsScreen() {
  const { text } = route.useSearch();
  const field = useSearchText(text, route.useNavigate());
  const navigate = useNavigate();
  const may = useMay();
  const register = () => void navigate({ to: '/patients/new', search: { name: text } });
  useKeys(words.patients.title, [
    { keys: 'F2', label: words.patients.register, run: register, disabled: !may('patient.create') },
    { keys: '/', label: words.patients.search, run: field.focus },
  ]);

  return (
    <Page
      title={words.patients.title}
      actions={
        may('patient.create') && (
          <LinkButton
            to="/patients/new"
            search={{ name: text }}
            leftSection={<IconUserPlus size={16} aria-hidden />}
            rightSection={<KeysHint keys="F2" />}
          >
            {words.patients.register}
          </LinkButton>
        )
      }
      filters={
        <TextInput
          {...field.props}
          aria-label={words.patients.search}
          placeholder={words.patients.search}
          leftSection={<IconSearch size={15} aria-hidden />}
          w={360}
          autoFocus
        />
      }
    >
      {text ? <FoundPatients text={text} /> : <AllPatients />}
    </Page>
  );
}

function AllPatients() {
  const trpc = useTRPC();
  const navigate = useNavigate();
  const format = useFormat();
  const list = useInfiniteQuery(trpc.patients.list.infiniteQueryOptions({ limit: 100 }, byCursor));
  const pages = usePages(list);
  const columns = useMemo<Column<Row>[]>(
    () => [
      { id: 'number', header: words.patients.number, size: 110, cell: (row) => row.number, text: (row) => row.number },
      {
        id: 'name',
        header: words.patients.name,
        size: 200,
        grow: 3,
        cell: (row) => row.fullName,
        text: (row) => row.fullName,
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
          title={words.patients.emptyTitle}
          action={<LinkButton to="/patients/new">{words.patients.register}</LinkButton>}
        >
          {words.patients.emptyText}
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
