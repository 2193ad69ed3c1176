import { Alert, List } from '@mantine/core';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { sentence } from '../app/errors.ts';

/** What stands in the way, said while one types: it takes no focus. After a refused save `FormErrors` is meant. */
export function ErrorList({ errors }: { errors: readonly FieldError[] }) {
  if (errors.length === 0) return null;
  return (
    <Alert color="red" role="alert" p="xs">
      <List size="sm">
        {errors.map((error) => (
          <List.Item key={`${error.field} ${error.code}`}>{sentence(error)}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
