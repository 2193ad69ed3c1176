import { Button, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type DirectoryEntry, type EntryKind, entryName } from '../../shared/directory/entries.ts';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { useTRPC } from '../app/api.ts';
import { useDraft } from '../app/draft.ts';
import { fieldErrors, showAtFields } from '../app/errors.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat, useMay } from '../app/me.tsx';
import { DraftNotice } from '../ui/draft-notice.tsx';
import { FormErrors } from '../ui/form-errors.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { LinkButton } from '../ui/link.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { Query } from '../ui/query.tsx';
import { words } from '../words/index.ts';
import { EntryFields } from './entry-fields.tsx';
import { type EntryValues, fieldOf, inputOf, problemsOf, valuesOf } from './entry-values.ts';

const newRoute = getRouteApi('/directory/new');
const route = getRouteApi('/directory/$entryId');

/** Adds an organisation, doctor, insurer, insurance group or outsource lab. */
export function NewEntryScreen() {
  const { kind = 'organisation', name } = newRoute.useSearch();
  return <EntryForm key={kind} kind={kind} entry={undefined} name={name} />;
}

/** Shows one, and changes it. */
export function EntryScreen() {
  const { entryId } = route.useParams();
  const trpc = useTRPC();
  const query = useQuery(trpc.directory.get.queryOptions({ id: entryId }));
  return <Query query={query}>{(entry) => <EntryForm key={entry.id} kind={entry.kind} entry={entry} />}</Query>;
}

type Stored = DirectoryEntry & { readonly _rev: string };

function EntryForm({ kind, entry: read, name }: { kind: EntryKind; entry: Stored | undefined; name?: string }) {
  const trpc = useTRPC();
  const navigate = useNavigate();
  const format = useFormat();
  const mayChange = useMay()('directory.update');
  const { directory: w } = words;
  // What the person began to change: a newer state that arrives meanwhile must end in a conflict, not be overwritten.
  const [entry] = useState(read);
  const before = valuesOf(entry, format, name);
  const draft = useDraft<EntryValues>(`directory.${entry?.id ?? `new.${kind}`}`, before);
  const form = useForm<EntryValues>({ initialValues: draft.initial, onValuesChange: draft.keep });
  const [errors, setErrors] = useState<FieldError[]>([]);
  const save = useMutation(
    trpc.directory.save.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: (saved) => {
        draft.clear();
        notifyDone(w.saved(entryName(saved)));
        void navigate({ to: '/directory', search: { kind } });
      },
      onError: (error) => setErrors(showAtFields(form, error, fieldOf)),
    }),
  );
  const send = () => {
    const problems = problemsOf(kind, form.values, format);
    form.setErrors(problems);
    setErrors(fieldErrors(problems));
    if (Object.keys(problems).length > 0 || save.isPending) return;
    save.mutate({ id: entry?.id, rev: entry?._rev, entry: inputOf(kind, form.values, format) });
  };
  const title = entry ? entryName(entry) : w.newTitle(w.kind[kind]);
  useKeys(title, [{ keys: 'mod+Enter', label: w.save, run: send, disabled: !mayChange }]);
  return (
    <Page
      title={title}
      body="scroll"
      about={
        <>
          {entry && (
            <Text size="sm" c="dimmed">
              {w.kind[kind]} · {entry.code}
            </Text>
          )}
          <DraftNotice draft={draft} onDiscard={() => form.setValues(before)} />
        </>
      }
      actions={
        <>
          <LinkButton variant="default" to="/directory" search={{ kind }} onClick={draft.clear}>
            {mayChange ? words.ui.cancel : words.ui.back}
          </LinkButton>
          {mayChange && (
            <Button loading={save.isPending} onClick={send} rightSection={<KeysHint keys="mod+Enter" />}>
              {w.save}
            </Button>
          )}
        </>
      }
    >
      <FormErrors errors={errors} />
      <fieldset disabled={!mayChange} style={{ all: 'unset' }}>
        <EntryFields kind={kind} form={form} />
      </fieldset>
    </Page>
  );
}
