import type { ComboboxStore } from '@mantine/core';
import { type KeyboardEvent, useEffect, useEffectEvent, useState } from 'react';

interface FoundChoices<Choice> {
  readonly combobox: ComboboxStore;
  /** What stands in the field; blank: nothing is looked for. */
  readonly text: string;
  /** What fits the text, best first. */
  readonly choices: readonly Choice[];
  readonly idOf: (choice: Choice) => string;
  readonly onPick: (choice: Choice) => void;
  /** The choices are not yet the answer to the text. */
  readonly busy: boolean;
  /** Whether a choice is what was typed itself, as a code that was scanned. */
  readonly isExact?: (choice: Choice, text: string) => boolean;
  /** Takes over what Enter does while the answer is awaited. */
  readonly onEarlyEnter?: () => void;
}

/**
 * What Enter does in a field that finds: it takes the marked choice, which is the first unless arrows moved the mark. An Enter
 * that is faster than the answer waits for it, and then takes only what was typed exactly or what alone fits; choices of what
 * stood in the field before are never taken.
 *
 * Gives the field's handler of keys (for the capture phase, before the combobox hears of them).
 */
export function useEnterTakes<Choice>(found: FoundChoices<Choice>): (event: KeyboardEvent) => void {
  const { combobox, choices, idOf, onPick, busy } = found;
  const typed = found.text.trim();
  const shown = choices.map(idOf).join(' ');
  const open = useEffectEvent(() => {
    if (typed !== '') combobox.openDropdown();
  });
  useEffect(() => {
    if (shown !== '') open();
  }, [shown]);
  const mark = useEffectEvent(() => combobox.selectFirstOption());
  const markedIn = typed !== '' && combobox.dropdownOpened ? shown : '';
  useEffect(() => {
    if (markedIn !== '') mark();
  }, [markedIn]);

  const [entered, setEntered] = useState<string>();
  const answer = useEffectEvent(() => {
    setEntered(undefined);
    if (entered !== typed) return;
    const exact = choices.find((choice) => found.isExact?.(choice, typed));
    const [only] = choices.length === 1 ? choices : [];
    const choice = exact ?? only;
    if (choice) onPick(choice);
    else combobox.openDropdown();
  });
  useEffect(() => {
    if (entered !== undefined && !busy) answer();
  }, [entered, busy]);

  return (event) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing || typed === '') return;
    const take = () => {
      // Neither the combobox nor the form are to hear of it.
      event.preventDefault();
      event.stopPropagation();
    };
    const [first] = choices;
    if (busy) {
      take();
      if (found.onEarlyEnter) found.onEarlyEnter();
      else setEntered(typed);
    } else if (first !== undefined && combobox.dropdownOpened && combobox.getSelectedOptionIndex() < 0) {
      // The list is there already and its first is about to be marked.
      take();
      onPick(first);
      combobox.closeDropdown();
    }
  };
}
