import { Button, Group, Modal, Stack, Table, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import { errorsOf } from '../app/errors.ts';
import { useFormat } from '../app/me.tsx';
import { FormErrors } from '../ui/form-errors.tsx';
import { Money } from '../ui/money.tsx';
import { words } from '../words/index.ts';

type Bill = Outputs['bills']['get']['bill'];

/** Takes back a part of a bill with a numbered document of its own; the bill stays. */
export function CreditNoteDialog({ opened, onClose, bill }: { opened: boolean; onClose: () => void; bill: Bill }) {
  return (
    <Modal opened={opened} onClose={onClose} title={words.bills.creditNote} size="lg">
      <CreditNoteForm bill={bill} onDone={onClose} />
    </Modal>
  );
}

function CreditNoteForm({ bill, onDone }: { bill: Bill; onDone: () => void }) {
  const trpc = useTRPC();
  const format = useFormat();
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [reason, setReason] = useState('');
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const credit = useMutation(
    trpc.bills.credit.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: onDone,
      onError: (error) => setErrors(errorsOf(error)),
    }),
  );
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
        if (ready) credit.mutate({ billId: bill.id, rev: bill._rev, lines, reason: reason.trim() });
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
          <Button variant="default" onClick={onDone}>
            {words.ui.back}
          </Button>
          <Button type="submit" disabled={!ready} loading={credit.isPending}>
            {bills.issueCreditNote}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
