import { Button, Kbd, Modal, Stack, Text } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import { useKeys } from '../../app/keys.tsx';
import { words } from '../../words/index.ts';

type Target = keyof typeof words.fieldMap.targets;

interface Place<T extends Target> {
  /** `R-3.5`, or a column. */
  readonly place: string;
  readonly text: string;
  readonly targets: readonly T[];
  /** Why there are few of them, or none. */
  readonly why?: string | undefined;
  /** What it is by the map. */
  readonly own: readonly T[];
}

interface ChooseDialogProps<T extends Target> {
  /** Open while given. */
  readonly place: Place<T> | undefined;
  readonly onClose: () => void;
  /** Things that have another place already, and which: this one can be looked at when that is empty. */
  readonly also?: readonly { readonly target: T; readonly after: string }[];
  readonly onAlso?: (target: T) => void;
  readonly onChoose: (target: T) => void;
  readonly onUndo: (target: T) => void;
}

/** "This is the sample id": by digit, by arrows and Enter, or by a click. */
export function ChooseDialog<T extends Target>({ place, onClose, ...rest }: ChooseDialogProps<T>) {
  const { fieldMap: w } = words;
  return (
    <Modal opened={place !== undefined} onClose={onClose} title={w.whatIsThis} size="26rem">
      {place && <Choices place={place} {...rest} />}
    </Modal>
  );
}

/** The key of a choice: digits as far as they go, then letters. */
const keyOf = (index: number) => '1234567890abc'[index] ?? '';

function Choices<T extends Target>({
  place: { place, text, targets, why, own },
  also = [],
  onAlso,
  onChoose,
  onUndo,
}: Omit<ChooseDialogProps<T>, 'onClose' | 'place'> & { place: Place<T> }) {
  const { fieldMap: w } = words;
  const [asAlternative, setAsAlternative] = useState(false);
  const choices = asAlternative
    ? also.map(({ target, after }) => ({
        target,
        label: w.also(w.targets[target], after),
        run: () => onAlso?.(target),
      }))
    : targets.map((target) => ({ target, label: w.targets[target], run: () => onChoose(target) }));
  const flip = () => setAsAlternative(!asAlternative);
  useKeys(
    w.whatIsThis,
    [
      ...choices.map(({ label, run }, index) => ({ keys: keyOf(index), label, run })),
      { keys: '+', label: w.alsoOpen, run: flip, disabled: also.length === 0 },
    ],
    { inDialog: true },
  );
  return (
    <Stack gap="xs">
      <Text size="sm" style={{ overflowWrap: 'anywhere' }} lineClamp={3}>
        <Text span className="mono" fw={600}>
          {place}
        </Text>{' '}
        {text}
      </Text>
      <Stack gap={2} onKeyDown={moveFocus}>
        {choices.map(({ target, label, run }, index) => (
          <Button
            key={`${target} ${asAlternative}`}
            variant={own.includes(target) ? 'light' : 'subtle'}
            color="gray"
            justify="space-between"
            data-autofocus={index === 0 || undefined}
            ref={index === 0 && asAlternative ? focusOnce : undefined}
            rightSection={<Kbd aria-hidden>{keyOf(index).toUpperCase()}</Kbd>}
            onClick={run}
          >
            {label}
          </Button>
        ))}
        {also.length > 0 && (
          <Button
            variant="subtle"
            color="gray"
            justify="space-between"
            rightSection={<Kbd aria-hidden>+</Kbd>}
            onClick={flip}
          >
            {asAlternative ? w.alsoClose : w.alsoOpen}
          </Button>
        )}
        {own.map((target) => (
          <Button key={target} variant="subtle" color="red" justify="flex-start" onClick={() => onUndo(target)}>
            {w.notThat(w.targets[target])}
          </Button>
        ))}
      </Stack>
      {why && (
        <Text size="sm" c="dimmed">
          {why}
        </Text>
      )}
    </Stack>
  );
}

const focusOnce = (button: HTMLButtonElement | null) => button?.focus();

/** Arrows move between the choices. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const at = buttons.findIndex((button) => button.matches(':focus'));
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
  event.preventDefault();
}
