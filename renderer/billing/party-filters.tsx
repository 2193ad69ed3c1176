import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../app/api.ts';
import { useMay } from '../app/me.tsx';
import { EntrySelect } from '../directory/entry-select.tsx';
import { words } from '../words/index.ts';

interface Parties {
  organisationId?: string;
  insurerId?: string;
  referrerId?: string;
  branchId?: string;
}

/** Narrows bills to an organisation, an insurer, a referring doctor, a branch. */
export function PartyFilters({ chosen, onChange }: { chosen: Parties; onChange: (next: Parties) => void }) {
  const trpc = useTRPC();
  const may = useMay();
  const branches = useQuery(trpc.setup.branches.queryOptions(undefined, { enabled: may('setup.read') }));
  const { bills, orders } = words;
  const entry = (kind: 'organisation' | 'insurer' | 'doctor', field: keyof Parties, label: string, any: string) => (
    <EntrySelect
      kind={kind}
      inactive
      aria-label={label}
      placeholder={any}
      w={150}
      value={chosen[field] ?? ''}
      onChange={(id) => onChange({ [field]: id || undefined })}
    />
  );
  return (
    <>
      {may('directory.read') && (
        <>
          {entry('organisation', 'organisationId', orders.organisation, bills.anyOrganisation)}
          {entry('insurer', 'insurerId', bills.insurerName, bills.anyInsurer)}
          {entry('doctor', 'referrerId', orders.referrer, bills.anyDoctor)}
        </>
      )}
      {(branches.data ?? []).length > 0 && (
        <Select
          aria-label={bills.branch}
          placeholder={bills.anyBranch}
          w={130}
          clearable
          data={(branches.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={chosen.branchId ?? null}
          onChange={(id) => onChange({ branchId: id ?? undefined })}
        />
      )}
    </>
  );
}
