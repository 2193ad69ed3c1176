import { Alert, Button, Group, Progress, Text } from '@mantine/core';
import type { Outputs } from '../../app/api.ts';
import { describeError } from '../../app/errors.ts';
import { useKeys } from '../../app/keys.tsx';
import { useFormat } from '../../app/me.tsx';
import { KeysHint } from '../../ui/keys-hint.tsx';
import { LinkButton } from '../../ui/link.tsx';
import { words } from '../../words/index.ts';
import { replayText, useReplay } from '../use-replay.ts';

/** After a map was saved: what of the earlier messages waits for it, and reading that again. */
export function MapSaved({
  deviceId,
  waiting: { unread, held, since },
}: {
  deviceId: string;
  waiting: Outputs['devices']['saveMap']['waiting'];
}) {
  const format = useFormat();
  const { fieldMap: w } = words;
  const { start, isStarting, failed, state, isRunning } = useReplay();
  const isDue = unread + held > 0 && since !== undefined && state === undefined;
  const run = () =>
    since !== undefined &&
    start({ deviceId, from: format.today(Date.parse(since)), to: format.today(), onlyFailed: true, withHeld: true });
  useKeys(w.title, [{ keys: 'F9', label: w.readAgain, run, disabled: !isDue || isStarting }]);
  return (
    <Alert color="green" p="xs" role="status">
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          {w.saved} {state ? replayText(state) : isDue ? `${w.waiting(unread, held)}.` : w.nothingWaits}
        </Text>
        <Group gap="xs">
          {isDue && (
            <Button loading={isStarting} onClick={run} rightSection={<KeysHint keys="F9" />}>
              {w.readAgain}
            </Button>
          )}
          {state?.ended && (
            <>
              <LinkButton variant="default" to="/analyzers/$deviceId" params={{ deviceId }} search={{ tab: 'codes' }}>
                {w.toCodes}
              </LinkButton>
              <LinkButton variant="default" to="/validation">
                {w.toValidation}
              </LinkButton>
            </>
          )}
        </Group>
      </Group>
      {isRunning && state && (
        <Progress value={state.total === 0 ? 100 : (state.done / state.total) * 100} aria-label={w.readAgain} mt={4} />
      )}
      {failed && (
        <Text size="sm" c="red" role="alert">
          {describeError(failed).message}
        </Text>
      )}
    </Alert>
  );
}
