import { Alert, Badge, Button, Group, Paper, Radio, Stack, Table, Text } from '@mantine/core';
import { IconArrowsExchange } from '@tabler/icons-react';
import { keepPreviousData, skipToken, useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { formatPhone } from '../../shared/patients/contact.ts';
import { type ChosenField, chosenFields } from '../../shared/patients/merge.ts';
import type { Patient } from '../../shared/patients/schema.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import { errorsOf } from '../app/errors.ts';
import type { Format } from '../app/format.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat } from '../app/me.tsx';
import { FormErrors } from '../ui/form-errors.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { LinkButton } from '../ui/link.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { Query } from '../ui/query.tsx';
import { words } from '../words/index.ts';
import { PatientPicker } from './patient-picker.tsx';

type Preview = Outputs['patients']['mergePreview'];

const route = getRouteApi('/patients/$patientId/merge');

/** Two patients that are one person: who stays, what is kept of whom, what moves. */
export function MergeScreen() {
  const { patientId } = route.useParams();
  const { with: mergedId } = route.useSearch();
  const navigateHere = route.useNavigate();
  const trpc = useTRPC();
  const [take, setTake] = useState<ChosenField[]>([]);
  const preview = useQuery(
    trpc.patients.mergePreview.queryOptions(
      mergedId === undefined ? skipToken : { survivorId: patientId, mergedId, take },
      { placeholderData: keepPreviousData },
    ),
  );
  const choose = (id: string) => {
    setTake([]);
    void navigateHere({ search: { with: id }, replace: true });
  };
  return (
    <Page
      title={words.patients.mergeTitle}
      body="scroll"
      actions={
        <LinkButton variant="default" to="/patients/$patientId" params={{ patientId }}>
          {words.ui.cancel}
        </LinkButton>
      }
    >
      <Paper withBorder p="sm">
        <Stack gap={4}>
          <Text size="sm">{words.patients.mergeChoose}</Text>
          <PatientPicker onPick={choose} autoFocus={mergedId === undefined} />
        </Stack>
      </Paper>
      {mergedId !== undefined && (
        <Query query={preview}>{(data) => <Compare preview={data} take={take} onTake={setTake} />}</Query>
      )}
    </Page>
  );
}

interface CompareProps {
  readonly preview: Preview;
  readonly take: ChosenField[];
  readonly onTake: (take: ChosenField[]) => void;
}

function Compare({ preview, take, onTake }: CompareProps) {
  const { survivor, merged, counts, differing } = preview;
  const trpc = useTRPC();
  const navigate = useNavigate();
  const format = useFormat();
  const [errors, setErrors] = useState<FieldError[]>([]);
  const merge = useMutation(
    trpc.patients.merge.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: ({ id, fullName }) => {
        notifyDone(words.patients.mergeDone(merged.fullName, fullName));
        void navigate({ to: '/patients/$patientId', params: { patientId: id } });
      },
      onError: (error) => setErrors(errorsOf(error)),
    }),
  );
  const blocked = preview.errors.length > 0;
  const run = () => {
    if (blocked || merge.isPending) return;
    const { id: survivorId, _rev: survivorRev } = survivor;
    merge.mutate({ survivorId, survivorRev, mergedId: merged.id, mergedRev: merged._rev, take });
  };
  const swap = () =>
    void navigate({
      to: '/patients/$patientId/merge',
      params: { patientId: merged.id },
      search: { with: survivor.id },
      replace: true,
    });
  useKeys(words.patients.mergeTitle, [
    { keys: 'mod+Enter', label: words.patients.mergeConfirm, run, disabled: blocked },
    { keys: 'F6', label: words.patients.mergeSwap, run: swap },
  ]);
  const choose = (field: ChosenField, merged: boolean) =>
    onTake(merged ? [...take, field] : take.filter((one) => one !== field));
  const united = Object.entries(preview.fields).filter(([field]) => !chosenFields.some((one) => one === field));
  const number = Object.values(counts).reduce((sum, one) => sum + one, 0);
  return (
    <Stack gap="sm">
      <FormErrors errors={[...preview.errors, ...errors]} />
      {(differing.includes('birth') || differing.includes('sex')) && (
        <Alert color="orange" p="xs">
          {words.patients.mergeUnlike}
        </Alert>
      )}
      <Paper withBorder>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={140} />
              <Table.Th>
                {survivor.fullName} ({survivor.number}) <Badge color="accent">{words.patients.mergeStays}</Badge>
              </Table.Th>
              <Table.Th>
                {merged.fullName} ({merged.number}) <Badge color="gray">{words.patients.mergeGoes}</Badge>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {chosenFields
              .filter((field) => survivor[field] !== undefined || merged[field] !== undefined)
              .map((field) => {
                const name = words.patients.fieldNames[field];
                const mine = valueText(field, survivor, format);
                const theirs = valueText(field, merged, format);
                if (!differing.includes(field)) {
                  return (
                    <Table.Tr key={field}>
                      <Table.Td c="dimmed">{name}</Table.Td>
                      <Table.Td>{mine || words.patients.takenOver(theirs)}</Table.Td>
                      <Table.Td c="dimmed">{theirs}</Table.Td>
                    </Table.Tr>
                  );
                }
                const taken = take.includes(field);
                return (
                  <Table.Tr key={field} data-path={field}>
                    <Table.Td c="dimmed">{name}</Table.Td>
                    <Table.Td>
                      <Radio
                        name={field}
                        label={mine}
                        checked={!taken}
                        fw={taken ? undefined : 600}
                        onChange={() => choose(field, false)}
                      />
                    </Table.Td>
                    <Table.Td>
                      <Radio
                        name={field}
                        label={theirs}
                        checked={taken}
                        fw={taken ? 600 : undefined}
                        onChange={() => choose(field, true)}
                      />
                    </Table.Td>
                  </Table.Tr>
                );
              })}
          </Table.Tbody>
        </Table>
      </Paper>
      <Paper withBorder p="sm">
        <Stack gap={4}>
          {united.map(([field]) => (
            <Text size="sm" key={field}>
              {words.patients.mergeUnites(words.patients.fieldNames[field] ?? field)}
            </Text>
          ))}
          <Text size="sm" fw={600}>
            {number > 0 ? words.patients.mergeMoves(counts) : words.patients.mergeMovesNothing}
          </Text>
          <Text size="xs" c="dimmed">
            {words.patients.mergeUndoable}
          </Text>
        </Stack>
      </Paper>
      <Group justify="flex-end" gap="xs">
        <Button
          variant="default"
          leftSection={<IconArrowsExchange size={16} aria-hidden />}
          rightSection={<KeysHint keys="F6" />}
          onClick={swap}
        >
          {words.patients.mergeSwap}
        </Button>
        <Button disabled={blocked} loading={merge.isPending} rightSection={<KeysHint keys="mod+Enter" />} onClick={run}>
          {words.patients.mergeConfirmCount(number)}
        </Button>
      </Group>
    </Stack>
  );
}

function valueText(field: ChosenField, patient: Patient, format: Format): string {
  switch (field) {
    case 'birth':
      return patient.birth ? format.day(patient.birth.date) : '';
    case 'sex':
      return words.patients.sexes[patient.sex];
    case 'phone':
      return patient.phone ? formatPhone(patient.phone) : '';
    case 'consent': {
      const channels = (['sms', 'whatsapp', 'email'] as const).filter((channel) => patient.consent[channel]);
      return channels.map((channel) => words.patients.consents[channel]).join(', ') || words.patients.noConsent;
    }
    case 'allowedTests':
      return patient.allowedTests ? words.patients.testsAllowed(patient.allowedTests.length) : '';
    case 'fullName':
    case 'email':
    case 'address':
      return patient[field] ?? '';
    default:
      return field satisfies never;
  }
}
