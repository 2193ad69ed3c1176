import { Alert, List, Table, Text } from '@mantine/core';
import { Panel } from '../../ui/panel.tsx';
import { words } from '../../words/index.ts';
import type { MapView } from './map-rows.ts';

/** What the message says with the map that is on the screen: each result, the queries, and what was tolerated. */
export function MapReading({ reading, problems }: Pick<MapView, 'reading' | 'problems'>) {
  const { fieldMap: w } = words;
  const { results, queries, notes, count, error } = reading;
  const general = problems.filter(({ field }) => field === 'map' || field === 'headingRow');
  return (
    <Panel
      title={w.reading}
      flush
      about={
        <Text size="sm" c="dimmed">
          {w.readingCount(count, queries.length)}
        </Text>
      }
    >
      {general.map(({ code, message, remedy }) => (
        <Alert key={code} color="orange" m="xs" p="xs" role="status" title={message}>
          {remedy}
        </Alert>
      ))}
      {general.length === 0 && error && (
        <Alert color="orange" m="xs" p="xs" role="status">
          {error}
        </Alert>
      )}
      {results.length === 0 && queries.length === 0 && general.length === 0 && !error && (
        <Text size="sm" c="dimmed" p="xs">
          {w.noResults}. {w.noResultsText}
        </Text>
      )}
      {results.length > 0 && <Results results={results} />}
      {queries.map((ids, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: queries have nothing else to be told apart by
        <Text key={index} size="sm" px="xs" py={4}>
          {w.asks}{' '}
          <Text span className="mono" fw={600}>
            {ids.join(', ') || w.everything}
          </Text>
        </Text>
      ))}
      {notes.length > 0 && (
        <>
          <Text size="sm" fw={500} px="xs" pt={6}>
            {w.toleratedNotes(notes.length)}
          </Text>
          <List size="sm" px="xs" pb="xs" c="dimmed">
            {notes.map((note) => (
              <List.Item key={note}>{note}</List.Item>
            ))}
          </List>
        </>
      )}
    </Panel>
  );
}

type Result = MapView['reading']['results'][number];

function Results({ results }: { results: readonly Result[] }) {
  const { fieldMap: w } = words;
  const columns = [
    { id: 'sampleId', title: w.targets.sampleId, of: (one: Result) => one.sampleId, mono: true },
    { id: 'code', title: w.targets.code, of: (one: Result) => one.code, mono: false },
    { id: 'value', title: w.targets.value, of: (one: Result) => one.value, mono: false },
    { id: 'unit', title: w.targets.unit, of: (one: Result) => one.unit ?? '', mono: false },
    { id: 'flags', title: w.targets.flags, of: (one: Result) => one.flags, mono: false },
    {
      id: 'resultAt',
      title: w.targets.resultAt,
      of: (one: Result) => one.resultAt?.replace('T', ' ') ?? '',
      mono: false,
    },
    { id: 'comment', title: w.targets.comment, of: (one: Result) => one.comments.join('; '), mono: false },
    { id: 'patientId', title: w.targets.patientId, of: (one: Result) => one.patientId ?? '', mono: false },
    { id: 'name', title: w.targets.name, of: (one: Result) => one.name ?? '', mono: false },
    {
      id: 'place',
      title: `${w.targets.rack} / ${w.targets.position}`,
      of: (one: Result) => one.place ?? '',
      mono: false,
    },
  ].filter(({ id, of }) => ['sampleId', 'code', 'value', 'unit'].includes(id) || results.some((one) => of(one) !== ''));
  return (
    <Table.ScrollContainer minWidth={columns.length * 84} type="native">
      <Table verticalSpacing={2} horizontalSpacing={8} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ id, title }) => (
              <Table.Th key={id} style={{ whiteSpace: 'nowrap' }}>
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {results.map((result, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a message may give one code of one sample twice
            <Table.Tr key={index}>
              {columns.map(({ id, of, mono }) => (
                <Table.Td key={id} className={mono ? 'mono' : undefined} fw={id === 'value' ? 600 : undefined}>
                  {of(result)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
