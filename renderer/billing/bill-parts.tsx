import { Group, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Outputs, useTRPC } from '../app/api.ts';
import { ReportStateBadge } from '../patients/report-state.tsx';
import { SpecimenState } from '../specimens/specimen-state.tsx';
import { Facts } from '../ui/facts.tsx';
import { LinkText } from '../ui/link.tsx';
import { Money } from '../ui/money.tsx';
import { Panel } from '../ui/panel.tsx';
import { PdfPreview } from '../ui/pdf-preview.tsx';
import { Time } from '../ui/time.tsx';
import { words } from '../words/index.ts';
import { SumLine } from './sum-line.tsx';

type Details = Outputs['bills']['get'];

/** The tests of a bill with where each stands, the tubes, and who sent the patient. */
export function BillContents({
  details: { bill, specimens, reports, referrerName, organisationName, insurerName, branchName },
}: {
  details: Details;
}) {
  const states = new Map(reports.map((report) => [report.id, report.state]));
  const { bills, orders } = words;
  return (
    <Stack gap="sm">
      <Panel title={bills.lines} flush>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={90}>{orders.code}</Table.Th>
              <Table.Th>{orders.test}</Table.Th>
              <Table.Th>{words.patients.state}</Table.Th>
              <Table.Th ta="end">{orders.price}</Table.Th>
              <Table.Th ta="end">{orders.discount}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {bill.lines.map((line) => {
              const [reportId] = line.reportIds;
              const state = states.get(reportId ?? '');
              return (
                <Table.Tr key={line.id}>
                  <Table.Td className="mono">{line.testCode}</Table.Td>
                  <Table.Td>
                    {reportId && state ? (
                      <LinkText to="/reports/$reportId" params={{ reportId }}>
                        {line.testName}
                      </LinkText>
                    ) : (
                      line.testName
                    )}
                    {line.profileName && (
                      <Text span size="xs" c="dimmed">
                        {' '}
                        {line.profileName}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>{state && <ReportStateBadge state={state} />}</Table.Td>
                  <Table.Td ta="end">
                    <Money amount={line.price} currency={bill.currency} plain />
                  </Table.Td>
                  <Table.Td ta="end">
                    {line.discount > 0 && <Money amount={line.discount} currency={bill.currency} plain />}
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Panel>
      {specimens.length > 0 && (
        <Panel title={bills.specimens} flush>
          <Table>
            <Table.Tbody>
              {specimens.map(({ id, accession, typeName, container, testCodes, state }) => (
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
                  <Table.Td ta="end">
                    <SpecimenState state={state} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Panel>
      )}
      {(referrerName || organisationName || insurerName || bill.diagnoses.length > 0) && (
        <Panel title={orders.from}>
          <Facts
            facts={[
              [orders.referrer, referrerName],
              [orders.organisation, organisationName],
              [bills.insurerName, insurerName && `${insurerName}, ${bill.coverage?.policyNumber ?? ''}`],
              [bills.branch, branchName],
              [bills.diagnoses, bill.diagnoses.map(({ code, title }) => `${code} ${title}`).join(', ')],
            ]}
          />
        </Panel>
      )}
    </Stack>
  );
}

/** The sums of a bill and what was paid on it. */
export function BillMoney({ details: { bill, credit, creditNotes } }: { details: Details }) {
  const trpc = useTRPC();
  const [noteId, setNoteId] = useState<string>();
  const note = useQuery(trpc.bills.creditNote.queryOptions({ id: noteId ?? '' }, { enabled: noteId !== undefined }));
  const { totals, currency, payments, discountReason, approvals = [] } = bill;
  const { bills, orders } = words;
  return (
    <Stack gap="sm">
      <Panel title={bills.totalsTitle}>
        <Stack gap={4}>
          <SumLine name={orders.gross} amount={totals.gross} currency={currency} />
          {totals.discount > 0 && <SumLine name={orders.discount} amount={-totals.discount} currency={currency} />}
          {discountReason && (
            <Text size="xs" c="dimmed">
              {discountReason}
            </Text>
          )}
          {totals.tax > 0 && <SumLine name={orders.tax} amount={totals.tax} currency={currency} />}
          <SumLine name={bills.net} amount={totals.net} currency={currency} strong />
          {totals.insurer !== undefined && (
            <SumLine name={bills.insurer} amount={-totals.insurer} currency={currency} />
          )}
          {totals.organisation !== undefined && (
            <SumLine name={bills.onAccount} amount={-totals.organisation} currency={currency} />
          )}
          <SumLine name={bills.paid} amount={totals.paid} currency={currency} />
          <SumLine name={bills.due} amount={totals.due} currency={currency} />
          {credit !== 0 && <SumLine name={bills.creditBalance} amount={credit} currency={currency} />}
          {approvals.map(({ id, name, what }) => (
            <Text key={id} size="xs" c="dimmed">
              {bills.approvedBy(name, what)}
            </Text>
          ))}
        </Stack>
      </Panel>
      <Panel title={bills.payments}>
        {payments.length === 0 ? (
          <Text size="sm" c="dimmed">
            {bills.noPayments}
          </Text>
        ) : (
          <Stack gap={6}>
            {payments.map(({ id, kind, at, method, amount, reference, reason }) => (
              <Group key={id} justify="space-between" wrap="nowrap" gap="sm">
                <Text size="sm">
                  {kind === 'refund' ? `${bills.refund}, ` : ''}
                  {bills.methods[method]}
                  {reference ? `, ${reference}` : ''}
                  {reason ? `, ${reason}` : ''}
                  <Text span size="xs" c="dimmed">
                    {' '}
                    <Time at={at} />
                  </Text>
                </Text>
                <Money amount={kind === 'refund' ? -amount : amount} currency={currency} plain />
              </Group>
            ))}
          </Stack>
        )}
      </Panel>
      {creditNotes.length > 0 && (
        <Panel title={bills.creditNotes}>
          <Stack gap={6}>
            {creditNotes.map(({ id, number, total, reason, approvals: allowed = [] }) => (
              <div key={id}>
                <Group justify="space-between" wrap="nowrap" gap="sm">
                  <UnstyledButton fz="sm" td="underline" onClick={() => setNoteId(id)}>
                    {number}, {reason}
                  </UnstyledButton>
                  <Money amount={-total} currency={currency} plain />
                </Group>
                {allowed.map(({ id: approvalId, name, what }) => (
                  <Text key={approvalId} size="xs" c="dimmed">
                    {bills.approvedBy(name, what)}
                  </Text>
                ))}
              </div>
            ))}
          </Stack>
        </Panel>
      )}
      <PdfPreview
        opened={noteId !== undefined}
        onClose={() => setNoteId(undefined)}
        title={bills.creditNote}
        query={note}
      />
    </Stack>
  );
}
