import { Alert, Button, Grid, Group, Menu, Stack, Table, Text } from '@mantine/core';
import { IconCash, IconChevronDown, IconFileInvoice } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { paymentMethodSchema } from '../../../shared/billing/schema.ts';
import { type Outputs, useTRPC } from '../../app/api.ts';
import { useKeys } from '../../app/keys.tsx';
import { useFormat, useMay } from '../../app/me.tsx';
import { ConfirmWithReason } from '../../ui/confirm-with-reason.tsx';
import { KeysHint } from '../../ui/keys-hint.tsx';
import { LinkText } from '../../ui/link.tsx';
import { Money } from '../../ui/money.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { PdfPreview } from '../../ui/pdf-preview.tsx';
import { Query } from '../../ui/query.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { words } from '../../words/index.ts';
import { MoneyDialog, type MoneyMove } from '../money-dialog.tsx';
import { SumLine } from '../sum-line.tsx';
import { invoiceTones } from './invoice-tones.ts';

type Details = Outputs['invoices']['get'];
type Invoice = Details['invoice'];

const route = getRouteApi('/invoices/$invoiceId');

/** One invoice: its bills, what was paid, its paper. */
export function InvoiceScreen() {
  const { invoiceId } = route.useParams();
  const trpc = useTRPC();
  const query = useQuery(trpc.invoices.get.queryOptions({ id: invoiceId }));
  return <Query query={query}>{(details) => <InvoicePage details={details} />}</Query>;
}

function InvoicePage({ details }: { details: Details }) {
  const { invoice, organisationName, overdueDays, moved } = details;
  const trpc = useTRPC();
  const may = useMay();
  const format = useFormat();
  const [dialog, setDialog] = useState<'pay' | 'refund' | 'cancel' | 'paper'>();
  const close = () => setDialog(undefined);
  const paper = useQuery(trpc.invoices.paper.queryOptions({ id: invoice.id }, { enabled: dialog === 'paper' }));
  const own = { meta: { showsOwnErrors: true } };
  const pay = useMutation(trpc.invoices.pay.mutationOptions(own));
  const refund = useMutation(trpc.invoices.refund.mutationOptions(own));
  const cancel = useMutation(trpc.invoices.cancel.mutationOptions({ onSuccess: close }));
  const release = useMutation(trpc.invoices.release.mutationOptions());
  const { id, _rev: rev, totals, currency, status } = invoice;
  const mayManage = may('invoice.manage');
  const mayPay = mayManage && status !== 'cancelled' && totals.due > 0;
  const { invoices, bills } = words;
  useKeys(invoice.number, [
    { keys: 'F8', label: bills.takePayment, run: () => setDialog('pay'), disabled: !mayPay },
    { keys: 'F9', label: invoices.paper, run: () => setDialog('paper') },
  ]);
  return (
    <Page
      title={invoice.number}
      body="scroll"
      about={
        <Group gap="sm">
          <StateBadge tone={invoiceTones[status]}>{bills.statuses[status]}</StateBadge>
          <Text size="sm" c="dimmed">
            {organisationName} · {invoices.days(format.day(invoice.period.from), format.day(invoice.period.to))} ·{' '}
            {invoices.dueOn} {format.day(invoice.agedFrom)}
          </Text>
          {overdueDays !== undefined && (
            <Text size="sm" c="var(--tone-warn)">
              {invoices.overdue(overdueDays)}
            </Text>
          )}
        </Group>
      }
      actions={
        <>
          {mayManage && (
            <Menu position="bottom-end">
              <Menu.Target>
                <Button variant="subtle" rightSection={<IconChevronDown size={14} aria-hidden />}>
                  {bills.more}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item disabled={totals.paid <= 0} onClick={() => setDialog('refund')}>
                  {invoices.refund}
                </Menu.Item>
                <Menu.Item
                  c={status === 'cancelled' ? undefined : 'var(--tone-error)'}
                  disabled={status === 'cancelled'}
                  onClick={() => setDialog('cancel')}
                >
                  {invoices.cancel}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
          <Button
            variant="default"
            leftSection={<IconFileInvoice size={16} aria-hidden />}
            rightSection={<KeysHint keys="F9" />}
            onClick={() => setDialog('paper')}
          >
            {invoices.paper}
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
      {invoice.cancelReason && (
        <Alert color="red" p="xs">
          {invoices.cancelledBecause}: {invoice.cancelReason}
        </Alert>
      )}
      {totals.due < 0 && (
        <Alert color="orange" p="xs" role="status">
          {invoices.toGiveBack}
        </Alert>
      )}
      {moved.length > 0 && (
        <Alert color="orange" p="xs" role="status">
          <Group justify="space-between">
            {invoices.moved(moved.length)}
            {mayManage && (
              <Button size="xs" onClick={() => release.mutate({ id, rev })} loading={release.isPending}>
                {invoices.release}
              </Button>
            )}
          </Group>
        </Alert>
      )}
      <Grid gap="sm" overflow="hidden">
        <Grid.Col span={{ base: 12, sm: 8 }}>
          <Items invoice={invoice} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 4 }}>
          <Payments details={details} />
        </Grid.Col>
      </Grid>
      <MoneyDialog
        opened={dialog === 'pay'}
        onClose={close}
        title={bills.takePayment}
        confirm={bills.takePayment}
        currency={currency}
        initial={totals.due}
        most={totals.due}
        send={(move) => pay.mutateAsync({ id, rev, ...inMoney(move) })}
      >
        <SumLine name={bills.due} amount={totals.due} currency={currency} strong />
      </MoneyDialog>
      <MoneyDialog
        opened={dialog === 'refund'}
        onClose={close}
        title={invoices.refund}
        confirm={invoices.refund}
        currency={currency}
        initial={totals.due < 0 ? Math.min(-totals.due, totals.paid) : totals.paid}
        most={totals.paid}
        needsReason
        send={(move) => refund.mutateAsync({ id, rev, ...inMoney(move), reason: move.reason })}
      >
        <SumLine name={bills.paid} amount={totals.paid} currency={currency} strong />
      </MoneyDialog>
      <ConfirmWithReason
        opened={dialog === 'cancel'}
        onClose={close}
        title={invoices.cancel}
        confirm={invoices.cancel}
        busy={cancel.isPending}
        onConfirm={(reason) => cancel.mutate({ id, rev, reason })}
      >
        {invoices.cancelText}
      </ConfirmWithReason>
      <PdfPreview opened={dialog === 'paper'} onClose={close} title={invoices.paper} query={paper} />
    </Page>
  );
}

/** An organisation pays with money; the dialog offers nothing else here. */
function inMoney({ method, amount, reference }: MoneyMove) {
  return { method: paymentMethodSchema.parse(method), amount, reference };
}

function Items({ invoice }: { invoice: Invoice }) {
  const format = useFormat();
  const { invoices, bills } = words;
  return (
    <Panel title={invoices.items} about={format.number(invoice.items.length)} flush>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{invoices.date}</Table.Th>
            <Table.Th>{invoices.bill}</Table.Th>
            <Table.Th>{bills.patient}</Table.Th>
            <Table.Th>{bills.tests}</Table.Th>
            <Table.Th ta="end">{bills.net}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {invoice.items.map((item) => (
            <Table.Tr key={item.id}>
              <Table.Td>{format.day(item.on)}</Table.Td>
              <Table.Td>
                {item.amount < 0 ? (
                  item.number
                ) : (
                  <LinkText to="/bills/$billId" params={{ billId: item.id }}>
                    {item.number}
                  </LinkText>
                )}
              </Table.Td>
              <Table.Td>{item.patientName}</Table.Td>
              <Table.Td>{item.tests}</Table.Td>
              <Table.Td ta="end">
                <Money amount={item.amount} currency={invoice.currency} plain />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}

function Payments({ details: { invoice, people } }: { details: Details }) {
  const { bills } = words;
  const { totals, currency, payments } = invoice;
  return (
    <Panel title={bills.payments}>
      <Stack gap={4}>
        {payments.length === 0 && (
          <Text size="sm" c="dimmed">
            {bills.noPayments}
          </Text>
        )}
        {payments.map((entry) => (
          <div key={entry.id}>
            <SumLine
              name={entry.kind === 'refund' ? bills.refund : bills.methods[entry.method]}
              amount={entry.kind === 'refund' ? -entry.amount : entry.amount}
              currency={currency}
            />
            <Text size="xs" c="dimmed">
              <Time at={entry.at} /> {[people[entry.by], entry.reference, entry.reason].filter(Boolean).join(' · ')}
            </Text>
          </div>
        ))}
        <SumLine name={bills.net} amount={totals.net} currency={currency} />
        <SumLine name={bills.paid} amount={totals.paid} currency={currency} />
        <SumLine name={bills.due} amount={totals.due} currency={currency} strong />
      </Stack>
    </Panel>
  );
}
