import { Alert, Badge, Button, Checkbox, Group, List, Modal, Stack, Table, Text, TextInput } from '@mantine/core';
import { IconClockExclamation } from '@tabler/icons-react';
import { keepPreviousData, skipToken, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { EntryMethod } from '../../shared/billing/schema.ts';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import { apiErrorOf, describeError, sentence } from '../app/errors.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat } from '../app/me.tsx';
import { Stability } from '../specimens/stability.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { Money } from '../ui/money.tsx';
import { words } from '../words/index.ts';
import { ApproveDialog } from './approve-dialog.tsx';
import type { TestChoice } from './find-tests.ts';
import { MethodChoice } from './method-choice.tsx';
import { SumLine } from './sum-line.tsx';
import { TestPicker } from './test-picker.tsx';
import { useApproval } from './use-approval.ts';

type Bill = Outputs['bills']['get']['bill'];
type Preview = Outputs['bills']['previewUpdate'];

/** Adds tests to a bill and takes others off, with what that does shown before it is saved. */
export function UpdateBill({ opened, onClose, bill }: { opened: boolean; onClose: () => void; bill: Bill }) {
  return (
    <Modal opened={opened} onClose={onClose} title={words.bills.update} size="xl">
      <UpdateForm bill={bill} onDone={onClose} />
    </Modal>
  );
}

function UpdateForm({ bill, onDone }: { bill: Bill; onDone: () => void }) {
  const trpc = useTRPC();
  const [added, setAdded] = useState<TestChoice[]>([]);
  const [removed, setRemoved] = useState<string[]>([]);
  const [reason, setReason] = useState('');
  const [method, setMethod] = useState<EntryMethod>('cash');
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const approval = useApproval();
  const change = {
    id: bill.id,
    rev: bill._rev,
    add: added.map(({ kind, id }) => (kind === 'test' ? { testId: id } : { profileId: id })),
    remove: removed,
  };
  const changed = added.length > 0 || removed.length > 0;
  const preview = useQuery(
    trpc.bills.previewUpdate.queryOptions(changed ? change : skipToken, { placeholderData: keepPreviousData }),
  );
  const shown = changed ? preview.data : undefined;
  const update = useMutation(
    trpc.bills.update.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: onDone,
      onError: (error) => {
        if (approval.refused(error)) return;
        const known = apiErrorOf(error);
        const { message, remedy } = describeError(error);
        setErrors(known?.kind === 'validation' ? known.errors : [{ field: '', code: 'other', message, remedy }]);
      },
    }),
  );
  const input = { ...change, reason: reason.trim() || undefined, refundMethod: shown?.refund ? method : undefined };
  const ready = shown !== undefined && shown.problems.length === 0 && !update.isPending;
  const save = () => {
    setErrors([]);
    if (ready) update.mutate(input);
  };
  useKeys(words.bills.update, [{ keys: 'mod+Enter', label: words.bills.saveUpdate, run: save, disabled: !ready }], {
    inDialog: true,
  });
  const { bills } = words;
  const problems = errors.length > 0 ? errors : (shown?.problems ?? []);
  return (
    <Stack gap="sm">
      <TestPicker autoFocus onPick={(test) => setAdded([...added.filter((one) => one.id !== test.id), test])} />
      <Table>
        <Table.Tbody>
          {added.map((test) => (
            <Table.Tr key={test.id}>
              <Table.Td w={36}>
                <Checkbox
                  checked
                  aria-label={words.orders.remove(test.name)}
                  onChange={() => setAdded(added.filter((one) => one.id !== test.id))}
                />
              </Table.Td>
              <Table.Td w={90} className="mono">
                {test.code}
              </Table.Td>
              <Table.Td>
                {test.name} <Badge size="sm">{bills.added}</Badge>
              </Table.Td>
              <Table.Td ta="end">{test.price !== undefined && <Money amount={test.price} plain />}</Table.Td>
            </Table.Tr>
          ))}
          {bill.lines.map((line) => {
            const stays = !removed.includes(line.id);
            return (
              <Table.Tr key={line.id}>
                <Table.Td w={36}>
                  <Checkbox
                    checked={stays}
                    aria-label={words.orders.remove(line.testName)}
                    onChange={() => setRemoved(stays ? [...removed, line.id] : removed.filter((id) => id !== line.id))}
                  />
                </Table.Td>
                <Table.Td w={90} className="mono">
                  {line.testCode}
                </Table.Td>
                <Table.Td td={stays ? undefined : 'line-through'}>{line.testName}</Table.Td>
                <Table.Td ta="end">
                  <Money amount={line.price - line.discount} currency={bill.currency} plain />
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
      {problems.length > 0 && (
        <Alert color="red" role="alert" p="xs">
          <List size="sm">
            {problems.map((problem) => (
              <List.Item key={`${problem.field} ${problem.code}`}>{sentence(problem)}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {shown && shown.problems.length === 0 && <DrawnAnew tubes={shown.drawnAnew} />}
      {shown && shown.problems.length === 0 && <Consequences preview={shown} currency={bill.currency} />}
      {shown !== undefined && shown.refund > 0 && (
        <MethodChoice label={bills.giveBackBy} value={method} onChange={setMethod} credit />
      )}
      {removed.length > 0 && (
        <TextInput
          label={words.ui.reason}
          required
          maxLength={300}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onDone}>
          {words.ui.back}
        </Button>
        <Button
          disabled={!ready}
          loading={update.isPending}
          onClick={save}
          rightSection={<KeysHint keys="mod+Enter" />}
        >
          {bills.saveUpdate}
        </Button>
      </Group>
      <ApproveDialog
        what={approval.what}
        error={approval.error}
        busy={update.isPending}
        onClose={approval.close}
        onApprove={(approver) => update.mutate({ ...input, approver })}
      />
    </Stack>
  );
}

/** Tests that the tubes at hand do not do for, and why. */
function DrawnAnew({ tubes }: { tubes: Preview['drawnAnew'] }) {
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

/** What a change does to tubes, reports and money. */
function Consequences({ preview, currency }: { preview: Preview; currency: string }) {
  const { bills } = words;
  return (
    <Alert color="gray" p="sm" title={bills.consequences}>
      <Stack gap="xs">
        <List size="sm">
          {preview.specimens.map((one) => (
            <List.Item key={`${one.accession ?? one.typeName} ${one.what}`}>
              {bills.tubes[one.what](one.accession ?? `${one.typeName}, ${one.container}`, one.testCodes.join(', '))}
              {one.state && one.state !== 'expected' ? ` (${words.specimens.states[one.state]})` : ''}
              {one.what === 'changed' && one.position ? `, ${bills.takeOutOf(one.position)}` : ''}
              {one.what === 'changed' && one.ends && <Stability ends={one.ends} />}
            </List.Item>
          ))}
          {preview.added.length > 0 && (
            <List.Item>{bills.reportsAdded(preview.added.map((line) => line.testCode).join(', '))}</List.Item>
          )}
          {preview.removed.length > 0 && (
            <List.Item>{bills.reportsCancelled(preview.removed.map((line) => line.testCode).join(', '))}</List.Item>
          )}
          {preview.approvals.map(({ kind, what }) => (
            <List.Item key={kind}>{words.orders.needsApproval(what)}</List.Item>
          ))}
        </List>
        <Stack gap={2}>
          <Group justify="space-between">
            <Text size="sm">{bills.net}</Text>
            <Text size="sm">
              <Money amount={preview.before.net} currency={currency} plain /> →{' '}
              <Money amount={preview.after.net} currency={currency} strong />
            </Text>
          </Group>
          {preview.refund > 0 ? (
            <SumLine name={bills.toGiveBack} amount={preview.refund} currency={currency} strong />
          ) : (
            <SumLine name={bills.due} amount={preview.after.due} currency={currency} strong />
          )}
        </Stack>
      </Stack>
    </Alert>
  );
}
