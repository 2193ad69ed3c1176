import { Alert, List, UnstyledButton } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { sentence } from '../app/errors.ts';
import { words } from '../words/index.ts';

/**
 * All errors of a form above it. It takes the focus when errors arrive; each leads to its field. Fill it with what
 * `showAtFields` returns: `onError: (error) => setErrors(showAtFields(form, error))`.
 */
export function FormErrors<Values>({
  form,
  errors,
}: {
  form: Pick<UseFormReturnType<Values>, 'getInputNode'>;
  errors: readonly FieldError[];
}) {
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
          return (
            <List.Item key={`${error.field} ${error.code}`}>
              {error.field && (form.getInputNode(error.field as never) || node()) ? (
                <UnstyledButton fz="inherit" td="underline" onClick={() => node()?.focus()}>
                  {sentence(error)}
                </UnstyledButton>
              ) : (
                sentence(error)
              )}
            </List.Item>
          );
        })}
      </List>
    </Alert>
  );
}
