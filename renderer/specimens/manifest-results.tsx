import {
  Alert,
  Button,
  FileButton,
  Group,
  List,
  Modal,
  ScrollArea,
  Stack,
  Table,
  Text,
  TextInput,
} from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { awaitedKey, type ReadResults, readResultsTable } from '../../shared/reports/results-table.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import { apiErrorOf, describeError, sentence } from '../app/errors.ts';
import { useKeys } from '../app/keys.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Query } from '../ui/query.tsx';
import { words } from '../words/index.ts';

type Waiting = Outputs['reports']['sentOut'];

/** The results that another laboratory reported for a manifest: typed from its paper, or read from its file and looked at. */
export function ManifestResults({ manifest, onClose }: { manifest: string | undefined; onClose: () => void }) {
  const trpc = useTRPC();
  const { sendOuts } = words;
  const query = useQuery(
    trpc.reports.sentOut.queryOptions({ manifest: manifest ?? '' }, { enabled: manifest !== undefined, staleTime: 0 }),
  );
  return (
    <Modal opened={manifest !== undefined} onClose={onClose} title={sendOuts.resultsOf(manifest ?? '')} size="xl">
      <Query query={query}>
        {(reports) =>
          reports.length > 0 ? (
            <ResultsForm key={manifest} manifest={manifest ?? ''} reports={reports} onDone={onClose} />
          ) : (
            <Text>{sendOuts.nothingAwaited}</Text>
          )
        }
      </Query>
    </Modal>
  );
}

function ResultsForm({ manifest, reports, onDone }: { manifest: string; reports: Waiting; onDone: () => void }) {
  const trpc = useTRPC();
  const { sendOuts } = words;
  const [typed, setTyped] = useState<ReadonlyMap<string, string>>(new Map());
  const [problems, setProblems] = useState<ReadResults['problems']>([]);
  const [errors, setErrors] = useState<ReadonlyMap<string, string>>(new Map());
  const [refused, setRefused] = useState<string>();
  const input = reports.flatMap(({ id, rev, values }) => {
    const changed = values.flatMap(({ parameterId, value = '' }) => {
      const now = typed.get(awaitedKey({ reportId: id, parameterId }));
      return now === undefined || now.trim() === value ? [] : [{ parameterId, value: now.trim() }];
    });
    return changed.length > 0 ? [{ id, rev, values: changed }] : [];
  });
  const enter = useMutation(
    trpc.reports.enterSentOut.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: (entered) => {
        notifyDone(sendOuts.entered(entered.length));
        onDone();
      },
      onError: (error) => {
        const known = apiErrorOf(error);
        const found = new Map<string, string>();
        for (const one of known?.kind === 'validation' ? known.errors : []) {
          const [, report, , value] = one.field.split('.');
          const at = input[Number(report)];
          const parameterId = at?.values[Number(value)]?.parameterId;
          if (at && parameterId) found.set(awaitedKey({ reportId: at.id, parameterId }), sentence(one));
        }
        setErrors(found);
        setRefused(found.size > 0 ? undefined : sentence(describeError(error)));
      },
    }),
  );
  const ready = input.length > 0 && !enter.isPending;
  const save = () => {
    setErrors(new Map());
    setRefused(undefined);
    if (ready) enter.mutate({ manifest, reports: input });
  };
  const read = async (file: File | null) => {
    if (!file) return;
    const { default: Papa } = await import('papaparse');
    const { data } = Papa.parse<string[]>(await file.text(), { skipEmptyLines: false });
    const awaited = reports.flatMap(({ id: reportId, accession, testCode, values }) =>
      values.map((value) => ({ ...value, reportId, accession, testCode })),
    );
    const found = readResultsTable(data, awaited);
    setTyped(new Map([...typed, ...found.values]));
    setProblems(found.problems);
  };
  useKeys(sendOuts.results, [{ keys: 'mod+Enter', label: sendOuts.saveResults, run: save, disabled: !ready }], {
    inDialog: true,
  });
  return (
    <Stack gap="sm">
      {problems.length > 0 && (
        <Alert color="orange" p="sm" title={sendOuts.notTaken} withCloseButton onClose={() => setProblems([])}>
          <List size="sm">
            {problems.map(({ line, message }) => (
              <List.Item key={`${line} ${message}`}>{sendOuts.inLine(line, message)}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {refused && (
        <Alert color="red" p="xs" role="alert">
          {refused}
        </Alert>
      )}
      <ScrollArea.Autosize mah="55vh" type="auto">
        <Table stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.specimens.accession}</Table.Th>
              <Table.Th>{words.specimens.patient}</Table.Th>
              <Table.Th>{sendOuts.analyte}</Table.Th>
              <Table.Th w={170}>{sendOuts.result}</Table.Th>
              <Table.Th>{sendOuts.range}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {reports.flatMap(({ id, accession, patientName, testName, values }, at) =>
              values.map(({ parameterId, name, unit, rangeText, value = '' }, index) => {
                const key = awaitedKey({ reportId: id, parameterId });
                return (
                  <Table.Tr key={key}>
                    <Table.Td className="mono">{index === 0 && accession}</Table.Td>
                    <Table.Td>{index === 0 && patientName}</Table.Td>
                    <Table.Td>{name === testName ? name : `${testName}: ${name}`}</Table.Td>
                    <Table.Td>
                      <TextInput
                        aria-label={`${accession} ${name}`}
                        autoFocus={at === 0 && index === 0}
                        autoComplete="off"
                        maxLength={2000}
                        value={typed.get(key) ?? value}
                        error={errors.get(key)}
                        rightSection={unit && <Text size="xs">{unit}</Text>}
                        rightSectionWidth={62}
                        onChange={({ currentTarget }) => setTyped(new Map(typed).set(key, currentTarget.value))}
                      />
                    </Table.Td>
                    <Table.Td c="dimmed">{rangeText}</Table.Td>
                  </Table.Tr>
                );
              }),
            )}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
      <Group justify="space-between" gap="xs">
        <FileButton accept=".csv,.txt,text/csv" onChange={(file) => void read(file)}>
          {(props) => (
            <Button {...props} variant="default" leftSection={<IconFileImport size={16} aria-hidden />}>
              {sendOuts.readFile}
            </Button>
          )}
        </FileButton>
        <Group gap="xs">
          <Button variant="default" onClick={onDone}>
            {words.ui.back}
          </Button>
          <Button
            disabled={!ready}
            loading={enter.isPending}
            rightSection={<KeysHint keys="mod+Enter" />}
            onClick={save}
          >
            {sendOuts.saveResults}
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}
