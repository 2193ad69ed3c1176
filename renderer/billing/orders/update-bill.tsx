import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { keepPreviousData, skipToken, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FieldError } from '../../../shared/kernel/errors.ts';
import { type Outputs, useTRPC } from '../../app/api.ts';
import { fieldErrors, showAtFields } from '../../app/errors.ts';
import { useKeys } from '../../app/keys.tsx';
import { useFormat, useMay } from '../../app/me.tsx';
import { ErrorList } from '../../ui/error-list.tsx';
import { FormErrors } from '../../ui/form-errors.tsx';
import { KeysHint } from '../../ui/keys-hint.tsx';
import { words } from '../../words/index.ts';
import { ApproveDialog } from '../approve-dialog.tsx';
import { DiscountFields } from '../discount-fields.tsx';
import { MethodChoice } from '../method-choice.tsx';
import { useApproval } from '../use-approval.ts';
import { discountProblems, discountsOf, isDiscounted, linesOf } from './order-values.ts';
import { TestPicker } from './test-picker.tsx';
import { DrawnAnew, UpdateConsequences } from './update-consequences.tsx';
import { UpdateLines, type UpdateValues } from './update-lines.tsx';
import type { TestChoice } from './use-found-tests.ts';

type Bill = Outputs['bills']['get']['bill'];

/** Adds tests to a bill and takes others off, with what that does shown before it is saved. */
export function UpdateBill({ opened, onClose, bill }: { opened: boolean; onClose: () => void; bill: Bill }) {
  return (
    <Modal opened={opened} onClose={onClose} title={words.bills.update} size="xl">
      <UpdateForm bill={bill} onDone={onClose} />
    </Modal>
  );
}

const unchanged: UpdateValues = {
  ...{ items: [], discountKind: 'percent', discount: '', discountReason: '' },
  ...{ removed: [], reason: '', method: 'cash' },
};

function UpdateForm({ bill, onDone }: { bill: Bill; onDone: () => void }) {
  const trpc = useTRPC();
  const may = useMay();
  const format = useFormat();
  const form = useForm<UpdateValues>({ initialValues: unchanged });
  const [remark, setRemark] = useState('');
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const approval = useApproval();
  const { items, removed, reason, discount, discountReason, method } = form.values;
  const amounts = discountsOf(form.values, format);
  const typos = discountProblems(form.values, amounts);
  const readable = Object.keys(typos).length === 0;
  const changeWith = (why: string) => {
    const { lines: add, discount: given } = linesOf(form.values, amounts, why);
    return { id: bill.id, rev: bill._rev, add, discount: items.length > 0 ? given : undefined, remove: removed };
  };
  const preview = useQuery(
    trpc.bills.previewUpdate.queryOptions(
      // What it does is shown before the reason is typed; saving asks for it.
      readable ? changeWith(discountReason.trim() || words.orders.reasonPending) : skipToken,
      { placeholderData: keepPreviousData },
    ),
  );
  const shown = preview.data;
  const changed = items.length > 0 || removed.length > 0;
  const update = useMutation(
    trpc.bills.update.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: onDone,
      onError: (error) => {
        if (!approval.refused(error)) setErrors(showAtFields(form, error, fieldOf));
      },
    }),
  );
  const ready = changed && shown?.problems.length === 0 && !update.isPending;
  const input = () => ({
    ...changeWith(discountReason.trim()),
    reason: reason.trim() || undefined,
    refundMethod: shown?.refund ? method : undefined,
  });
  const save = () => {
    form.setErrors(typos);
    setErrors(fieldErrors(typos));
    if (ready && readable) update.mutate(input());
  };
  useKeys(words.bills.update, [{ keys: 'mod+Enter', label: words.bills.saveUpdate, run: save, disabled: !ready }], {
    inDialog: true,
  });
  const add = ({ kind, id, code, name, typeName, tests }: TestChoice) => {
    const { items: now, removed: gone } = form.getValues();
    const kept = bill.lines.filter((line) => !gone.includes(line.id)).map((line) => line.testCode);
    const there = [...kept, ...now.flatMap((item) => item.tests)];
    const known = tests.every((one) => there.includes(one));
    setRemark(known ? words.orders.alreadyThere(name) : '');
    if (!known) form.setFieldValue('items', [...now, { kind, id, code, name, typeName, tests, discount: '' }]);
  };
  const { bills } = words;
  return (
    <Stack gap="sm">
      <FormErrors errors={errors} />
      <TestPicker
        autoFocus
        payers={{
          patientId: bill.patientId,
          organisationId: bill.organisationId,
          policyNumber: bill.coverage?.policyNumber,
        }}
        remark={remark}
        onType={() => setRemark('')}
        onPick={add}
      />
      <UpdateLines form={form} bill={bill} priced={shown?.added} />
      {may('bill.discount') && items.length > 0 && (
        <DiscountFields
          label={bills.discountOnAdded}
          currency={bill.currency}
          needsReason={isDiscounted(amounts) || discount.trim() !== ''}
          propsOf={(field) => form.getInputProps(field)}
        />
      )}
      <ErrorList errors={shown?.problems ?? []} />
      {changed && shown?.problems.length === 0 && <DrawnAnew tubes={shown.drawnAnew} />}
      {changed && shown?.problems.length === 0 && <UpdateConsequences preview={shown} currency={bill.currency} />}
      {changed && shown !== undefined && shown.refund > 0 && (
        <MethodChoice
          label={bills.giveBackBy}
          value={method}
          onChange={(chosen) => form.setFieldValue('method', chosen)}
          credit
        />
      )}
      {removed.length > 0 && (
        <TextInput label={words.ui.reason} required maxLength={300} {...form.getInputProps('reason')} />
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onDone}>
          {words.ui.back}
        </Button>
        <Button
          disabled={!ready}
          loading={update.isPending}
          onClick={save}
          rightSection={<KeysHint keys="mod+Enter" />}
        >
          {bills.saveUpdate}
        </Button>
      </Group>
      <ApproveDialog
        what={approval.what}
        error={approval.error}
        busy={update.isPending}
        onClose={approval.close}
        onApprove={(approver) => update.mutate({ ...input(), approver })}
      />
    </Stack>
  );
}

/** The form's field for an error of the API. */
function fieldOf(apiField: string): string {
  if (apiField === 'discount.reason') return 'discountReason';
  if (apiField.startsWith('discount')) return 'discount';
  return apiField.replace(/^add\.(\d+)\.discount$/, 'items.$1.discount');
}
