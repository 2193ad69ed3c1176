import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, skipToken, useQuery, useQueryClient } from '@tanstack/react-query';
import { best, isCodeOrAlias, prepare } from '../../../shared/catalogue/find.ts';
import { type Inputs, type Outputs, useTRPC } from '../../app/api.ts';

export type TestChoice = Outputs['bills']['findTests'][number];

/** Who the order is for and who pays: by these the right price is found. */
export type Payers = Pick<Inputs['bills']['findTests'], 'patientId' | 'organisationId' | 'policyNumber'>;

/** Shorter than the time between two keys of a fast typist is wide enough. */
const pauseMs = 40;
const most = 10;

/** What the catalogue answers to a text: what fits, and how to ask at once for the one test that is meant. */
export interface FoundTests {
  readonly choices: readonly TestChoice[];
  /** The choices are the whole answer to the text. Until then they are those of before that fit it too. */
  readonly settled: boolean;
  /** The test that a text means: its code or alias, or all that fits. Otherwise how many fit. */
  readonly meant: (text: string) => Promise<TestChoice | number>;
}

/** Tests and profiles by what is typed, found by the core. */
export function useFoundTests(text: string, payers: Payers): FoundTests {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const typed = text.trim();
  const [asked] = useDebouncedValue(typed, pauseMs);
  const inputOf = (words: string) => ({ text: words.slice(0, 200), limit: most, ...payers });
  const found = useQuery(
    trpc.bills.findTests.queryOptions(typed && asked ? inputOf(asked) : skipToken, {
      placeholderData: keepPreviousData,
    }),
  );
  const settled = typed === '' || (asked === typed && !found.isPlaceholderData && !found.isPending);
  const known = typed === '' ? [] : (found.data ?? []);
  return {
    choices: settled ? known : fitting(known, typed),
    settled,
    meant: async (words) => {
      const answer = await queryClient.fetchQuery(trpc.bills.findTests.queryOptions(inputOf(words.trim())));
      const exact = answer.find((choice) => isCodeOrAlias(choice, words));
      const [only] = answer.length === 1 ? answer : [];
      return exact ?? only ?? answer.length;
    },
  };
}

function fitting(choices: readonly TestChoice[], text: string): TestChoice[] {
  const rows = choices.map((choice) => ({ choice, entry: prepare(choice) }));
  return best(rows, text).map(({ choice }) => choice);
}
