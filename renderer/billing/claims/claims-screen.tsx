import { Button, SegmentedControl, Select, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { claimStatusSchema } from '../../../shared/billing/schema.ts';
import { useTRPC } from '../../app/api.ts';
import { useFormat } from '../../app/me.tsx';
import { useSearchText } from '../../app/search-text.ts';
import { DayField } from '../../ui/day-field.tsx';
import { Page } from '../../ui/page.tsx';
import { SavedViews } from '../../ui/saved-views.tsx';
import { SearchSelect } from '../../ui/search-select.tsx';
import { words } from '../../words/index.ts';
import { ClaimAgeing } from './claim-ageing.tsx';
import { ClaimEligible } from './claim-eligible.tsx';
import { ClaimList } from './claim-list.tsx';

const route = getRouteApi('/claims');
const tabs = ['eligible', 'claims', 'ageing'] as const;
const statuses = [
  { value: '', label: words.claims.anyStatus },
  ...claimStatusSchema.options.map((value) => ({ value, label: words.claims.statuses[value] })),
];

/** Claims on insurers: bills that can be claimed, claims in all states, what is open by age. */
export function ClaimsScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const trpc = useTRPC();
  const format = useFormat();
  const field = useSearchText(search.text, navigate);
  const { tab = 'eligible', text, insurerId, status, from = format.daysAgo(89), to = format.today() } = search;
  const insurers = useQuery(trpc.claims.insurers.queryOptions());
  const show = (next: Partial<typeof search>) => void navigate({ search: { ...search, ...next }, replace: true });
  const showDays = (...days: [string, string]) => {
    const [first, last] = days.toSorted();
    show({ from: first, to: last });
  };
  const { claims, bills } = words;
  const insurer = (
    <SearchSelect
      aria-label={claims.insurer}
      placeholder={claims.anyInsurer}
      w={200}
      clearable
      data={insurers.data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
      value={insurerId ?? null}
      onChange={(id) => show({ insurerId: id ?? undefined })}
    />
  );
  return (
    <Page
      title={claims.title}
      filters={
        <>
          <SegmentedControl
            aria-label={claims.title}
            data={tabs.map((value) => ({ value, label: claims.tabs[value] }))}
            value={tab}
            onChange={(value) => show({ tab: tabs.find((one) => one === value) })}
          />
          {tab !== 'ageing' && insurer}
          {tab === 'eligible' && (
            <>
              <DayField label={bills.from} value={from} onChange={(day) => showDays(day, to)} />
              <DayField label={bills.to} value={to} onChange={(day) => showDays(from, day)} />
              <Button variant="default" onClick={() => show({ from: format.daysAgo(29), to: format.today() })}>
                {bills.month}
              </Button>
            </>
          )}
          {tab === 'claims' && (
            <>
              <Select
                aria-label={bills.status}
                w={140}
                data={statuses}
                value={status ?? ''}
                onChange={(value) => show({ status: claimStatusSchema.safeParse(value).data })}
              />
              <TextInput
                {...field.props}
                aria-label={claims.searchBatch}
                placeholder={claims.searchBatch}
                leftSection={<IconSearch size={15} aria-hidden />}
                w={200}
              />
            </>
          )}
          <SavedViews list="claims" filters={search} onShow={(view) => void navigate({ search: view })} />
        </>
      }
    >
      {tab === 'eligible' && (
        <ClaimEligible
          {...{ insurerId, from, to }}
          onMade={(batch) => show({ tab: 'claims', text: batch, insurerId: undefined, status: undefined })}
        />
      )}
      {tab === 'claims' && (
        <ClaimList
          key={[insurerId, status, text].join()}
          {...{ insurerId, status, batch: text }}
          focusSearch={field.focus}
          onShowBatch={(batch) => show({ text: batch })}
        />
      )}
      {tab === 'ageing' && (
        <ClaimAgeing onOpen={(id) => show({ tab: 'claims', insurerId: id, text: undefined, status: undefined })} />
      )}
    </Page>
  );
}
