import { Button, Group, Modal, ScrollArea, Stack, Table, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { useTRPC } from '../../app/api.ts';
import { describeError, errorsOf } from '../../app/errors.ts';
import { useFormat } from '../../app/me.tsx';
import { EntrySelect } from '../../directory/entry-select.tsx';
import { DayField } from '../../ui/day-field.tsx';
import { FormErrors } from '../../ui/form-errors.tsx';
import { KeysHint } from '../../ui/keys-hint.tsx';
import { Money } from '../../ui/money.tsx';
import { words } from '../../words/index.ts';
import { SumLine } from '../sum-line.tsx';

/** Begins a new invoice. */
export function NewInvoiceButton({ onClick }: { onClick: () => void }) {
  return (
    <Button onClick={onClick} leftSection={<IconPlus size={16} aria-hidden />} rightSection={<KeysHint keys="F2" />}>
      {words.invoices.create}
    </Button>
  );
}

interface NewInvoiceProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** Chosen at first. */
  readonly organisationId: string | undefined;
}

/** Makes an invoice of a period: what it would hold is shown first, and that is what is made. */
export function NewInvoice(props: NewInvoiceProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={words.invoices.create} size="46rem">
      <NewInvoiceForm {...props} />
    </Modal>
  );
}

function NewInvoiceForm({ organisationId: initial, onClose }: NewInvoiceProps) {
  const trpc = useTRPC();
  const navigate = useNavigate();
  const format = useFormat();
  const months = monthsAround(format.today());
  const [organisationId, setOrganisationId] = useState(initial ?? '');
  const [{ from, to }, setDays] = useState(months.last);
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const preview = useQuery(
    trpc.invoices.preview.queryOptions(
      { organisationId, from, to },
      { enabled: organisationId !== '', placeholderData: keepPreviousData, staleTime: 0 },
    ),
  );
  const create = useMutation(
    trpc.invoices.create.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: ({ id }) => void navigate({ to: '/invoices/$invoiceId', params: { invoiceId: id } }),
      onError: (error) => {
        setErrors(errorsOf(error));
        void preview.refetch();
      },
    }),
  );
  const shown = organisationId === '' ? undefined : preview.data;
  const ready = shown !== undefined && shown.total > 0 && !preview.isFetching;
  const showDays = (...days: [string, string]) => {
    const [first = from, last = to] = days.toSorted();
    setDays({ from: first, to: last });
  };
  const { invoices, bills } = words;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setErrors([]);
        if (ready) create.mutate({ organisationId, from, to, total: shown.total });
      }}
    >
      <Stack gap="sm">
        <FormErrors errors={errors} />
        <Group gap="xs">
          <EntrySelect
            kind="organisation"
            inactive
            aria-label={invoices.organisation}
            placeholder={invoices.chooseOrganisation}
            w={262}
            data-autofocus
            value={organisationId}
            onChange={setOrganisationId}
          />
          <DayField label={bills.from} value={from} onChange={(day) => showDays(day, to)} />
          <DayField label={bills.to} value={to} onChange={(day) => showDays(from, day)} />
          <Button variant="default" onClick={() => setDays(months.last)}>
            {invoices.lastMonth}
          </Button>
          <Button variant="default" onClick={() => setDays(months.current)}>
            {invoices.thisMonth}
          </Button>
        </Group>
        {preview.error && <Text c="red">{describeError(preview.error).message}</Text>}
        {shown && shown.items.length === 0 && <Text size="sm">{invoices.previewNone}</Text>}
        {shown && shown.items.length > 0 && (
          <>
            <ScrollArea.Autosize mah={280}>
              <Table stickyHeader>
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
                  {shown.items.slice(0, 200).map((item) => (
                    <Table.Tr key={item.id}>
                      <Table.Td>{format.day(item.on)}</Table.Td>
                      <Table.Td>{item.number}</Table.Td>
                      <Table.Td>{item.patientName}</Table.Td>
                      <Table.Td>{item.tests}</Table.Td>
                      <Table.Td ta="end">
                        <Money amount={item.amount} currency={shown.currency} plain />
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </ScrollArea.Autosize>
            <SumLine
              name={invoices.previewOf(shown.items.length)}
              amount={shown.total}
              currency={shown.currency}
              strong
            />
            <Text size="sm" c="dimmed">
              {invoices.dueOn} {format.day(shown.dueOn)}
            </Text>
          </>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {words.ui.back}
          </Button>
          <Button type="submit" disabled={!ready} loading={create.isPending}>
            {invoices.make}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The month of a day up to it, and the whole month before. */
function monthsAround(today: string): Record<'last' | 'current', { from: string; to: string }> {
  const first = `${today.slice(0, 8)}01`;
  const dayBefore = new Date(Date.parse(`${first}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  return { last: { from: `${dayBefore.slice(0, 8)}01`, to: dayBefore }, current: { from: first, to: today } };
}
