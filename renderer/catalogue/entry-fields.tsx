import { Autocomplete, Select, SimpleGrid, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { fieldColumns } from '../../shared/catalogue/editing.ts';
import { valueTypeSchema } from '../../shared/catalogue/schema.ts';
import type { Column } from '../../shared/catalogue/sheet-columns.ts';
import { ucumUnits } from '../../shared/catalogue/ucum.ts';
import { useTRPC } from '../app/api.ts';
import { words } from '../words/index.ts';
import { type EntryPart, fieldName, hiddenFields } from './entry-values.ts';

const units = [...ucumUnits.keys()];
const long = new Set(['instructions', 'reportNote', 'source']);

/** The fields of an entry, two or three in a row, with their errors. */
export function EntryFields({
  part,
  index,
  errors,
  disabled,
  onChange,
}: {
  part: EntryPart;
  /** 0: the entry of the form; then its sets. */
  index: number;
  errors: ReadonlyMap<string, string>;
  disabled: boolean;
  onChange: (part: EntryPart) => void;
}) {
  const hidden = hiddenFields(part);
  const { catalogue: w } = words;
  const setField = (path: string, text: string) =>
    onChange({ ...part, cells: { ...part.cells, fields: { ...part.cells.fields, [path]: text } } });
  return (
    <SimpleGrid cols={{ base: 2, md: 3 }} spacing="sm" verticalSpacing="xs">
      {index === 0 && (
        <TextInput
          label={w.code}
          description={part.id === undefined ? w.codeHint : undefined}
          required
          data-path={fieldName(index, 'code')}
          disabled={disabled || part.id !== undefined}
          autoFocus={part.id === undefined}
          value={part.code}
          error={errors.get(fieldName(index, 'code'))}
          onChange={(event) => onChange({ ...part, code: event.currentTarget.value.toUpperCase() })}
        />
      )}
      {fieldColumns(part.kind)
        .filter(({ path }) => !hidden.has(path))
        .map((column) => (
          <Field
            key={column.path}
            column={column}
            name={fieldName(index, column.path)}
            value={part.cells.fields[column.path] ?? ''}
            error={errors.get(fieldName(index, column.path))}
            disabled={disabled}
            onChange={(text) => setField(column.path, text)}
          />
        ))}
    </SimpleGrid>
  );
}

interface FieldProps {
  readonly column: Column;
  readonly name: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly disabled: boolean;
  readonly onChange: (text: string) => void;
}

function Field({ column, name, value, error, disabled, onChange }: FieldProps) {
  const { catalogue: w } = words;
  const { path } = column;
  const common = {
    label: w.fields[path] ?? column.name,
    required: column.needed === true && path !== 'colour',
    'data-path': name,
    value,
    error,
    disabled,
  };
  if (path === 'valueType' || path === 'reportFormat.layout') {
    const data = path === 'valueType' ? valueTypeSchema.options : ['table', 'narrative'];
    return (
      <Select
        {...common}
        value={value || null}
        data={[...data]}
        clearable={path !== 'valueType'}
        onChange={(text) => onChange(text ?? '')}
      />
    );
  }
  if (path === 'unit') return <Autocomplete {...common} data={units} limit={12} onChange={onChange} />;
  if (path === 'specimenType') return <SpecimenTypeField common={common} onChange={onChange} />;
  if (long.has(path)) {
    return (
      <Textarea {...common} rows={1} autosize maxRows={5} onChange={(event) => onChange(event.currentTarget.value)} />
    );
  }
  const isDay = path === 'activeFrom' || path === 'activeTo';
  return (
    <TextInput
      {...common}
      placeholder={isDay ? w.dayHint : undefined}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function SpecimenTypeField({
  common,
  onChange,
}: {
  common: { label: string; value: string; error: string | undefined; disabled: boolean };
  onChange: (text: string) => void;
}) {
  const trpc = useTRPC();
  const types = useQuery(trpc.catalogue.list.queryOptions({ kind: 'specimenType', state: 'on', limit: 200 }));
  const names = new Map(types.data?.rows.map(({ code, name }) => [code, name]));
  return (
    <Autocomplete
      {...common}
      required
      data={[...names.keys()]}
      renderOption={({ option }) => `${option.value} · ${names.get(option.value) ?? ''}`}
      onChange={onChange}
    />
  );
}
