import {
  type Icon,
  IconActivity,
  IconFlask,
  IconReceipt2,
  IconReportMedical,
  IconTestPipe,
  IconUser,
  IconUsers,
} from '@tabler/icons-react';
import { words } from '../../words/index.ts';
import type { Outputs } from '../api.ts';

type Found = Outputs['search']['global'];
type Kind = 'patients' | 'bills' | 'specimens' | 'reports' | 'tests' | 'staff' | 'activity';
type Hit = Found[Kind][number];

/** Where a hit leads; undefined where there is no screen for it. */
type Target =
  | { to: '/patients/$patientId'; params: { patientId: string } }
  | { to: '/bills/$billId'; params: { billId: string } }
  | { to: '/specimens/$accession'; params: { accession: string } }
  | { to: '/reports/$reportId'; params: { reportId: string } }
  | undefined;

const patientOf = ({ patientId }: Hit): Target =>
  patientId ? { to: '/patients/$patientId', params: { patientId } } : undefined;

/** The kinds in the order of the palette. */
const kinds: readonly { kind: Kind; label: string; icon: Icon; target: (hit: Hit) => Target }[] = [
  {
    kind: 'patients',
    label: words.app.patients,
    icon: IconUsers,
    target: ({ id }) => ({ to: '/patients/$patientId', params: { patientId: id } }),
  },
  {
    kind: 'specimens',
    label: words.app.specimens,
    icon: IconTestPipe,
    target: ({ title }) => ({ to: '/specimens/$accession', params: { accession: title } }),
  },
  {
    kind: 'bills',
    label: words.app.bills,
    icon: IconReceipt2,
    target: ({ id }) => ({ to: '/bills/$billId', params: { billId: id } }),
  },
  {
    kind: 'reports',
    label: words.app.reports,
    icon: IconReportMedical,
    target: ({ id }) => ({ to: '/reports/$reportId', params: { reportId: id } }),
  },
  { kind: 'tests', label: words.app.tests, icon: IconFlask, target: () => undefined },
  { kind: 'staff', label: words.app.staff, icon: IconUser, target: () => undefined },
  { kind: 'activity', label: words.app.activity, icon: IconActivity, target: patientOf },
];

/** A state as its domain's screens call it. */
function stateWords(kind: Kind, state: string | undefined): string | undefined {
  const known: Partial<Record<Kind, Readonly<Record<string, string>>>> = {
    bills: words.bills.statuses,
    specimens: words.specimens.states,
    reports: words.patients.reportStates,
  };
  return state === undefined ? undefined : (known[kind]?.[state] ?? state);
}

/** What the core found, in groups that are not empty, each hit with the place it leads to. */
export function hitGroups(found: Found) {
  return kinds
    .map(({ kind, label, icon, target }) => ({
      label,
      icon,
      hits: found[kind].map((hit) => ({ ...hit, badge: stateWords(kind, hit.badge), target: target(hit) })),
    }))
    .filter(({ hits }) => hits.length > 0);
}
