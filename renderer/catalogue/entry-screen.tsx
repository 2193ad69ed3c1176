import { Badge, Button, Table, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { isActive } from '../../shared/catalogue/active.ts';
import { differenceText } from '../../shared/catalogue/entries.ts';
import { formatRange } from '../../shared/catalogue/ranges.ts';
import { displayUnit } from '../../shared/catalogue/units.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import { useDraft } from '../app/draft.ts';
import { useFormat, useMay } from '../app/me.tsx';
import { DraftNotice } from '../ui/draft-notice.tsx';
import { LinkButton, LinkText } from '../ui/link.tsx';
import { Money } from '../ui/money.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Query } from '../ui/query.tsx';
import { Time } from '../ui/time.tsx';
import { words } from '../words/index.ts';
import { CopyEntry } from './copy-entry.tsx';
import { EntryForm } from './entry-form.tsx';
import { type EntryValues, partOf } from './entry-values.ts';

type Details = Outputs['catalogue']['get'];

const route = getRouteApi('/catalogue/$entryId');

/** One entry: its fields and lists to change, what it was before, and for a test what its parameters are. */
export function EntryScreen() {
  const { entryId } = route.useParams();
  const trpc = useTRPC();
  const query = useQuery(trpc.catalogue.get.queryOptions({ id: entryId }));
  return <Query query={query}>{(details) => <Entry key={entryId} details={details} />}</Query>;
}

function Entry({ details: read }: { details: Details }) {
  // What the person began to change: a newer state that arrives meanwhile must end in a conflict, not be overwritten.
  const [details, setDetails] = useState(read);
  const trpc = useTRPC();
  const may = useMay();
  const [copying, setCopying] = useState(false);
  const { catalogue: w } = words;
  const { entry, document } = details;
  const on = isActive(entry, undefined);
  const isNewer = stateOf(read) !== stateOf(details);
  // What this screen saved comes back as the newer state; only what others changed waits for the person.
  const own = useRef(false);
  useEffect(() => {
    if (!own.current || stateOf(read) === stateOf(details)) return;
    own.current = false;
    setDetails(read);
  }, [read, details]);
  const switching = useMutation(
    trpc.catalogue.switch.mutationOptions({
      onSuccess: () => {
        own.current = true;
        notifyDone(w.switched(entry.code, !on));
      },
    }),
  );
  return (
    <Page
      title={`${entry.code} · ${'name' in entry ? entry.name : entry.parameter}`}
      body="scroll"
      about={
        <>
          <Badge color="gray">{w.kind[entry.kind]}</Badge>
          {!on && <Badge color="orange">{w.off}</Badge>}
        </>
      }
      actions={
        <>
          <LinkButton variant="default" to="/catalogue" search={{ kind: entry.kind }}>
            {w.back}
          </LinkButton>
          {may('catalogue.update') && (
            <>
              <Button variant="default" onClick={() => setCopying(true)}>
                {w.copy}
              </Button>
              <Button
                variant="default"
                loading={switching.isPending}
                onClick={() => switching.mutate({ id: read.document.id, rev: read.document._rev, on: !on })}
              >
                {on ? w.switchOff : w.switchOn}
              </Button>
            </>
          )}
        </>
      }
    >
      {isNewer && !own.current && (
        <Button variant="light" color="yellow" size="xs" onClick={() => setDetails(read)}>
          {w.changedElsewhere}
        </Button>
      )}
      <Editor
        key={stateOf(details)}
        details={details}
        onSaved={() => {
          own.current = true;
          notifyDone(w.saved(entry.code));
        }}
      />
      <CopyEntry entry={entry} id={document.id} opened={copying} onClose={() => setCopying(false)} />
    </Page>
  );
}

/** The revisions of all that the form holds. */
function stateOf({ document, ranges }: Details): string {
  return [document._rev, ...ranges.map(({ rev }) => rev)].join(' ');
}

function Editor({ details, onSaved }: { details: Details; onSaved: () => void }) {
  const { currency } = useFormat();
  const { entry, document, ranges } = details;
  const initial: EntryValues = {
    main: partOf(entry, { id: document.id, rev: document._rev }, currency),
    sets: ranges.map((set) => partOf(set.entry, set, currency)),
  };
  const draft = useDraft<EntryValues>(`catalogue.${stateOf(details)}`, initial);
  return (
    <>
      <DraftNotice draft={draft} onDiscard={() => window.location.reload()} />
      <EntryForm draft={draft} onSaved={onSaved}>
        {entry.kind === 'test' && <TestRanges id={document.id} />}
        <History id={document.id} title={words.catalogue.history} />
        {ranges.map((set) => (
          <History key={set.id} id={set.id} title={words.catalogue.historyOfRanges(set.entry.code)} />
        ))}
      </EntryForm>
    </>
  );
}

/** The parameters of a test as the report will show them, with the ranges in force, and its standard price. */
function TestRanges({ id }: { id: string }) {
  const trpc = useTRPC();
  const { catalogue: w } = words;
  const query = useQuery(trpc.catalogue.test.queryOptions({ id }));
  const data = query.data;
  if (!data) return null;
  return (
    <Panel
      title={w.rangesShown}
      flush
      about={<Text size="sm">{data.price === undefined ? w.noPrice : <Money amount={data.price} />}</Text>}
    >
      <Table verticalSpacing={3}>
        <Table.Tbody>
          {data.parameters.map((parameter) => (
            <Table.Tr key={parameter.id}>
              <Table.Td w={120}>
                <LinkText to="/catalogue/$entryId" params={{ entryId: parameter.id }}>
                  {parameter.code}
                </LinkText>
              </Table.Td>
              <Table.Td>{parameter.name}</Table.Td>
              <Table.Td c="dimmed">{displayUnit(parameter.unit)}</Table.Td>
              <Table.Td c="dimmed">
                {(data.ranges[parameter.code] ?? [])
                  .filter((range) => range.pregnancy === undefined && range.ageToDays === undefined)
                  .map(
                    (range) =>
                      `${range.sex === 'any' ? '' : `${range.sex}: `}${formatRange(parameter, range).replaceAll('\n', ', ')}`,
                  )
                  .join(' · ')}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}

/** Every state the entry had: who, when, what changed. */
function History({ id, title }: { id: string; title: string }) {
  const trpc = useTRPC();
  const { catalogue: w } = words;
  const query = useQuery(trpc.catalogue.history.queryOptions({ id }));
  return (
    <Panel title={title} flush>
      <Query query={query}>
        {(versions) => (
          <Table verticalSpacing={3}>
            <Table.Tbody>
              {versions.map(({ version, at, byName, differences }) => (
                <Table.Tr key={`${version} ${at}`}>
                  <Table.Td w={90}>{w.version(version)}</Table.Td>
                  <Table.Td w={150}>
                    <Time at={at} />
                  </Table.Td>
                  <Table.Td w={170}>{byName}</Table.Td>
                  <Table.Td>{differences.length === 0 ? w.first : differenceText(differences)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Query>
    </Panel>
  );
}
