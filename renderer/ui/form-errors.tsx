import { Alert, List, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { sentence } from '../app/errors.ts';
import { words } from '../words/index.ts';

/**
 * All errors of a form above it. It takes the focus when errors arrive; each leads to its field. Fill it with what
 * `showAtFields` returns: `onError: (error) => setErrors(showAtFields(form, error))`.
 */
export function FormErrors({ errors }: { errors: readonly FieldError[] }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (errors.length > 0) box.current?.focus();
  }, [errors]);
  if (errors.length === 0) return null;
  const title = errors.length === 1 ? words.ui.oneError : words.ui.manyErrors(errors.length);
  return (
    <Alert
      ref={box}
      tabIndex={-1}
      role="alert"
      color="red"
      title={title}
      icon={<IconAlertTriangle size={18} aria-hidden />}
    >
      <List size="sm" spacing={2}>
        {errors.map((error) => {
          const node = () => document.querySelector<HTMLElement>(`[data-path="${CSS.escape(error.field)}"]`);
          const name = error.field ? labelOf(node()) : '';
          const text = name ? `${name}: ${sentence(error)}` : sentence(error);
          return (
            <List.Item key={`${error.field} ${error.code}`}>
              {error.field && node() ? (
                <UnstyledButton fz="inherit" td="underline" onClick={() => focusIn(node())}>
                  {text}
                </UnstyledButton>
              ) : (
                text
              )}
            </List.Item>
          );
        })}
      </List>
    </Alert>
  );
}

/** A group of choices has no focus itself; its first choice has. */
function focusIn(node: HTMLElement | null): void {
  (node?.matches('input, textarea, select') ? node : node?.querySelector('input'))?.focus();
}

/** The words above a field, without the star of a required one; a field of a table has them only for screen readers. */
function labelOf(node: HTMLElement | null): string {
  const label = node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement ? node.labels?.[0] : undefined;
  return label?.textContent?.replace('*', '').trim() ?? node?.getAttribute('aria-label') ?? '';
}
