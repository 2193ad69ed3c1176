import { Alert, Group, List, Stack, Text } from '@mantine/core';
import { IconClockExclamation } from '@tabler/icons-react';
import type { Outputs } from '../../app/api.ts';
import { useFormat } from '../../app/me.tsx';
import { Stability } from '../../specimens/stability.tsx';
import { Money } from '../../ui/money.tsx';
import { words } from '../../words/index.ts';
import { SumLine } from '../sum-line.tsx';

type Preview = Outputs['bills']['previewUpdate'];

/** Tests that the tubes at hand do not do for, and why. */
export function DrawnAnew({ tubes }: { tubes: Preview['drawnAnew'] }) {
  const { drawnAnew, drawnAnewWhy: why } = words.bills;
  const format = useFormat();
  if (tubes.length === 0) return null;
  return (
    <Alert color="orange" role="alert" p="sm" icon={<IconClockExclamation size={18} aria-hidden />} title={drawnAnew}>
      <List size="sm">
        {tubes.map(({ testCode, accession, why: reason, since = '' }) => (
          <List.Item key={`${testCode} ${accession}`}>
            {reason === 'unstable'
              ? why.unstable(testCode, accession, format.recent(since))
              : why.volume(testCode, accession)}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

/** What a change of a bill does to tubes, reports and money. */
export function UpdateConsequences({ preview, currency }: { preview: Preview; currency: string }) {
  const { before, after, refund, specimens, added, removed, approvals } = preview;
  const { bills } = words;
  const changes = [
    [bills.net, before.net, after.net],
    [bills.insurer, before.insurer ?? 0, after.insurer ?? 0],
    [bills.onAccount, before.organisation ?? 0, after.organisation ?? 0],
  ] as const;
  return (
    <Alert color="gray" p="sm" title={bills.consequences}>
      <Stack gap="xs">
        <List size="sm">
          {specimens.map((one) => (
            <List.Item key={`${one.accession ?? one.typeName} ${one.what}`}>
              {bills.tubes[one.what](one.accession ?? `${one.typeName}, ${one.container}`, one.testCodes.join(', '))}
              {one.state && one.state !== 'expected' ? ` (${words.specimens.states[one.state]})` : ''}
              {one.what === 'changed' && one.position ? `, ${bills.takeOutOf(one.position)}` : ''}
              {one.what === 'changed' && one.ends && <Stability ends={one.ends} />}
            </List.Item>
          ))}
          {added.length > 0 && (
            <List.Item>{bills.reportsAdded(added.map((line) => line.testCode).join(', '))}</List.Item>
          )}
          {removed.length > 0 && (
            <List.Item>{bills.reportsCancelled(removed.map((line) => line.testCode).join(', '))}</List.Item>
          )}
          {approvals.map(({ kind, what }) => (
            <List.Item key={kind}>{words.orders.needsApproval(what)}</List.Item>
          ))}
        </List>
        <Stack gap={2}>
          {changes
            .filter(([name, was, is]) => name === bills.net || was !== 0 || is !== 0)
            .map(([name, was, is]) => (
              <Group key={name} justify="space-between">
                <Text size="sm">{name}</Text>
                <Text size="sm">
                  <Money amount={was} currency={currency} plain /> → <Money amount={is} currency={currency} strong />
                </Text>
              </Group>
            ))}
          {refund > 0 ? (
            <SumLine name={bills.toGiveBack} amount={refund} currency={currency} strong />
          ) : (
            <SumLine name={bills.due} amount={after.due} currency={currency} strong />
          )}
        </Stack>
      </Stack>
    </Alert>
  );
}
