import { Alert, Button, List, Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { listOf } from '../../shared/catalogue/editing.ts';
import type { CatalogueKind } from '../../shared/catalogue/schema.ts';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import type { Draft } from '../app/draft.ts';
import { apiErrorOf, describeError, sentence } from '../app/errors.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat, useMay } from '../app/me.tsx';
import { FormErrors } from '../ui/form-errors.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { Panel } from '../ui/panel.tsx';
import { words } from '../words/index.ts';
import { CellErrors } from './cell-errors.tsx';
import { EntryFields } from './entry-fields.tsx';
import {
  changesOf,
  type EntryPart,
  type EntryValues,
  errorsInForm,
  type FormError,
  newSet,
  showsList,
} from './entry-values.ts';
import { type Cell, cellOfKey } from './sheet-block.ts';
import { type GridColumn, SheetGrid, sheetKeys } from './sheet-grid.tsx';
import { useFoundErrors } from './use-found-errors.ts';
import { useSheet } from './use-sheet.ts';

type Saved = Outputs['catalogue']['save'];

/** The form of one entry of any kind, with its lists as grids; of a parameter with its ranges. */
export function EntryForm({
  draft,
  onSaved,
  children,
}: {
  draft: Draft<EntryValues>;
  onSaved: (saved: Saved) => void;
  /** Below the fields. */
  children?: ReactNode;
}) {
  const trpc = useTRPC();
  const may = useMay();
  const { currency } = useFormat();
  const { catalogue: w } = words;
  const [values, setValues] = useState(draft.initial);
  const [errors, setErrors] = useState<FormError[]>([]);
  const [goal, setGoal] = useState<{ readonly part: number; readonly cell: Cell }>();
  const [warnings, setWarnings] = useState<readonly FieldError[]>([]);
  const save = useMutation(
    trpc.catalogue.save.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: (saved) => {
        draft.clear();
        setErrors([]);
        setWarnings(saved.warnings);
        onSaved(saved);
      },
      onError: (error) => {
        const known = apiErrorOf(error);
        if (known?.kind === 'validation') show(errorsInForm(values, known.errors));
        else show([{ field: '', code: 'save', ...describeError(error), part: 0 }]);
      },
    }),
  );
  const change = (next: EntryValues) => {
    setValues(next);
    draft.keep(next);
  };
  // The errors of fields take the focus above the form; without them one is led to the first cell.
  const show = (found: FormError[]) => {
    setErrors(found);
    const first = found.find(({ cell }) => cell !== undefined);
    if (first?.cell && found.every(({ cell }) => cell !== undefined))
      setGoal({ part: first.part, cell: cellOfKey(first.cell) });
  };
  const submit = () => {
    const { changes, errors: wrong } = changesOf(values, currency);
    show(wrong);
    if (wrong.length === 0 && !save.isPending) save.mutate({ changes });
  };
  const mayChange = may('catalogue.update');
  useKeys(w.title, [{ keys: 'mod+S', label: w.save, run: submit, disabled: !mayChange }]);
  useKeys(w.gridKeysTitle, entryGridKeys);
  const atFields = new Map(errors.map((error) => [error.field, sentence(error)]));
  const aboveForm = useMemo(() => errors.filter(({ cell }) => cell === undefined), [errors]);
  const inCells = useMemo(() => {
    const parts = Map.groupBy(
      errors.filter(({ cell }) => cell !== undefined),
      ({ part }) => part,
    );
    return new Map(
      [...parts].map(([part, own]) => [part, new Map(own.map((error) => [error.cell ?? '', sentence(error)]))]),
    );
  }, [errors]);
  const gridOf = (part: number) => ({
    errors: inCells.get(part),
    goal: goal?.part === part ? goal.cell : undefined,
    onShow: (cell: Cell) => setGoal({ part, cell }),
    disabled: !mayChange,
  });
  const { main, sets } = values;

  return (
    <Stack gap="sm">
      <FormErrors errors={aboveForm} />
      {warnings.length > 0 && (
        <Alert color="yellow" title={w.warnings} withCloseButton onClose={() => setWarnings([])}>
          <List size="sm">
            {warnings.map((warning) => (
              <List.Item key={`${warning.field} ${warning.message}`}>{sentence(warning)}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Panel
        title={w.details}
        actions={
          mayChange && (
            <Button size="xs" loading={save.isPending} onClick={submit} rightSection={<KeysHint keys="mod+S" />}>
              {w.save}
            </Button>
          )
        }
      >
        <EntryFields
          part={main}
          index={0}
          errors={atFields}
          disabled={!mayChange}
          onChange={(part) => change({ ...values, main: part })}
        />
      </Panel>
      {showsList(main) && (
        <Panel title={w.lists[listOf(main.kind)?.field ?? ''] ?? ''}>
          <PartGrid part={main} {...gridOf(0)} onChange={(part) => change({ ...values, main: part })} />
        </Panel>
      )}
      {main.kind === 'parameter' &&
        main.cells.fields.valueType !== 'choice' &&
        sets.map((set, index) => (
          <Panel key={set.code} title={w.rangesOf(set.cells.fields.method ?? '')}>
            <Stack gap="xs">
              <PartGrid
                part={set}
                {...gridOf(index + 1)}
                onChange={(part) => change({ ...values, sets: sets.with(index, part) })}
              />
              <EntryFields
                part={set}
                index={index + 1}
                errors={atFields}
                disabled={!mayChange}
                onChange={(part) => change({ ...values, sets: sets.with(index, part) })}
              />
            </Stack>
          </Panel>
        ))}
      {main.kind === 'parameter' && mayChange && main.cells.fields.valueType !== 'choice' && (
        <div>
          <Button
            variant="default"
            size="xs"
            disabled={main.code === ''}
            onClick={() => change({ ...values, sets: [...sets, newSet(main.code, sets.length, currency)] })}
          >
            {w.addRanges}
          </Button>
        </div>
      )}
      {children}
    </Stack>
  );
}

/** The list of an entry as a grid. */
function PartGrid({
  part,
  errors,
  goal,
  onShow,
  disabled,
  onChange,
}: {
  part: EntryPart;
  errors: ReadonlyMap<string, string> | undefined;
  goal: Cell | undefined;
  onShow: (cell: Cell) => void;
  disabled: boolean;
  onChange: (part: EntryPart) => void;
}) {
  const sheet = useSheet(part.cells.rows, (rows) => onChange({ ...part, cells: { ...part.cells, rows } }));
  const codes = useCodes(part.kind);
  const standing = useFoundErrors(errors, sheet.rows);
  const list = listOf(part.kind);
  if (!list) return null;
  const columns = list.columns.map(({ path, name }): GridColumn => {
    const options = path === 'parameter' || (path === 'code' && part.kind === 'priceList') ? codes : choices[path];
    return {
      id: path,
      header: words.catalogue.fields[path] ?? name,
      size: sizeOf(path),
      ...(wide.has(path) ? { grow: 1 } : {}),
      ...(path === 'amount' ? { align: 'end' } : {}),
      ...(options ? { options } : {}),
    };
  });
  return (
    <>
      <CellErrors errors={standing} rows={sheet.rows} columns={columns} numbered onShow={onShow} />
      <SheetGrid
        label={words.catalogue.lists[list.field] ?? ''}
        columns={columns}
        sheet={sheet}
        errors={errors}
        goal={goal}
        disabled={disabled}
        growing
      />
    </>
  );
}

/** Undo and redo are the grid's own here: a form of fields and grids has no common step back. */
const entryGridKeys = [
  ...sheetKeys,
  { keys: 'mod+Z', label: words.catalogue.undo },
  { keys: 'mod+Y', label: words.catalogue.redo },
];

function sizeOf(path: string): number {
  if (wide.has(path)) return 180;
  return path.startsWith('critical') ? 116 : 100;
}

const wide = new Set(['value', 'aliases', 'text', 'heading', 'parameter', 'code']);
const yesNo = ['yes', 'no'];
const choices: Readonly<Record<string, readonly string[]>> = {
  abnormal: yesNo,
  optional: yesNo,
  sex: ['any', 'male', 'female'],
  pregnancy: ['any', 'first', 'second', 'third'],
  kind: ['test', 'profile'],
};

/** Codes that the rows of a kind's list can name. */
function useCodes(kind: CatalogueKind): readonly string[] {
  const trpc = useTRPC();
  const named = kind === 'test' ? 'parameter' : 'test';
  const rows = useQuery(trpc.catalogue.codes.queryOptions({ kind: named }, { enabled: kind !== 'parameter' }));
  return rows.data ?? [];
}
