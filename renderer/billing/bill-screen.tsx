import { Alert, Button, Grid, Group, Menu, Text } from '@mantine/core';
import { IconBarcode, IconCash, IconChevronDown, IconReceipt2 } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { type Outputs, useTRPC } from '../app/api.ts';
import { reportUnexpected } from '../app/errors.ts';
import { useKeys } from '../app/keys.tsx';
import { useMay } from '../app/me.tsx';
import { ConfirmWithReason } from '../ui/confirm-with-reason.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { LinkText } from '../ui/link.tsx';
import { Page } from '../ui/page.tsx';
import { PdfPreview } from '../ui/pdf-preview.tsx';
import { Query } from '../ui/query.tsx';
import { Time } from '../ui/time.tsx';
import { words } from '../words/index.ts';
import { ApproveDialog } from './approve-dialog.tsx';
import { BillContents, BillMoney } from './bill-parts.tsx';
import { BillStatus } from './bill-status.tsx';
import { CreditNoteDialog } from './credit-note-dialog.tsx';
import { UpdateBill } from './orders/update-bill.tsx';
import { PatientCredit } from './patient-credit.tsx';
import { GiveRefund, TakePayment } from './take-payment.tsx';
import { useApproval } from './use-approval.ts';

type Details = Outputs['bills']['get'];
type Dialog = 'pay' | 'cancel' | 'receipt' | 'labels' | 'update' | 'refund' | 'creditNote' | 'credit';

const route = getRouteApi('/bills/$billId');

/** One bill: what was ordered, what it costs, what was paid, its papers. */
export function BillScreen() {
  const { billId } = route.useParams();
  const trpc = useTRPC();
  const query = useQuery(trpc.bills.get.queryOptions({ id: billId }));
  return <Query query={query}>{(details) => <BillPage details={details} />}</Query>;
}

function BillPage({ details }: { details: Details }) {
  const { bill, patient, specimens } = details;
  const trpc = useTRPC();
  const may = useMay();
  const [dialog, setDialog] = useState<Dialog>();
  const close = () => setDialog(undefined);
  const receipt = useQuery(trpc.bills.receipt.queryOptions({ id: bill.id }, { enabled: dialog === 'receipt' }));
  const ids = specimens.map(({ id }) => id);
  const labels = useQuery(trpc.specimens.labels.queryOptions({ ids }, { enabled: dialog === 'labels' }));
  const approval = useApproval();
  const [cancelReason, setCancelReason] = useState('');
  const cancel = useMutation(
    trpc.bills.cancel.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: () => {
        approval.close();
        close();
      },
      onError: (error) => {
        if (!approval.refused(error)) reportUnexpected(error);
      },
    }),
  );
  const standing = bill.status !== 'cancelled';
  const mayPay = may('bill.pay') && bill.totals.due > 0 && standing;
  const mayUpdate = may('bill.update') && standing;
  // Without the right itself, with somebody's approval.
  const mayRefund = (may('bill.cancel') || may('bill.pay')) && bill.totals.paid > 0;
  const mayCancel = (may('bill.cancel') || may('bill.update')) && standing;
  const { bills } = words;
  useKeys(bill.number, [
    { keys: 'F8', label: bills.takePayment, run: () => setDialog('pay'), disabled: !mayPay },
    { keys: 'F4', label: bills.update, run: () => setDialog('update'), disabled: !mayUpdate },
    { keys: 'F9', label: bills.receipt, run: () => setDialog('receipt') },
    { keys: 'F7', label: bills.labels, run: () => setDialog('labels'), disabled: ids.length === 0 },
  ]);

  return (
    <Page
      title={bill.number}
      body="scroll"
      about={
        <Group gap="sm">
          <BillStatus bill={bill} />
          <Text size="sm" c="dimmed">
            <LinkText to="/patients/$patientId" params={{ patientId: patient.id }}>
              {patient.fullName}
            </LinkText>
            {' · '}
            {patient.number}
            {' · '}
            <Time at={bill.registeredAt} />
          </Text>
        </Group>
      }
      actions={
        <>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="subtle" rightSection={<IconChevronDown size={14} aria-hidden />}>
                {bills.more}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => setDialog('credit')}>{bills.creditBalance}</Menu.Item>
              {mayRefund && <Menu.Item onClick={() => setDialog('refund')}>{bills.giveRefund}</Menu.Item>}
              {(may('bill.cancel') || may('bill.pay')) && standing && (
                <Menu.Item onClick={() => setDialog('creditNote')}>{bills.creditNote}</Menu.Item>
              )}
              {mayCancel && (
                <Menu.Item c="var(--tone-error)" onClick={() => setDialog('cancel')}>
                  {bills.cancel}
                </Menu.Item>
              )}
            </Menu.Dropdown>
          </Menu>
          {mayUpdate && (
            <Button variant="default" rightSection={<KeysHint keys="F4" />} onClick={() => setDialog('update')}>
              {bills.update}
            </Button>
          )}
          <Button
            variant="default"
            disabled={ids.length === 0}
            leftSection={<IconBarcode size={16} aria-hidden />}
            rightSection={<KeysHint keys="F7" />}
            onClick={() => setDialog('labels')}
          >
            {bills.labels}
          </Button>
          <Button
            variant="default"
            leftSection={<IconReceipt2 size={16} aria-hidden />}
            rightSection={<KeysHint keys="F9" />}
            onClick={() => setDialog('receipt')}
          >
            {bills.receipt}
          </Button>
          {mayPay && (
            <Button
              leftSection={<IconCash size={16} aria-hidden />}
              rightSection={<KeysHint keys="F8" />}
              onClick={() => setDialog('pay')}
            >
              {bills.takePayment}
            </Button>
          )}
        </>
      }
    >
      {bill.cancelReason && (
        <Alert color="red" p="xs">
          {bills.cancelledBecause}: {bill.cancelReason}
        </Alert>
      )}
      {details.flag && (
        <Alert color="orange" p="xs" role="status">
          {bills.flags[details.flag]}
        </Alert>
      )}
      <Grid gap="sm" overflow="hidden">
        <Grid.Col span={{ base: 12, sm: 8 }}>
          <BillContents details={details} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 4 }}>
          <BillMoney details={details} />
        </Grid.Col>
      </Grid>
      <TakePayment opened={dialog === 'pay'} onClose={close} details={details} />
      <GiveRefund opened={dialog === 'refund'} onClose={close} details={details} />
      <UpdateBill opened={dialog === 'update'} onClose={close} bill={bill} />
      <CreditNoteDialog opened={dialog === 'creditNote'} onClose={close} bill={bill} />
      <PatientCredit opened={dialog === 'credit'} onClose={close} patientId={patient.id} />
      <PdfPreview opened={dialog === 'receipt'} onClose={close} title={bills.receipt} query={receipt} />
      <PdfPreview opened={dialog === 'labels'} onClose={close} title={bills.labels} query={labels} />
      <ConfirmWithReason
        opened={dialog === 'cancel'}
        onClose={close}
        title={bills.cancel}
        usual={bills.cancelReasons}
        confirm={bills.cancel}
        busy={cancel.isPending}
        onConfirm={(reason) => {
          setCancelReason(reason);
          cancel.mutate({ id: bill.id, rev: bill._rev, reason });
        }}
      >
        {bills.cancelText}
      </ConfirmWithReason>
      <ApproveDialog
        what={approval.what}
        error={approval.error}
        busy={cancel.isPending}
        onClose={approval.close}
        onApprove={(approver) => cancel.mutate({ id: bill.id, rev: bill._rev, reason: cancelReason, approver })}
      />
    </Page>
  );
}
