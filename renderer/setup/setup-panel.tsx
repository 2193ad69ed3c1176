import { Button, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { useKeys } from '../app/keys.tsx';
import { FormErrors } from '../ui/form-errors.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { Panel } from '../ui/panel.tsx';
import { words } from '../words/index.ts';

const { setup: w } = words;

interface SetupPanelProps {
  readonly title: string;
  readonly errors: readonly FieldError[];
  /** Something differs from what is stored. */
  readonly dirty: boolean;
  readonly busy: boolean;
  readonly mayChange: boolean;
  readonly onSave: () => void;
  readonly onDiscard: () => void;
  readonly children: ReactNode;
}

/** A part of the set-up that is saved by itself. Its buttons appear with the first change. */
export function SetupPanel(props: SetupPanelProps) {
  const { title, errors, dirty, busy, mayChange, onSave, onDiscard, children } = props;
  useKeys(title, [{ keys: 'mod+Enter', label: `${w.save}: ${title}`, run: onSave, disabled: !dirty || busy }]);
  return (
    <Panel
      title={title}
      about={
        dirty && (
          <Text size="xs" c="dimmed" role="status">
            {w.changed}
          </Text>
        )
      }
      actions={
        dirty && (
          <>
            <Button variant="default" size="compact-sm" onClick={onDiscard}>
              {w.discard}
            </Button>
            <Button size="compact-sm" loading={busy} onClick={onSave} rightSection={<KeysHint keys="mod+Enter" />}>
              {w.save}
            </Button>
          </>
        )
      }
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (dirty && !busy) onSave();
        }}
      >
        <fieldset disabled={!mayChange} style={{ all: 'unset', display: 'block' }}>
          <FormErrors errors={errors} />
          {children}
        </fieldset>
        <input type="submit" hidden aria-hidden tabIndex={-1} />
      </form>
    </Panel>
  );
}
