import { Button, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApproverInput } from '../../shared/billing/order-input.ts';
import { type PaymentMethod, paymentMethodSchema } from '../../shared/billing/schema.ts';
import { useTRPC } from '../app/api.ts';
import { reportUnexpected } from '../app/errors.ts';
import { useMay } from '../app/me.tsx';
import { Money } from '../ui/money.tsx';
import { Query } from '../ui/query.tsx';
import { Time } from '../ui/time.tsx';
import { words } from '../words/index.ts';
import { ApproveDialog } from './approve-dialog.tsx';
import { MoneyDialog, type MoneyMove } from './money-dialog.tsx';
import { SumLine } from './sum-line.tsx';
import { useApproval } from './use-approval.ts';

/** A patient's credit: what was paid ahead, used and given back; takes an advance and gives credit back. */
export function PatientCredit({
  opened,
  onClose,
  patientId,
}: {
  opened: boolean;
  onClose: () => void;
  patientId: string;
}) {
  const trpc = useTRPC();
  const may = useMay();
  const [dialog, setDialog] = useState<'advance' | 'return'>();
  const query = useQuery(trpc.bills.account.queryOptions({ patientId }, { enabled: opened }));
  const advance = useMutation(trpc.bills.advance.mutationOptions({ meta: { showsOwnErrors: true } }));
  const giveBack = useMutation(trpc.bills.returnCredit.mutationOptions({ meta: { showsOwnErrors: true } }));
  const moveOf = (move: MoneyMove): { patientId: string; method: PaymentMethod } & Omit<MoneyMove, 'method'> => ({
    ...move,
    patientId,
    method: paymentMethodSchema.parse(move.method),
  });
  const approval = useApproval();
  // Kept while somebody is asked to allow it.
  const [asked, setAsked] = useState<MoneyMove>();
  const give = async (move: MoneyMove, approver?: ApproverInput) => {
    await giveBack.mutateAsync({ ...moveOf(move), approver });
    approval.close();
    setDialog(undefined);
  };
  const { bills } = words;
  return (
    <Modal opened={opened} onClose={onClose} title={bills.creditBalance} size="lg" closeOnEscape={!dialog}>
      <Query query={query}>
        {({ balance, currency, entries }) => (
          <Stack gap="sm">
            <SumLine name={bills.creditBalance} amount={balance} currency={currency} strong />
            {balance < 0 && (
              <Text size="sm" c="var(--tone-warn)" role="status">
                {bills.creditUsedTwice}
              </Text>
            )}
            {entries.length === 0 ? (
              <Text size="sm" c="dimmed">
                {bills.noCredit}
              </Text>
            ) : (
              <Table>
                <Table.Tbody>
                  {entries.map(({ id, entry, registeredAt, amount, method, reason, approvals = [] }) => (
                    <Table.Tr key={id}>
                      <Table.Td>
                        <Time at={registeredAt} />
                      </Table.Td>
                      <Table.Td>
                        {[bills.creditEntries[entry], method && bills.methods[method], reason]
                          .filter(Boolean)
                          .join(', ')}
                        {approvals.map((one) => (
                          <Text key={one.id} size="xs" c="dimmed">
                            {bills.approvedBy(one.name, one.what)}
                          </Text>
                        ))}
                      </Table.Td>
                      <Table.Td ta="end">
                        <Money
                          amount={entry === 'used' || entry === 'returned' ? -amount : amount}
                          currency={currency}
                          plain
                        />
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            )}
            <Group gap="xs">
              {may('bill.pay') && <Button onClick={() => setDialog('advance')}>{bills.takeAdvance}</Button>}
              {(may('bill.cancel') || may('bill.pay')) && balance > 0 && (
                <Button variant="default" onClick={() => setDialog('return')}>
                  {bills.returnCredit}
                </Button>
              )}
            </Group>
            <MoneyDialog
              opened={dialog === 'advance'}
              onClose={() => setDialog(undefined)}
              title={bills.takeAdvance}
              confirm={bills.takeAdvance}
              currency={currency}
              send={(move) => advance.mutateAsync({ ...moveOf(move), reason: undefined })}
            />
            <MoneyDialog
              opened={dialog === 'return'}
              onClose={() => setDialog(undefined)}
              title={bills.returnCredit}
              confirm={bills.returnCredit}
              currency={currency}
              initial={balance}
              most={balance}
              needsReason
              send={(move) => {
                setAsked(move);
                return give(move);
              }}
              asks={approval.refused}
            />
            <ApproveDialog
              what={approval.what}
              error={approval.error}
              busy={giveBack.isPending}
              onClose={approval.close}
              onApprove={(approver) => {
                if (asked) give(asked, approver).catch((error) => approval.refused(error) || reportUnexpected(error));
              }}
            />
          </Stack>
        )}
      </Query>
    </Modal>
  );
}
