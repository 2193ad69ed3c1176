import { CopyButton, Group, Text, UnstyledButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { words } from '../words/index.ts';

/** Says that something worked, for a moment, where nothing on the screen shows it. */
export function notifyDone(message: string): void {
  notifications.show({ message, color: 'accent', autoClose: 3500 });
}

/** Says what did not work until the person closes it, with the id that is found in the log. */
export function notifyError({
  message,
  remedy,
  errorId,
}: {
  message: string;
  remedy?: string;
  errorId?: string;
}): void {
  notifications.show({
    // The same trouble many times over is one message.
    id: message,
    title: message,
    message: (
      <>
        {remedy && <Text size="sm">{remedy}</Text>}
        {errorId && <ErrorId id={errorId} />}
      </>
    ),
    color: 'red',
    autoClose: errorId ? false : 8000,
    role: 'alert',
  });
}

function ErrorId({ id }: { id: string }) {
  return (
    <Group gap="xs" mt={4} wrap="nowrap">
      <Text size="xs" className="mono">
        {id}
      </Text>
      <CopyButton value={id}>
        {({ copied, copy }) => (
          <UnstyledButton onClick={copy} fz="xs" td="underline">
            {copied ? words.ui.copied : words.ui.copy}
          </UnstyledButton>
        )}
      </CopyButton>
    </Group>
  );
}
