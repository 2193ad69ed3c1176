import { Alert, SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../app/api.ts';
import { useMay } from '../app/me.tsx';
import { Page } from '../ui/page.tsx';
import { Query } from '../ui/query.tsx';
import { words } from '../words/index.ts';
import { Branches } from './branches.tsx';
import { CentreForm } from './centre-form.tsx';
import { PreferencesForm } from './preferences-form.tsx';
import { StationForm } from './station-form.tsx';

/** The laboratory, this station, its branches, and how sessions end. */
export function SetupScreen() {
  const trpc = useTRPC();
  const mayChange = useMay()('setup.update');
  const centre = useQuery(trpc.setup.centre.queryOptions());
  const station = useQuery(trpc.setup.station.queryOptions());
  const preferences = useQuery(trpc.setup.preferences.queryOptions());
  const branches = useQuery(trpc.setup.branches.queryOptions());
  return (
    <Page title={words.setup.title} body="scroll">
      {!mayChange && <Alert color="gray">{words.setup.readOnly}</Alert>}
      <Stack gap="sm" maw={1000}>
        <Query query={centre}>{(read) => <CentreForm key={read._rev} centre={read} mayChange={mayChange} />}</Query>
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
          <Query query={station}>
            {(read) => (
              <StationForm key={read.station._rev} state={read} branches={branches.data ?? []} mayChange={mayChange} />
            )}
          </Query>
          <Query query={preferences}>
            {(read) => <PreferencesForm key={read.rev} preferences={read} mayChange={mayChange} />}
          </Query>
        </SimpleGrid>
        <Query query={branches}>{(read) => <Branches branches={read} mayChange={mayChange} />}</Query>
      </Stack>
    </Page>
  );
}
