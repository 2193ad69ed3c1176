import { IconReceipt2 } from '@tabler/icons-react';
import { useMutation, useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { formatAmount, parseMoney } from '../../shared/billing/money.ts';
import type { ChangePrices } from '../../shared/catalogue/input.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import { apiErrorOf, describeError, sentence } from '../app/errors.ts';
import { useFormat } from '../app/me.tsx';
import { Empty } from '../ui/empty.tsx';
import { LinkButton } from '../ui/link.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { Query } from '../ui/query.tsx';
import { words } from '../words/index.ts';
import { type CatalogueRow, GridPage, useAllRows } from './grid-page.tsx';
import { cellKey, differencesOf } from './sheet-block.ts';
import type { GridColumn } from './sheet-grid.tsx';
import { useDraftedSheet } from './use-drafted-sheet.ts';

const { catalogue: w } = words;

interface PriceList {
  readonly id: string;
  readonly rev: string;
  readonly code: string;
  readonly currency: string;
  readonly amounts: ReadonlyMap<string, number>;
}

/** The prices of tests and profiles, a column a list. */
export function PricesGrid({ department }: { department: string | undefined }) {
  const trpc = useTRPC();
  const tests = useAllRows('test', department);
  const profiles = useAllRows('profile');
  const listRows = useAllRows('priceList');
  const lists = useQueries({
    queries: (listRows.rows ?? []).map(({ id }) => trpc.catalogue.get.queryOptions({ id })),
    combine: (answers) => answers.flatMap(({ data }) => (data ? listOf(data) : [])),
  });
  const items = tests.rows && profiles.rows && [...tests.rows, ...(department === undefined ? profiles.rows : [])];
  const ready = items && listRows.rows && lists.length === listRows.rows.length ? { items, lists } : undefined;
  return (
    <Query query={{ data: ready, error: tests.error ?? listRows.error, refetch: tests.refetch }}>
      {(data) =>
        data.lists.length === 0 ? (
          <Page title={w.priceGridTitle}>
            <Empty
              icon={IconReceipt2}
              title={w.priceGridTitle}
              action={
                <LinkButton to="/catalogue/new" search={{ kind: 'priceList' }}>
                  {w.create(w.kind.priceList)}
                </LinkButton>
              }
            >
              {w.noLists}
            </Empty>
          </Page>
        ) : (
          <Grid key={department} {...data} departments={tests.departments} department={department} />
        )
      }
    </Query>
  );
}

function Grid({
  items,
  lists: read,
  departments,
  department,
}: {
  items: readonly CatalogueRow[];
  lists: readonly PriceList[];
  departments: readonly string[];
  department: string | undefined;
}) {
  // What the person began to change; a newer state of a list must end in a conflict, not be overwritten.
  const [lists, setLists] = useState(read);
  const trpc = useTRPC();
  const { locale } = useFormat();
  const cells = (of: readonly PriceList[]) =>
    items.map((item) => [
      item.code,
      item.name,
      ...of.map(({ amounts, currency }) => {
        const amount = amounts.get(keyOf(item));
        return amount === undefined ? '' : formatAmount({ amount, currency }, locale);
      }),
    ]);
  const [before, setBefore] = useState(() => cells(lists));
  const [names] = useState(() => ({ rows: items.map(keyOf), columns: ['code', 'name', ...read.map(({ id }) => id)] }));
  const drafted = useDraftedSheet('catalogue.pricesGrid', before, names);
  const { sheet } = drafted;
  const [errors, setErrors] = useState<ReadonlyMap<string, string>>(new Map());
  const [problem, setProblem] = useState<string>();
  const save = useMutation(
    trpc.catalogue.changePrices.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: ({ saved }, { changes }) => {
        notifyDone(w.pricesSaved(changes.reduce((sum, { prices }) => sum + prices.length, 0)));
        const revisions = new Map(saved.map(({ id, rev }) => [id, rev]));
        const next = lists.map((list): PriceList => {
          const amounts = new Map(list.amounts);
          for (const { kind, code, amount } of changes.find(({ id }) => id === list.id)?.prices ?? []) {
            if (amount === null) amounts.delete(`${kind} ${code}`);
            else amounts.set(`${kind} ${code}`, amount);
          }
          return { ...list, amounts, rev: revisions.get(list.id) ?? list.rev };
        });
        setLists(next);
        const shown = cells(next);
        setBefore(shown);
        drafted.saved(shown);
        setErrors(new Map());
        setProblem(undefined);
      },
      onError: (error, { changes }) => {
        const known = apiErrorOf(error);
        if (known?.kind !== 'validation') {
          setProblem(sentence(describeError(error)));
          return;
        }
        const placed = known.errors.map((one) => ({ cell: cellOf(one.field, changes), text: sentence(one) }));
        setErrors(new Map(placed.flatMap(({ cell, text }) => (cell === undefined ? [] : [[cell, text] as const]))));
        const others = placed.filter(({ cell }) => cell === undefined);
        setProblem(others.length > 0 ? others.map(({ text }) => text).join(' ') : undefined);
      },
    }),
  );
  /** The cell of the price that an error of the core is about. */
  const cellOf = (field: string, changes: ChangePrices['changes']): string | undefined => {
    const [, at, priceAt] = /^changes\.(\d+)\.prices\.(\d+)\b/.exec(field) ?? [];
    const change = changes[Number(at)];
    const price = change?.prices[Number(priceAt)];
    const row = price ? items.findIndex((item) => keyOf(item) === `${price.kind} ${price.code}`) : -1;
    const column = lists.findIndex(({ id }) => id === change?.id);
    return row < 0 || column < 0 ? undefined : cellKey({ row, column: column + 2 });
  };
  const columns: readonly GridColumn[] = [
    { id: 'code', header: w.code, size: 120, readOnly: true },
    { id: 'name', header: w.name, size: 260, grow: 2, readOnly: true },
    ...lists.map(({ id, code, currency }): GridColumn => {
      const check = (text: string) => {
        const amount = text.trim() === '' ? 0 : parseMoney(text, currency, locale);
        return amount === null || amount < 0 ? w.notAnAmount : undefined;
      };
      return { id, header: `${code} (${currency})`, size: 140, align: 'end', check };
    }),
  ];
  const submit = () => {
    setErrors(new Map());
    setProblem(undefined);
    const amounts = differencesOf(sheet.rows, before).map(({ row, column, text }) => {
      const list = lists[column - 2];
      const amount = text.trim() === '' ? null : parseMoney(text, list?.currency ?? '', locale);
      return { list, item: items[row], amount };
    });
    save.mutate({
      changes: lists.flatMap(({ id, rev }) => {
        const prices = amounts.flatMap(({ list, item, amount }) =>
          list?.id === id && item ? [{ kind: kindOf(item), code: item.code, amount }] : [],
        );
        return prices.length > 0 ? [{ id, rev, prices }] : [];
      }),
    });
  };
  return (
    <GridPage
      title={w.priceGridTitle}
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

function kindOf({ kind }: CatalogueRow): 'test' | 'profile' {
  return kind === 'profile' ? 'profile' : 'test';
}

function keyOf(item: CatalogueRow): string {
  return `${kindOf(item)} ${item.code}`;
}

function listOf({ entry, document }: Outputs['catalogue']['get']): PriceList[] {
  if (entry.kind !== 'priceList') return [];
  const amounts = new Map(entry.prices.map(({ kind, code, amount }) => [`${kind} ${code}`, amount]));
  return [{ id: document.id, rev: document._rev, code: entry.code, currency: entry.currency, amounts }];
}
