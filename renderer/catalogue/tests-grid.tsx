import { useMutation } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { isActive } from '../../shared/catalogue/active.ts';
import type { ChangeTests } from '../../shared/catalogue/input.ts';
import { useTRPC } from '../app/api.ts';
import { apiErrorOf, describeError, sentence } from '../app/errors.ts';
import { useFormat } from '../app/me.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Query } from '../ui/query.tsx';
import { words } from '../words/index.ts';
import { type CatalogueRow, GridPage, useAllRows } from './grid-page.tsx';
import type { GridColumn } from './sheet-grid.tsx';
import { useDraftedSheet } from './use-drafted-sheet.ts';

const { catalogue: w } = words;
const fields = ['code', 'name', 'department', 'turnaroundMinutes', 'activeTo'] as const;

/** Name, department, turnaround and on or off of many tests. */
export function TestsGrid({ department }: { department: string | undefined }) {
  const all = useAllRows('test', department);
  return (
    <Query query={{ data: all.rows, error: all.error, refetch: all.refetch }}>
      {(tests) => <Grid key={department} tests={tests} departments={all.departments} department={department} />}
    </Query>
  );
}

function Grid({
  tests: read,
  departments,
  department,
}: {
  tests: readonly CatalogueRow[];
  departments: readonly string[];
  department: string | undefined;
}) {
  // What the person began to change; a newer state of a test must end in a conflict, not be overwritten.
  const [tests, setTests] = useState(read);
  const trpc = useTRPC();
  const format = useFormat();
  const before = useMemo(() => tests.map(cellsOf), [tests]);
  const [names] = useState(() => ({ rows: read.map(({ id }) => id), columns: fields }));
  const drafted = useDraftedSheet('catalogue.testsGrid', before, names);
  const { sheet } = drafted;
  const [errors, setErrors] = useState<ReadonlyMap<string, string>>(new Map());
  const [problem, setProblem] = useState<string>();
  const changedRows = sheet.rows.flatMap((row, index) => (isSame(row, before[index]) ? [] : [index]));
  const save = useMutation(
    trpc.catalogue.changeTests.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: ({ saved, changed }) => {
        notifyDone(w.gridSaved(changed));
        const revisions = new Map(saved.map(({ id, rev }) => [id, rev]));
        const next = tests.map((test, index) => ({
          ...withCells(test, sheet.rows[index] ?? [], format.daysAgo(1)),
          rev: revisions.get(test.id) ?? test.rev,
        }));
        setTests(next);
        drafted.saved(next.map(cellsOf));
        setErrors(new Map());
        setProblem(undefined);
      },
      onError: (error) => {
        const known = apiErrorOf(error);
        if (known?.kind !== 'validation') {
          setProblem(sentence(describeError(error)));
          return;
        }
        setErrors(
          new Map(
            known.errors.map((one) => {
              const [, index = '0', , field = ''] = one.field.split('.');
              const column = fields.findIndex((name) => name === (field === '' ? 'name' : field));
              return [`${changedRows[Number(index)] ?? 0}.${Math.max(1, column)}`, sentence(one)];
            }),
          ),
        );
      },
    }),
  );
  const columns: readonly GridColumn[] = [
    { id: 'code', header: w.code, size: 110, readOnly: true },
    { id: 'name', header: w.name, size: 260, grow: 3 },
    { id: 'department', header: w.department, size: 160, grow: 1, options: departments },
    { id: 'turnaround', header: w.turnaround, size: 130, align: 'end', check: checkMinutes },
    { id: 'active', header: w.active, size: 110, options: ['yes', 'no'], check: checkYesOrNo },
  ];
  const submit = () => {
    setErrors(new Map());
    setProblem(undefined);
    const yesterday = format.daysAgo(1);
    save.mutate({
      changes: changedRows.flatMap((row) => {
        const test = tests[row];
        return test ? [changeOf(test, before[row] ?? [], sheet.rows[row] ?? [], yesterday)] : [];
      }),
    });
  };
  return (
    <GridPage
      title={w.gridTitle}
      departments={departments}
      department={department}
      columns={columns}
      before={before}
      drafted={drafted}
      saving={save.isPending}
      errors={errors}
      problem={problem}
      onSave={submit}
    />
  );
}

function cellsOf(test: CatalogueRow): string[] {
  const { code, name, department = '', turnaroundMinutes } = test;
  return [code, name, department, String(turnaroundMinutes ?? ''), isActive(test, undefined) ? 'yes' : 'no'];
}

function isSame(row: readonly string[], before: readonly string[] | undefined): boolean {
  return row.every((cell, index) => cell === before?.[index]);
}

function checkMinutes(text: string): string | undefined {
  return text === '' || /^[1-9]\d{0,5}$/.test(text) ? undefined : w.notANumber;
}

function checkYesOrNo(text: string): string | undefined {
  return text === 'yes' || text === 'no' ? undefined : w.yesOrNo;
}

/** The test as the row now says it. */
function withCells(test: CatalogueRow, row: readonly string[], yesterday: string): CatalogueRow {
  const [, name = '', department = '', turnaround = '', active = ''] = row;
  const { activeTo = yesterday, ...rest } = test;
  return {
    ...rest,
    name,
    department,
    turnaroundMinutes: turnaround === '' ? undefined : Number(turnaround),
    ...(active === 'no' ? { activeTo } : {}),
  };
}

/** Only what differs, so that two people's changes of one test do not undo each other. */
function changeOf(
  { id, rev }: CatalogueRow,
  before: readonly string[],
  [, name = '', department = '', turnaround = '', active = '']: readonly string[],
  yesterday: string,
): ChangeTests['changes'][number] {
  return {
    id,
    rev,
    change: {
      ...(name === before[1] ? {} : { name }),
      ...(department === before[2] ? {} : { department }),
      ...(turnaround === before[3] ? {} : { turnaroundMinutes: turnaround === '' ? null : Number(turnaround) }),
      ...(active === before[4] ? {} : { activeTo: active === 'yes' ? null : yesterday }),
    },
  };
}
