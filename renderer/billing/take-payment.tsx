import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApproverInput } from '../../shared/billing/order-input.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import { reportUnexpected } from '../app/errors.ts';
import { words } from '../words/index.ts';
import { ApproveDialog } from './approve-dialog.tsx';
import { MoneyDialog, type MoneyMove } from './money-dialog.tsx';
import { SumLine } from './sum-line.tsx';
import { useApproval } from './use-approval.ts';

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
  const approval = useApproval();
  const refund = useMutation(trpc.bills.refund.mutationOptions({ meta: { showsOwnErrors: true } }));
  // Kept while somebody is asked to allow it.
  const [asked, setAsked] = useState<MoneyMove>();
  const { paid, due } = bill.totals;
  const give = async (move: MoneyMove, approver?: ApproverInput) => {
    await refund.mutateAsync({ id: bill.id, rev: bill._rev, ...move, approver });
    approval.close();
    onClose();
  };
  return (
    <>
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
        send={(move) => {
          setAsked(move);
          return give(move);
        }}
        asks={approval.refused}
      >
        <SumLine name={words.bills.paid} amount={paid} currency={bill.currency} strong />
      </MoneyDialog>
      <ApproveDialog
        what={approval.what}
        error={approval.error}
        busy={refund.isPending}
        onClose={approval.close}
        onApprove={(approver) => {
          if (asked) give(asked, approver).catch((error) => approval.refused(error) || reportUnexpected(error));
        }}
      />
    </>
  );
}
