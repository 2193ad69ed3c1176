import { useMay } from '../app/me.tsx';
import { EntrySelect } from '../directory/entry-select.tsx';
import { words } from '../words/index.ts';

/** Narrows bills to an organisation or a referring doctor. */
export function PartyFilters({
  organisationId,
  referrerId,
  onChange,
}: {
  organisationId: string | undefined;
  referrerId: string | undefined;
  onChange: (next: { organisationId?: string; referrerId?: string }) => void;
}) {
  const may = useMay();
  if (!may('directory.read')) return null;
  const { bills } = words;
  return (
    <>
      <EntrySelect
        kind="organisation"
        inactive
        aria-label={words.orders.organisation}
        placeholder={bills.anyOrganisation}
        w={150}
        value={organisationId ?? ''}
        onChange={(id) => onChange({ organisationId: id || undefined })}
      />
      <EntrySelect
        kind="doctor"
        inactive
        aria-label={words.orders.referrer}
        placeholder={bills.anyDoctor}
        w={150}
        value={referrerId ?? ''}
        onChange={(id) => onChange({ referrerId: id || undefined })}
      />
    </>
  );
}
