import { Button, Group, Modal, Stack, Table, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApproverInput, CreditNoteInput } from '../../shared/billing/order-input.ts';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import { errorsOf } from '../app/errors.ts';
import { useFormat } from '../app/me.tsx';
import { FormErrors } from '../ui/form-errors.tsx';
import { Money } from '../ui/money.tsx';
import { words } from '../words/index.ts';
import { ApproveDialog } from './approve-dialog.tsx';
import { useApproval } from './use-approval.ts';

type Bill = Outputs['bills']['get']['bill'];

type Note = Pick<CreditNoteInput, 'lines' | 'reason'>;

/** Takes back a part of a bill with a numbered document of its own; the bill stays. */
export function CreditNoteDialog({ opened, onClose, bill }: { opened: boolean; onClose: () => void; bill: Bill }) {
  const trpc = useTRPC();
  const approval = useApproval();
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  // Kept while somebody is asked to allow it.
  const [asked, setAsked] = useState<Note>();
  const close = () => {
    setErrors([]);
    onClose();
  };
  const credit = useMutation(
    trpc.bills.credit.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: () => {
        approval.close();
        close();
      },
      onError: (error) => setErrors(approval.refused(error) ? [] : errorsOf(error)),
    }),
  );
  const issue = (note: Note, approver?: ApproverInput) =>
    credit.mutate({ billId: bill.id, rev: bill._rev, ...note, approver });
  return (
    <>
      <Modal opened={opened} onClose={close} title={words.bills.creditNote} size="lg">
        <CreditNoteForm
          bill={bill}
          errors={errors}
          busy={credit.isPending}
          onIssue={(note) => {
            setAsked(note);
            issue(note);
          }}
          onClose={close}
        />
      </Modal>
      <ApproveDialog
        what={approval.what}
        error={approval.error}
        busy={credit.isPending}
        onClose={approval.close}
        onApprove={(approver) => asked && issue(asked, approver)}
      />
    </>
  );
}

function CreditNoteForm({
  bill,
  errors,
  busy,
  onIssue,
  onClose,
}: {
  bill: Bill;
  errors: readonly FieldError[];
  busy: boolean;
  onIssue: (note: Note) => void;
  onClose: () => void;
}) {
  const format = useFormat();
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [reason, setReason] = useState('');
  const amounts = bill.lines.map((line) => {
    const text = typed[line.id]?.trim() ?? '';
    return { lineId: line.id, amount: text === '' ? 0 : format.readMoney(text, bill.currency) };
  });
  const wrong = amounts.some(({ amount }) => amount === null || amount < 0);
  const lines = amounts.flatMap(({ lineId, amount }) => (amount ? [{ lineId, amount }] : []));
  const ready = !wrong && lines.length > 0 && reason.trim().length >= 3;
  const { bills, orders } = words;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !busy) onIssue({ lines, reason: reason.trim() });
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{bill.onCredit ? bills.creditNoteToOrganisation : bills.creditNoteToPatient}</Text>
        <FormErrors errors={errors} />
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{orders.test}</Table.Th>
              <Table.Th ta="end">{bills.net}</Table.Th>
              <Table.Th w={120}>{bills.toCredit}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {bill.lines.map((line, index) => (
              <Table.Tr key={line.id}>
                <Table.Td>{line.testName}</Table.Td>
                <Table.Td ta="end">
                  <Money amount={line.price - line.discount} currency={bill.currency} plain />
                </Table.Td>
                <Table.Td py={0}>
                  <TextInput
                    size="xs"
                    aria-label={`${bills.toCredit}: ${line.testName}`}
                    inputMode="decimal"
                    autoComplete="off"
                    data-autofocus={index === 0 || undefined}
                    styles={{ input: { textAlign: 'end' } }}
                    value={typed[line.id] ?? ''}
                    error={amounts[index]?.amount === null}
                    onChange={({ currentTarget }) => setTyped({ ...typed, [line.id]: currentTarget.value })}
                  />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <TextInput
          label={words.ui.reason}
          required
          maxLength={300}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {words.ui.back}
          </Button>
          <Button type="submit" disabled={!ready} loading={busy}>
            {bills.issueCreditNote}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
