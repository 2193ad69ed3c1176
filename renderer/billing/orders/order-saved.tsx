import { Button, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { IconBarcode, IconPlayerTrackNext, IconReceipt2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Outputs, useTRPC } from '../../app/api.ts';
import { useKeys } from '../../app/keys.tsx';
import { KeysHint } from '../../ui/keys-hint.tsx';
import { LinkText } from '../../ui/link.tsx';
import { PdfPreview } from '../../ui/pdf-preview.tsx';
import { words } from '../../words/index.ts';
import { SumLine } from '../sum-line.tsx';

/** What the order made, with its papers and the way to the next one. */
export function OrderSaved({ order, onNext }: { order: Outputs['bills']['create']; onNext: () => void }) {
  const trpc = useTRPC();
  const { bill, specimens } = order;
  const [paper, setPaper] = useState<'labels' | 'receipt'>();
  const ids = specimens.map(({ id }) => id);
  const labels = useQuery(trpc.specimens.labels.queryOptions({ ids }, { enabled: paper === 'labels' }));
  const receipt = useQuery(trpc.bills.receipt.queryOptions({ id: bill.id }, { enabled: paper === 'receipt' }));
  const { orders } = words;
  useKeys(
    orders.title,
    paper
      ? []
      : [
          { keys: 'F7', label: orders.labels, run: () => setPaper('labels') },
          { keys: 'F9', label: orders.receipt, run: () => setPaper('receipt') },
          { keys: 'mod+Enter', label: orders.next, run: onNext },
        ],
    { inDialog: true },
  );
  return (
    <Modal
      opened
      onClose={onNext}
      title={orders.savedTitle(bill.number)}
      size="lg"
      closeOnClickOutside={false}
      // The paper that lies on top has the focus and takes Escape first.
      closeOnEscape={!paper}
      trapFocus={!paper}
    >
      <Stack gap="sm">
        <Stack gap={4}>
          <SumLine name={words.bills.net} amount={bill.totals.net} currency={bill.currency} strong />
          <SumLine name={words.bills.paid} amount={bill.totals.paid} currency={bill.currency} />
          {bill.totals.due > 0 && <SumLine name={orders.due} amount={bill.totals.due} currency={bill.currency} />}
        </Stack>
        <Text size="sm" fw={600}>
          {orders.tubes}
        </Text>
        <Table>
          <Table.Tbody>
            {specimens.map(({ id, accession, typeName, container, testCodes }) => (
              <Table.Tr key={id}>
                <Table.Td>
                  <LinkText to="/specimens/$accession" params={{ accession }} className="mono">
                    {accession}
                  </LinkText>
                </Table.Td>
                <Table.Td>
                  {typeName}, {container}
                </Table.Td>
                <Table.Td>{testCodes.join(', ')}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Group gap="xs">
          <Button
            data-autofocus
            leftSection={<IconBarcode size={16} aria-hidden />}
            rightSection={<KeysHint keys="F7" />}
            onClick={() => setPaper('labels')}
          >
            {orders.labels}
          </Button>
          <Button
            variant="default"
            leftSection={<IconReceipt2 size={16} aria-hidden />}
            rightSection={<KeysHint keys="F9" />}
            onClick={() => setPaper('receipt')}
          >
            {orders.receipt}
          </Button>
          <Button
            variant="default"
            leftSection={<IconPlayerTrackNext size={16} aria-hidden />}
            rightSection={<KeysHint keys="mod+Enter" />}
            onClick={onNext}
          >
            {orders.next}
          </Button>
        </Group>
        <LinkText to="/bills/$billId" params={{ billId: bill.id }}>
          {orders.openBill}
        </LinkText>
      </Stack>
      <PdfPreview
        opened={paper === 'labels'}
        onClose={() => setPaper(undefined)}
        title={orders.labels}
        query={labels}
      />
      <PdfPreview
        opened={paper === 'receipt'}
        onClose={() => setPaper(undefined)}
        title={orders.receipt}
        query={receipt}
      />
    </Modal>
  );
}
