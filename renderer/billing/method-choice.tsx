import { Input, SegmentedControl } from '@mantine/core';
import { type EntryMethod, entryMethodSchema } from '../../shared/billing/schema.ts';
import { words } from '../words/index.ts';

/** How money changes hands; with `credit` also the patient's balance. */
export function MethodChoice({
  label,
  value,
  onChange,
  credit = false,
}: {
  label: string;
  value: EntryMethod;
  onChange: (method: EntryMethod) => void;
  credit?: boolean;
}) {
  return (
    <Input.Wrapper label={label}>
      <SegmentedControl
        fullWidth
        aria-label={label}
        data={entryMethodSchema.options
          .filter((method) => credit || method !== 'credit')
          .map((method) => ({ value: method, label: words.bills.methods[method] }))}
        value={value}
        onChange={(method) => onChange(entryMethodSchema.parse(method))}
      />
    </Input.Wrapper>
  );
}
