import { Combobox, Loader, TextInput, useCombobox } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode, Ref } from 'react';
import { useEnterTakes } from './use-enter-takes.ts';

interface PickerProps<Choice> {
  readonly label: string;
  readonly placeholder: string;
  readonly icon: Icon;
  readonly inputRef?: Ref<HTMLInputElement>;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** What fits the text, best first. */
  readonly choices: readonly Choice[];
  readonly idOf: (choice: Choice) => string;
  readonly show: (choice: Choice) => ReactNode;
  readonly onPick: (choice: Choice) => void;
  /** Whether a choice is what was typed itself, as a code that was scanned. */
  readonly isExact?: (choice: Choice, text: string) => boolean;
  /** Shown when something was typed and nothing fits. */
  readonly nothing: ReactNode;
  /** The choices are not yet the answer to the text. */
  readonly busy?: boolean;
  /** Takes over what Enter does while the answer is awaited. */
  readonly onEarlyEnter?: () => void;
  readonly error?: ReactNode;
  readonly autoFocus?: boolean;
}

/**
 * A field that finds as one types: arrows move, Enter takes the marked choice (the first), the field keeps the focus. How Enter
 * and the answer go together: useEnterTakes.
 */
export function Picker<Choice>(props: PickerProps<Choice>) {
  const { text, choices, idOf, onPick, busy = false } = props;
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const open = text.trim() !== '';
  const Picture = props.icon;
  const onEnter = useEnterTakes({ ...props, combobox, busy });
  return (
    <Combobox
      store={combobox}
      shadow="md"
      onOptionSubmit={(id) => {
        const choice = choices.find((one) => idOf(one) === id);
        if (choice) onPick(choice);
        combobox.closeDropdown();
      }}
    >
      <Combobox.Target>
        <TextInput
          ref={props.inputRef}
          aria-label={props.label}
          placeholder={props.placeholder}
          autoComplete="off"
          spellCheck={false}
          autoFocus={props.autoFocus}
          data-autofocus={props.autoFocus || undefined}
          leftSection={<Picture size={16} stroke={1.6} aria-hidden />}
          rightSection={busy ? <Loader size={12} aria-hidden /> : undefined}
          value={text}
          error={props.error}
          onKeyDownCapture={onEnter}
          onChange={({ currentTarget }) => {
            props.onText(currentTarget.value);
            combobox.openDropdown();
          }}
          onFocus={() => open && combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={!open}>
        <Combobox.Options mah={320} style={{ overflowY: 'auto' }}>
          {choices.map((choice) => (
            <Combobox.Option key={idOf(choice)} value={idOf(choice)}>
              {props.show(choice)}
            </Combobox.Option>
          ))}
          {choices.length === 0 && !busy && <Combobox.Empty>{props.nothing}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
