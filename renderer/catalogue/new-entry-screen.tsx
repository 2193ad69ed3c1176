import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { CatalogueKind } from '../../shared/catalogue/schema.ts';
import { useDraft } from '../app/draft.ts';
import { useFormat } from '../app/me.tsx';
import { DraftNotice } from '../ui/draft-notice.tsx';
import { LinkButton } from '../ui/link.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { words } from '../words/index.ts';
import { EntryForm } from './entry-form.tsx';
import { type EntryValues, emptyPart } from './entry-values.ts';

const route = getRouteApi('/catalogue/new');

/** A new entry of the catalogue. */
export function NewEntryScreen() {
  const { kind = 'test' } = route.useSearch();
  return <NewEntry key={kind} kind={kind} />;
}

function NewEntry({ kind }: { kind: CatalogueKind }) {
  const navigate = useNavigate();
  const { currency } = useFormat();
  const { catalogue: w } = words;
  const draft = useDraft<EntryValues>(`catalogue.new.${kind}`, { main: emptyPart(kind, currency), sets: [] });
  return (
    <Page
      title={w.create(w.kind[kind])}
      body="scroll"
      about={<DraftNotice draft={draft} onDiscard={() => window.location.reload()} />}
      actions={
        <LinkButton variant="default" to="/catalogue" search={{ kind }}>
          {w.back}
        </LinkButton>
      }
    >
      <EntryForm
        draft={draft}
        onSaved={({ saved: [first] }) => {
          if (!first) return;
          notifyDone(w.saved(first.code));
          void navigate({ to: '/catalogue/$entryId', params: { entryId: first.id } });
        }}
      />
    </Page>
  );
}
