import { Button, Group, Select, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { type Outputs, type RowOf, useTRPC } from '../app/api.ts';
import { useKeys } from '../app/keys.tsx';
import { DraftNotice } from '../ui/draft-notice.tsx';
import { FormErrors } from '../ui/form-errors.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { LinkButton } from '../ui/link.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { byCursor } from '../ui/use-pages.ts';
import { words } from '../words/index.ts';
import { CellErrors } from './cell-errors.tsx';
import { GridReview } from './grid-review.tsx';
import { type Cell, differencesOf, type SheetRows, wrongCells } from './sheet-block.ts';
import { type GridColumn, SheetGrid, sheetKeys } from './sheet-grid.tsx';
import type { DraftedSheet } from './use-drafted-sheet.ts';
import { useFoundErrors } from './use-found-errors.ts';

export type CatalogueRow = RowOf<Outputs['catalogue']['list']>;

const route = getRouteApi('/catalogue/grid');

/** All rows of a kind; undefined until the last page is here. */
export function useAllRows(kind: 'test' | 'profile' | 'priceList', department?: string) {
  const trpc = useTRPC();
  const list = useInfiniteQuery(
    trpc.catalogue.list.infiniteQueryOptions({ kind, department, state: undefined, limit: 200 }, byCursor),
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const whole = list.data && !hasNextPage;
  return {
    rows: whole ? list.data.pages.flatMap((page): CatalogueRow[] => page.rows) : undefined,
    departments: list.data?.pages[0]?.departments ?? [],
    error: list.error,
    refetch: () => void list.refetch(),
  };
}

/**
 * What both grids have around them: filter, number of changes, undo and redo, save, what could not be saved. Saving begins with
 * the list of what it will change; a cell that its column cannot take comes before that. Who leaves with changes finds them
 * again.
 */
export function GridPage({
  title,
  departments,
  department,
  columns,
  before,
  drafted,
  saving,
  errors,
  problem,
  onSave,
}: {
  title: string;
  departments: readonly string[];
  department: string | undefined;
  columns: readonly GridColumn[];
  before: SheetRows;
  drafted: DraftedSheet;
  saving: boolean;
  /** What the core refused, by `row.column`. */
  errors?: ReadonlyMap<string, string>;
  problem: string | undefined;
  onSave: () => void;
}) {
  const navigateHere = route.useNavigate();
  const search = route.useSearch();
  const { catalogue: w } = words;
  const { sheet, draft, dropped } = drafted;
  const differences = useMemo(() => differencesOf(sheet.rows, before), [sheet.rows, before]);
  const changes = differences.length;
  const [wrong, setWrong] = useState<ReadonlyMap<string, string>>();
  const [goal, setGoal] = useState<Cell>();
  const shown = wrong ?? errors;
  const standing = useFoundErrors(shown, sheet.rows);
  useLeavingNotice(changes);
  const [reviewed, setReviewed] = useState(false);
  const review = () => {
    const found = wrongCells(sheet.rows, before, columns);
    setWrong(found.size > 0 ? found : undefined);
    if (found.size === 0 && changes > 0 && !saving) setReviewed(true);
  };
  const save = () => {
    setReviewed(false);
    if (!saving) onSave();
  };
  useKeys(title, [
    { keys: 'mod+S', label: w.save, run: review, disabled: changes === 0 },
    { keys: 'mod+Z', label: w.undo, run: sheet.undo, disabled: !sheet.canUndo },
    { keys: 'mod+Y', label: w.redo, run: sheet.redo, disabled: !sheet.canRedo },
    { keys: 'mod+shift+Z', label: w.redo, run: sheet.redo, disabled: !sheet.canRedo },
  ]);
  useKeys(w.gridKeysTitle, sheetKeys);
  return (
    <Page
      title={title}
      about={<Text size="sm">{changes === 0 ? w.noChanges : w.changes(changes)}</Text>}
      filters={
        <Select
          aria-label={w.department}
          placeholder={w.anyDepartment}
          clearable
          w={200}
          // Another selection would drop what is not saved yet.
          disabled={changes > 0}
          data={[...departments]}
          value={department ?? null}
          onChange={(value) =>
            void navigateHere({ search: { ...search, department: value ?? undefined }, replace: true })
          }
        />
      }
      actions={
        <>
          <LinkButton variant="default" to="/catalogue">
            {w.back}
          </LinkButton>
          <Button
            variant="default"
            disabled={!sheet.canUndo}
            onClick={sheet.undo}
            rightSection={<KeysHint keys="mod+Z" />}
          >
            {w.undo}
          </Button>
          <Button
            variant="default"
            disabled={!sheet.canRedo}
            onClick={sheet.redo}
            rightSection={<KeysHint keys="mod+Y" />}
          >
            {w.redo}
          </Button>
          <Button disabled={changes === 0} loading={saving} onClick={review} rightSection={<KeysHint keys="mod+S" />}>
            {w.save}
          </Button>
        </>
      }
    >
      {draft.restored && (changes > 0 || dropped > 0) && (
        <Group gap="sm">
          <DraftNotice draft={draft} onDiscard={() => drafted.discard(before)} />
          {dropped > 0 && (
            <Text size="sm" c="var(--tone-warn)" role="status">
              {w.draftDropped(dropped)}
            </Text>
          )}
        </Group>
      )}
      <CellErrors errors={standing} rows={sheet.rows} columns={columns} onShow={setGoal} />
      {problem !== undefined && <FormErrors errors={[{ field: '', code: 'grid', message: problem }]} />}
      <SheetGrid label={title} columns={columns} sheet={sheet} before={before} errors={shown} goal={goal} fill />
      <GridReview
        opened={reviewed}
        columns={columns}
        before={before}
        differences={differences}
        onSave={save}
        onClose={() => setReviewed(false)}
      />
    </Page>
  );
}

/** Says on leaving that changes were not saved, and where they are. */
function useLeavingNotice(changes: number): void {
  const unsaved = useRef(changes);
  useEffect(() => {
    unsaved.current = changes;
  });
  useEffect(
    () => () => {
      if (unsaved.current > 0) notifyDone(words.catalogue.keptUnsaved(unsaved.current));
    },
    [],
  );
}
