import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type ReactNode, useState } from 'react';
import type { EntryMethod } from '../../shared/billing/schema.ts';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { showAtFields } from '../app/errors.ts';
import { useFormat } from '../app/me.tsx';
import { FormErrors } from '../ui/form-errors.tsx';
import { words } from '../words/index.ts';
import { MethodChoice } from './method-choice.tsx';

/** What a dialog about money was filled with; the amount in minor units. */
export interface MoneyMove {
  method: EntryMethod;
  amount: number;
  reference: string | undefined;
  reason: string;
}

interface MoneyDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** The word on the button. */
  readonly confirm: string;
  readonly currency: string;
  /** What stands in the amount at first; and the most it may be. */
  readonly initial?: number;
  readonly most?: number;
  /** Whether the patient's credit is among the methods. */
  readonly credit?: boolean;
  readonly needsReason?: boolean;
  /** Sends it; rejects with the core's error, which is shown at its fields. */
  readonly send: (move: MoneyMove) => Promise<unknown>;
  /** Whether the core's error only opened a question of its own; the dialog then stays as it is. */
  readonly asks?: (error: unknown) => boolean;
  /** Above the fields, e.g. what is due. */
  readonly children?: ReactNode;
}

/** Amount, method, reference and reason of money that moves; Enter in any field sends it. */
export function MoneyDialog(props: MoneyDialogProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title} size="26rem">
      <MoneyForm {...props} />
    </Modal>
  );
}

function MoneyForm({
  onClose,
  confirm,
  currency,
  initial,
  most,
  credit,
  needsReason,
  send,
  asks,
  children,
}: MoneyDialogProps) {
  const format = useFormat();
  const [errors, setErrors] = useState<FieldError[]>([]);
  const [busy, setBusy] = useState(false);
  const form = useForm({
    initialValues: {
      method: 'cash' as EntryMethod,
      amount: initial === undefined ? '' : format.amount(initial, currency),
      reference: '',
      reason: '',
    },
    validate: {
      amount: (text) => {
        const amount = format.readMoney(text, currency);
        if (amount === null || amount <= 0) return words.bills.notAnAmount;
        return most !== undefined && amount > most ? words.bills.atMost(format.money(most, currency)) : null;
      },
      reason: (text) => (needsReason && text.trim().length < 3 ? words.bills.sayWhy : null),
    },
  });
  const submit = form.onSubmit(async ({ method, amount, reference, reason }) => {
    setErrors([]);
    setBusy(true);
    try {
      await send({
        method,
        amount: format.readMoney(amount, currency) ?? 0,
        reference: reference.trim() || undefined,
        reason: reason.trim(),
      });
      onClose();
    } catch (error) {
      if (!asks?.(error)) setErrors(showAtFields(form, error));
    } finally {
      setBusy(false);
    }
  });
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <FormErrors errors={errors} />
        {children}
        <MethodChoice
          label={words.bills.method}
          value={form.values.method}
          onChange={(method) => form.setFieldValue('method', method)}
          credit={credit}
        />
        <TextInput
          label={words.bills.amount}
          inputMode="decimal"
          autoComplete="off"
          data-autofocus
          styles={{ input: { textAlign: 'end' } }}
          {...form.getInputProps('amount')}
          onFocus={(event) => event.currentTarget.select()}
        />
        {form.values.method !== 'cash' && form.values.method !== 'credit' && (
          <TextInput
            label={words.bills.reference}
            placeholder={words.orders.referenceHint}
            maxLength={100}
            {...form.getInputProps('reference')}
          />
        )}
        {needsReason && (
          <TextInput label={words.ui.reason} required maxLength={300} {...form.getInputProps('reason')} />
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={busy}>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
