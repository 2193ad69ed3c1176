import { Button, Group, Modal, ScrollArea, Stack, Table, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { type ClaimStep, type PaymentMethod, paymentMethodSchema } from '../../../shared/billing/schema.ts';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { type Outputs, useTRPC } from '../../app/api.ts';
import { errorsOf } from '../../app/errors.ts';
import { useFormat } from '../../app/me.tsx';
import { ConfirmWithReason } from '../../ui/confirm-with-reason.tsx';
import { FormErrors } from '../../ui/form-errors.tsx';
import { Money } from '../../ui/money.tsx';
import { words } from '../../words/index.ts';
import { MethodChoice } from '../method-choice.tsx';

type Details = Outputs['claims']['get'];

interface SettleClaimProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly details: Details;
}

/** Books what an insurer pays for each bill; less needs the insurer's reason. */
export function SettleClaim(props: SettleClaimProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={words.claims.steps.settle} size="44rem">
      <SettleForm {...props} />
    </Modal>
  );
}

function SettleForm({ onClose, details: { claim, bills } }: SettleClaimProps) {
  const trpc = useTRPC();
  const format = useFormat();
  const { currency } = claim;
  const open = bills.filter((bill) => bill.open > 0);
  const [method, setMethod] = useState<PaymentMethod>('transfer');
  const [reference, setReference] = useState('');
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [reasons, setReasons] = useState<Record<string, string>>({});
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const settle = useMutation(
    trpc.claims.follow.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: onClose,
      onError: (error) => setErrors(errorsOf(error)),
    }),
  );
  const lines = open.map((bill) => {
    const text = typed[bill.billId] ?? format.amount(bill.open, currency);
    const amount = text.trim() === '' ? 0 : format.readMoney(text, currency);
    return { bill, text, amount };
  });
  const atField = (field: string) => errors.find((error) => error.field === field)?.message;
  const elsewhere = errors.filter(({ field }) => !/^bills\.\d+\./.test(field));
  const wrong = lines.some(({ amount }) => amount === null || amount < 0);
  const { claims } = words;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setErrors([]);
        if (wrong) return;
        settle.mutate({
          ...{ step: 'settle', id: claim.id, rev: claim._rev, method },
          reference: reference.trim() || undefined,
          bills: lines.map(({ bill: { billId }, amount }) => ({
            billId,
            amount: amount ?? 0,
            reason: reasons[billId]?.trim() || undefined,
          })),
        });
      }}
    >
      <Stack gap="sm">
        <FormErrors errors={elsewhere} />
        <ScrollArea.Autosize mah={320}>
          <Table stickyHeader>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{words.bills.number}</Table.Th>
                <Table.Th>{words.bills.patient}</Table.Th>
                <Table.Th ta="end">{claims.open}</Table.Th>
                <Table.Th w={120}>{claims.settleNow}</Table.Th>
                <Table.Th w={200}>{claims.whyLess}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {lines.map(({ bill, text, amount }, index) => (
                <Table.Tr key={bill.billId}>
                  <Table.Td style={{ whiteSpace: 'nowrap' }}>{bill.billNumber}</Table.Td>
                  <Table.Td>{bill.patientName}</Table.Td>
                  <Table.Td ta="end">
                    <Money amount={bill.open} currency={currency} plain />
                  </Table.Td>
                  <Table.Td py={2}>
                    <TextInput
                      size="xs"
                      aria-label={`${claims.settleNow}: ${bill.billNumber}`}
                      inputMode="decimal"
                      autoComplete="off"
                      data-autofocus={index === 0 || undefined}
                      styles={{ input: { textAlign: 'end' } }}
                      value={text}
                      error={amount === null ? words.bills.notAnAmount : atField(`bills.${index}.amount`)}
                      onFocus={({ currentTarget }) => currentTarget.select()}
                      onChange={({ currentTarget }) => setTyped({ ...typed, [bill.billId]: currentTarget.value })}
                    />
                  </Table.Td>
                  <Table.Td py={2}>
                    <TextInput
                      size="xs"
                      aria-label={`${claims.whyLess}: ${bill.billNumber}`}
                      maxLength={300}
                      disabled={amount === bill.open}
                      value={reasons[bill.billId] ?? ''}
                      error={atField(`bills.${index}.reason`)}
                      onChange={({ currentTarget }) => setReasons({ ...reasons, [bill.billId]: currentTarget.value })}
                    />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollArea.Autosize>
        <MethodChoice
          label={words.bills.method}
          value={method}
          onChange={(one) => setMethod(paymentMethodSchema.catch('transfer').parse(one))}
        />
        <TextInput
          label={words.bills.reference}
          maxLength={100}
          value={reference}
          onChange={({ currentTarget }) => setReference(currentTarget.value)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {words.ui.back}
          </Button>
          <Button type="submit" disabled={wrong} loading={settle.isPending}>
            {claims.book}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Steps that are said in words. */
type Said = 'query' | 'reject' | 'resubmit' | 'writeOff' | 'cancel';
const saidSteps: readonly ClaimStep[] = ['query', 'reject', 'resubmit', 'writeOff', 'cancel'] satisfies Said[];
const isSaid = (step: ClaimStep | undefined): step is Said => step !== undefined && saidSteps.includes(step);

/** Asks for the reason of a step and takes it. */
export function ClaimReason({
  step,
  onClose,
  claim,
}: {
  step: ClaimStep | undefined;
  onClose: () => void;
  claim: Details['claim'];
}) {
  const trpc = useTRPC();
  const follow = useMutation(trpc.claims.follow.mutationOptions({ onSuccess: onClose }));
  const writeOff = useMutation(trpc.claims.writeOff.mutationOptions({ onSuccess: onClose }));
  if (!isSaid(step)) return null;
  const seen = { id: claim.id, rev: claim._rev };
  const { claims } = words;
  return (
    <ConfirmWithReason
      opened
      onClose={onClose}
      title={`${claims.steps[step]}: ${claim.number}`}
      confirm={claims.steps[step]}
      calm={step === 'query' || step === 'resubmit'}
      busy={follow.isPending || writeOff.isPending}
      onConfirm={(reason) =>
        step === 'writeOff' ? writeOff.mutate({ ...seen, reason }) : follow.mutate({ step, ...seen, reason })
      }
    >
      {claims.explains[step]}
    </ConfirmWithReason>
  );
}
