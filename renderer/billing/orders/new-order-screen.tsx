import { Button, Grid, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { keepPreviousData, skipToken, useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { type Outputs, useTRPC } from '../../app/api.ts';
import { useDraft } from '../../app/draft.ts';
import { apiErrorOf, describeError, fieldErrors, showAtFields } from '../../app/errors.ts';
import { useKeys } from '../../app/keys.tsx';
import { useFormat } from '../../app/me.tsx';
import { DraftNotice } from '../../ui/draft-notice.tsx';
import { FormErrors } from '../../ui/form-errors.tsx';
import { KeysHint } from '../../ui/keys-hint.tsx';
import { Page } from '../../ui/page.tsx';
import { words } from '../../words/index.ts';
import { ApproveDialog } from '../approve-dialog.tsx';
import { useApproval } from '../use-approval.ts';
import { OrderPatient } from './order-patient.tsx';
import { OrderPayment } from './order-payment.tsx';
import { OrderSaved } from './order-saved.tsx';
import { OrderSender } from './order-sender.tsx';
import { OrderTests } from './order-tests.tsx';
import {
  amountsOf,
  createOf,
  emptyOrder,
  fieldOf,
  type OrderValues,
  paymentsOf,
  problemsOf,
  quoteOf,
  takenSum,
} from './order-values.ts';

const route = getRouteApi('/orders/new');

/** Patient, tests, price, payment, paper: the whole of reception's work on one screen. */
export function NewOrderScreen() {
  const { patientId = '' } = route.useSearch();
  return <OrderForm key={patientId} patientId={patientId} />;
}

function OrderForm({ patientId }: { patientId: string }) {
  const trpc = useTRPC();
  const navigate = useNavigate();
  const format = useFormat();
  const draft = useDraft<OrderValues>('order.new', emptyOrder);
  const form = useForm<OrderValues>({ initialValues: startOf(draft.initial, patientId), onValuesChange: draft.keep });
  const [errors, setErrors] = useState<FieldError[]>([]);
  const [saved, setSaved] = useState<Outputs['bills']['create']>();
  const patientField = useRef<HTMLInputElement>(null);
  const testField = useRef<HTMLInputElement>(null);

  const amounts = amountsOf(form.values, format);
  const quote = useQuery(
    trpc.bills.quote.queryOptions(quoteOf(form.values, amounts) ?? skipToken, { placeholderData: keepPreviousData }),
  );
  const priced = form.values.items.length > 0 ? quote.data : undefined;
  // Between a change and its price the amounts of before stand on the screen: nothing is paid or saved by them.
  const isPriced = form.values.items.length === 0 || quote.isError || (quote.isSuccess && !quote.isPlaceholderData);
  const due = priced?.totals.due ?? 0;
  const left = due - takenSum(form.values);
  const approval = useApproval();

  const create = useMutation(
    trpc.bills.create.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: (order) => {
        approval.close();
        draft.clear();
        setSaved(order);
      },
      onError: (error) => {
        if (!approval.refused(error)) setErrors(showAtFields(form, error, fieldOf));
      },
    }),
  );
  const saveNow = () => {
    if (create.isPending || saved) return;
    const problems = problemsOf(form.values, amounts);
    form.setErrors(problems);
    setErrors(fieldErrors(problems));
    if (Object.keys(problems).length === 0) create.mutate(createOf(form.values, amounts, due));
  };
  const begin = () => {
    form.setValues(emptyOrder);
    draft.clear();
    setErrors([]);
    setSaved(undefined);
    void navigate({ to: '/orders/new', search: {} });
    setTimeout(() => patientField.current?.focus());
  };
  const focusReceived = () => document.querySelector<HTMLElement>('[data-path="received"]')?.focus();
  const payAllNow = () => {
    const most = form.values.method === 'credit' ? Math.min(left, priced?.credit ?? 0) : left;
    form.setFieldValue('received', format.amount(most));
    focusReceived();
  };
  const [wishes, setWishes] = useState<('payAll' | 'save')[]>([]);
  const wish = (what: 'payAll' | 'save') =>
    setWishes((before) => (before.at(-1) === what ? before : [...before, what]));
  const fulfil = useEffectEvent(() => {
    const [next, ...rest] = wishes;
    setWishes(rest);
    if (next === 'payAll') payAllNow();
    if (next === 'save') saveNow();
  });
  useEffect(() => {
    if (isPriced && wishes.length > 0) fulfil();
  }, [isPriced, wishes]);
  const payAll = () => wish('payAll');
  const save = () => wish('save');
  const split = () => {
    const taken = paymentsOf(form.values, amounts, due);
    form.setValues({ ...form.values, taken, method: 'card', received: '', reference: '' });
    focusReceived();
  };
  const canSplit = (amounts.received ?? 0) > 0 && (amounts.received ?? 0) < left;
  useKeys(words.orders.title, [
    { keys: 'F2', label: words.orders.changePatient, run: () => form.setFieldValue('patientId', '') },
    { keys: 'F4', label: words.orders.findTest, run: () => testField.current?.focus() },
    {
      keys: 'F8',
      label: `${words.orders.received}: ${words.orders.payAll}`,
      run: payAll,
      disabled: isPriced && left <= 0,
    },
    { keys: 'F6', label: words.orders.split, run: split, disabled: !canSplit },
    { keys: 'mod+Enter', label: words.orders.save, run: save },
  ]);

  return (
    <Page
      title={words.orders.title}
      body="scroll"
      about={<DraftNotice draft={draft} onDiscard={() => form.setValues({ ...emptyOrder, patientId })} />}
    >
      <FormErrors errors={errors} />
      <Grid gap="sm" overflow="hidden">
        <Grid.Col span={{ base: 12, sm: 8 }}>
          <Stack gap="sm">
            <OrderPatient form={form} inputRef={patientField} onPicked={() => testField.current?.focus()} />
            <OrderTests
              form={form}
              inputRef={testField}
              quoted={priced?.lines}
              problem={quote.error && !quote.isFetching ? refusalOf(quote.error) : undefined}
              autoFocus={form.values.patientId !== ''}
            />
            <OrderSender form={form} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 4 }}>
          <Stack gap="sm" pos="sticky" top={0}>
            <OrderPayment form={form} quote={priced} amounts={amounts} onPayAll={payAll} onSplit={split} />
            <Button size="md" loading={create.isPending} onClick={save} rightSection={<KeysHint keys="mod+Enter" />}>
              {words.orders.save}
            </Button>
          </Stack>
        </Grid.Col>
      </Grid>
      <ApproveDialog
        what={approval.what}
        error={approval.error}
        busy={create.isPending}
        onClose={approval.close}
        onApprove={(approver) => create.mutate({ ...createOf(form.values, amounts, due), approver })}
      />
      {saved && <OrderSaved order={saved} onNext={begin} />}
    </Page>
  );
}

/** The draft goes on for its own patient, or for the one now chosen; an order begun for another patient does not. */
function startOf(kept: OrderValues, patientId: string): OrderValues {
  // A draft of a version that kept only ids does not say what its tests are.
  const draft = { ...kept, items: kept.items.filter(({ code }) => code !== undefined) };
  if (patientId === '' || draft.patientId === patientId) return draft;
  return draft.patientId === '' ? { ...draft, patientId } : { ...emptyOrder, patientId };
}

/** All that a quote was refused for: a desk that misses two prices asks for both at once. */
function refusalOf(error: unknown): string {
  const known = apiErrorOf(error);
  if (known?.kind !== 'validation') return describeError(error).message;
  return [...new Set(known.errors.map(({ message }) => message))].join(' · ');
}
