import { Alert, Button, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { describeError } from '../app/errors.ts';
import { words } from '../words/index.ts';

/** Says on the spot why something could not be loaded, with a button to try again. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const { message, remedy, errorId } = describeError(error);
  return (
    <Alert m="sm" color="orange" icon={<IconAlertTriangle size={18} aria-hidden />} title={message} role="alert">
      {remedy && <Text size="sm">{remedy}</Text>}
      {errorId && (
        <Text size="xs" c="dimmed" className="mono">
          {errorId}
        </Text>
      )}
      {retry && (
        <Button mt="xs" variant="default" onClick={retry}>
          {words.ui.retry}
        </Button>
      )}
    </Alert>
  );
}
