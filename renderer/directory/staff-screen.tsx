import { Button, Tabs, TextInput } from '@mantine/core';
import { IconPlus, IconSearch, IconUserShield } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { type Outputs, type RowOf, useTRPC } from '../app/api.ts';
import type { Format } from '../app/format.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat } from '../app/me.tsx';
import { useSearchText } from '../app/search-text.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { Page } from '../ui/page.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { byCursor, usePages } from '../ui/use-pages.ts';
import { words } from '../words/index.ts';
import { RoleForm, type RoleStart } from './role-form.tsx';
import { StaffForm } from './staff-form.tsx';
import { activeOf, type InUse, StateFilter } from './state-filter.tsx';

type Person = RowOf<Outputs['staff']['list']>;
type Role = Outputs['staff']['roles'][number];

const route = getRouteApi('/staff');
const { staff: w } = words;

/** Colleagues with their accounts, and the roles that say what they may do. */
export function StaffScreen() {
  const { tab = 'people', text, state } = route.useSearch();
  const navigate = route.useNavigate();
  const field = useSearchText(text, navigate);
  const [person, setPerson] = useState<Person | 'new'>();
  const [role, setRole] = useState<RoleStart>();
  const onPeople = tab === 'people';
  const add = () => (onPeople ? setPerson('new') : setRole({ kind: 'new' }));
  const show = (next: 'people' | 'roles') => void navigate({ search: { tab: next }, replace: true });
  useKeys(w.title, [
    { keys: 'F2', label: onPeople ? w.add : w.addRole, run: add },
    { keys: '/', label: w.search, run: field.focus, disabled: !onPeople },
    { keys: ']', label: onPeople ? w.roles : w.people, run: () => show(onPeople ? 'roles' : 'people') },
  ]);
  return (
    <Page
      title={w.title}
      actions={
        <Button leftSection={<IconPlus size={16} aria-hidden />} rightSection={<KeysHint keys="F2" />} onClick={add}>
          {onPeople ? w.add : w.addRole}
        </Button>
      }
      filters={
        onPeople && (
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
              onChange={(next) => void navigate({ search: (before) => ({ ...before, state: next }), replace: true })}
            />
          </>
        )
      }
    >
      <Tabs value={tab} onChange={(value) => show(value === 'roles' ? 'roles' : 'people')}>
        <Tabs.List>
          <Tabs.Tab value="people">{w.people}</Tabs.Tab>
          <Tabs.Tab value="roles">{w.roles}</Tabs.Tab>
        </Tabs.List>
      </Tabs>
      {onPeople ? (
        <People text={text} state={state} onOpen={setPerson} />
      ) : (
        <Roles onOpen={(one) => setRole({ kind: 'change', role: one })} />
      )}
      <StaffForm person={person} onClose={() => setPerson(undefined)} />
      <RoleForm start={role} onStart={setRole} onClose={() => setRole(undefined)} />
    </Page>
  );
}

function People({ text, state, onOpen }: { text: string | undefined; state: InUse; onOpen: (person: Person) => void }) {
  const trpc = useTRPC();
  const format = useFormat();
  const list = useInfiniteQuery(
    trpc.staff.list.infiniteQueryOptions(
      { text, active: activeOf(state), limit: 100 },
      { ...byCursor, placeholderData: keepPreviousData },
    ),
  );
  const pages = usePages(list);
  const columns = useMemo(() => personColumns(format), [format]);
  return (
    <DataTable
      {...pages}
      label={w.people}
      columns={columns}
      rowId={(row) => row.id}
      onOpen={onOpen}
      empty={
        <Empty icon={IconSearch} title={w.noneTitle}>
          {w.noneText}
        </Empty>
      }
    />
  );
}

function personColumns(format: Format): Column<Person>[] {
  const text = (id: string, header: string, size: number, of: (row: Person) => string): Column<Person> => ({
    id,
    header,
    size,
    cell: of,
    text: of,
  });
  const stateOf = (row: Person) => (row.lockedUntil ? w.locked : row.active ? w.active : w.off);
  return [
    { ...text('name', w.fullName, 200, (row) => row.fullName), grow: 2 },
    text('username', w.username, 130, (row) => row.username),
    { ...text('designation', w.designation, 180, (row) => row.designation ?? ''), grow: 2 },
    { ...text('roles', w.role, 160, (row) => row.roleNames.join(', ')), grow: 2 },
    text('lastLogin', w.lastLogin, 160, (row) => (row.lastLoginAt ? format.recent(row.lastLoginAt) : w.never)),
    { ...text('sessions', w.sessions, 80, (row) => (row.sessions > 0 ? String(row.sessions) : '')), align: 'end' },
    {
      id: 'state',
      header: w.state,
      size: 120,
      cell: (row) => (
        <StateBadge tone={row.lockedUntil ? 'warn' : row.active ? 'ok' : 'off'}>{stateOf(row)}</StateBadge>
      ),
      text: stateOf,
    },
  ];
}

const noRoles: readonly Role[] = [];

const roleColumns: readonly Column<Role>[] = [
  { id: 'name', header: w.roleName, size: 220, grow: 2, cell: (row) => row.name, text: (row) => row.name },
  {
    id: 'rights',
    header: w.rights,
    size: 90,
    align: 'end',
    cell: (row) => row.permissions.length,
    text: (row) => String(row.permissions.length),
  },
  {
    id: 'strict',
    header: w.strictFields,
    size: 150,
    align: 'end',
    cell: (row) => row.strictFields.length,
    text: (row) => String(row.strictFields.length),
  },
  {
    id: 'discount',
    header: w.discountLimit,
    size: 140,
    align: 'end',
    cell: (row) => row.discountLimitPercent ?? 0,
    text: (row) => String(row.discountLimitPercent ?? 0),
  },
  {
    id: 'people',
    header: w.usedBy,
    size: 90,
    align: 'end',
    cell: (row) => row.staffCount,
    text: (row) => String(row.staffCount),
  },
];

function Roles({ onOpen }: { onOpen: (role: Role) => void }) {
  const trpc = useTRPC();
  const roles = useQuery(trpc.staff.roles.queryOptions());
  return (
    <DataTable
      label={w.roles}
      columns={roleColumns}
      rows={roles.data ?? noRoles}
      loading={roles.isPending}
      error={roles.error}
      retry={() => void roles.refetch()}
      rowId={(row) => row.id}
      onOpen={onOpen}
      empty={
        <Empty icon={IconUserShield} title={w.roles}>
          {w.addRole}
        </Empty>
      }
    />
  );
}
