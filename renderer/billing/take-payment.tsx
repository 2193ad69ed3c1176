import { Button, Group, Modal, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { type PaymentMethod, paymentMethodSchema } from '../../shared/billing/schema.ts';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import { showAtFields } from '../app/errors.ts';
import { useFormat } from '../app/me.tsx';
import { FormErrors } from '../ui/form-errors.tsx';
import { words } from '../words/index.ts';
import { SumLine } from './sum-line.tsx';

type Bill = Outputs['bills']['get']['bill'];

const methods = paymentMethodSchema.options.map((value) => ({ value, label: words.bills.methods[value] }));

/** Takes a payment on a bill; Enter in any field takes it. */
export function TakePayment({ opened, onClose, bill }: { opened: boolean; onClose: () => void; bill: Bill }) {
  return (
    <Modal opened={opened} onClose={onClose} title={words.bills.takePayment} size="24rem">
      <PaymentForm bill={bill} onDone={onClose} />
    </Modal>
  );
}

function PaymentForm({ bill, onDone }: { bill: Bill; onDone: () => void }) {
  const trpc = useTRPC();
  const format = useFormat();
  const [errors, setErrors] = useState<FieldError[]>([]);
  const { due } = bill.totals;
  const form = useForm({
    initialValues: { method: 'cash' as PaymentMethod, amount: format.amount(due, bill.currency), reference: '' },
    validate: {
      amount: (text) => {
        const amount = format.readMoney(text, bill.currency);
        if (amount === null || amount <= 0) return words.bills.notAnAmount;
        return amount > due ? words.bills.aboveDue(format.money(due, bill.currency)) : null;
      },
    },
  });
  const pay = useMutation(
    trpc.bills.pay.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: onDone,
      onError: (error) => setErrors(showAtFields(form, error)),
    }),
  );
  const submit = form.onSubmit(({ method, amount, reference }) => {
    setErrors([]);
    pay.mutate({
      id: bill.id,
      rev: bill._rev,
      method,
      amount: format.readMoney(amount, bill.currency) ?? 0,
      reference: reference.trim() || undefined,
    });
  });
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <FormErrors errors={errors} />
        <SumLine name={words.bills.due} amount={due} currency={bill.currency} strong />
        <SegmentedControl fullWidth aria-label={words.bills.method} data={methods} {...form.getInputProps('method')} />
        <TextInput
          label={words.bills.amount}
          inputMode="decimal"
          autoComplete="off"
          data-autofocus
          styles={{ input: { textAlign: 'end' } }}
          {...form.getInputProps('amount')}
          onFocus={(event) => event.currentTarget.select()}
        />
        {form.values.method !== 'cash' && (
          <TextInput
            label={words.bills.reference}
            placeholder={words.orders.referenceHint}
            maxLength={100}
            {...form.getInputProps('reference')}
          />
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={pay.isPending}>
            {words.bills.takePayment}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
