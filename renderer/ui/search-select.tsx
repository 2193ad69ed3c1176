import { type ComboboxItem, type OptionsFilter, Select, type SelectProps } from '@mantine/core';

/**
 * A select in which one types to choose: what stands there is replaced by typing, the first choice that fits is marked, Enter
 * takes it; leaving the field changes nothing. For lists longer than a screen.
 */
export function SearchSelect({ onFocus, ...props }: SelectProps) {
  return (
    <Select
      searchable
      openOnFocus={false}
      selectFirstOptionOnChange
      // Without it opening forgets, a moment later, what typing has marked, and Enter would do nothing.
      selectFirstOptionOnDropdownOpen
      limit={100}
      filter={bestFirst}
      {...props}
      onFocus={(event) => {
        event.currentTarget.select();
        onFocus?.(event);
      }}
    />
  );
}

/** Choices that begin with what was typed, then those of which a word does, then those that hold it anywhere. */
const bestFirst: OptionsFilter = ({ options, search, limit }) => {
  const typed = search.trim().toLowerCase();
  const rank = (label: string) => {
    const text = label.toLowerCase();
    if (text.startsWith(typed)) return 0;
    const at = text.indexOf(typed);
    if (at < 0) return -1;
    return /[\p{L}\p{N}]/u.test(text[at - 1] ?? '') ? 2 : 1;
  };
  return options
    .filter((option): option is ComboboxItem => 'value' in option)
    .map((option) => ({ option, rank: rank(option.label) }))
    .filter((one) => one.rank >= 0)
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, limit)
    .map((one) => one.option);
};
