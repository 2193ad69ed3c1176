import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../app/api.ts';
import { useMay } from '../app/me.tsx';
import { SearchSelect } from '../ui/search-select.tsx';
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
  const trpc = useTRPC();
  const may = useMay();
  const enabled = may('directory.read');
  const doctors = useQuery(trpc.directory.doctors.queryOptions(undefined, { enabled }));
  const organisations = useQuery(trpc.directory.organisations.queryOptions(undefined, { enabled }));
  if (!enabled) return null;
  const { bills } = words;
  return (
    <>
      <SearchSelect
        aria-label={words.orders.organisation}
        placeholder={bills.anyOrganisation}
        w={150}
        clearable
        data={organisations.data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
        value={organisationId ?? null}
        onChange={(id) => onChange({ organisationId: id ?? undefined })}
      />
      <SearchSelect
        aria-label={words.orders.referrer}
        placeholder={bills.anyDoctor}
        w={150}
        clearable
        data={doctors.data?.map(({ id, fullName }) => ({ value: id, label: fullName })) ?? []}
        value={referrerId ?? null}
        onChange={(id) => onChange({ referrerId: id ?? undefined })}
      />
    </>
  );
}
