import { useMutation } from '@tanstack/react-query';
import { type Outputs, useTRPC } from '../app/api.ts';
import { words } from '../words/index.ts';
import { MoneyDialog } from './money-dialog.tsx';
import { SumLine } from './sum-line.tsx';

type Details = Outputs['bills']['get'];

/** Takes a payment on a bill, in money or from the patient's credit. */
export function TakePayment({
  opened,
  onClose,
  details: { bill, credit },
}: {
  opened: boolean;
  onClose: () => void;
  details: Details;
}) {
  const trpc = useTRPC();
  const pay = useMutation(trpc.bills.pay.mutationOptions({ meta: { showsOwnErrors: true } }));
  const { due } = bill.totals;
  return (
    <MoneyDialog
      opened={opened}
      onClose={onClose}
      title={words.bills.takePayment}
      confirm={words.bills.takePayment}
      currency={bill.currency}
      initial={due}
      most={due}
      credit={credit > 0}
      send={({ method, amount, reference }) =>
        pay.mutateAsync({ id: bill.id, rev: bill._rev, method, amount, reference })
      }
    >
      <SumLine name={words.bills.due} amount={due} currency={bill.currency} strong />
      {credit > 0 && <SumLine name={words.bills.creditBalance} amount={credit} currency={bill.currency} />}
    </MoneyDialog>
  );
}

/** Gives back what was paid on a bill, in money or to the patient's credit. */
export function GiveRefund({
  opened,
  onClose,
  details: { bill, flag },
}: {
  opened: boolean;
  onClose: () => void;
  details: Details;
}) {
  const trpc = useTRPC();
  const refund = useMutation(trpc.bills.refund.mutationOptions({ meta: { showsOwnErrors: true } }));
  const { paid, due } = bill.totals;
  return (
    <MoneyDialog
      opened={opened}
      onClose={onClose}
      title={words.bills.giveRefund}
      confirm={words.bills.giveRefund}
      currency={bill.currency}
      initial={flag === 'overpaid' ? -due : paid}
      most={paid}
      credit
      needsReason
      send={(move) => refund.mutateAsync({ id: bill.id, rev: bill._rev, ...move })}
    >
      <SumLine name={words.bills.paid} amount={paid} currency={bill.currency} strong />
    </MoneyDialog>
  );
}
