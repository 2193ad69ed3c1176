import { Paper, SimpleGrid, Stack } from '@mantine/core';
import { formatPhone } from '../../shared/patients/contact.ts';
import type { Outputs } from '../app/api.ts';
import { useFormat } from '../app/me.tsx';
import { countryName } from '../app/regions.ts';
import { Facts } from '../ui/facts.tsx';
import { LinkText } from '../ui/link.tsx';
import { Time } from '../ui/time.tsx';
import { words } from '../words/index.ts';

type Details = Outputs['patients']['get'];

const channels = ['sms', 'whatsapp', 'email'] as const;

/** Who the patient is: person, contact, ids, insurance, family, what limits the tests. */
export function PersonCard({ patient, surroundings }: Pick<Details, 'patient' | 'surroundings'>) {
  const format = useFormat();
  const { patients } = words;
  const { birth } = patient;
  const agreed = channels.filter((channel) => patient.consent[channel]).map((channel) => patients.consents[channel]);
  const precision = birth && birth.precision !== 'exact' ? ` (${patients.precision[birth.precision]})` : '';
  const phones = [patient.phone, ...patient.otherPhones].filter((phone) => phone !== undefined);
  return (
    <Paper withBorder p="sm" component="section" aria-label={patients.person}>
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }} spacing="lg" verticalSpacing="xs">
        <Facts
          facts={[
            [patients.bornOn, birth && `${format.day(birth.date)}${precision}`],
            [patients.phone, phones.map(formatPhone).join(', ')],
            [patients.email, patient.email],
            [patients.consented, agreed.join(', ') || patients.noConsent],
            [patients.address, patient.address],
          ]}
        />
        <Facts
          facts={[
            ...patient.nationalIds.map(
              ({ type, value, country }) =>
                [patients.idTypes[type] ?? type, `${value} (${countryName(country)})`] as const,
            ),
            [patients.otherNumbers, patient.otherNumbers?.join(', ')],
            [
              patients.insurance,
              patient.insurances.length > 0 && (
                <Stack gap={2} key="insurance">
                  {patient.insurances.map((policy) => (
                    <Policy
                      key={`${policy.insurerId} ${policy.policyNumber}`}
                      policy={policy}
                      names={surroundings.insurers}
                    />
                  ))}
                </Stack>
              ),
            ],
            [patients.allowedTests, patient.allowedTests && <AllowedTests key="tests" tests={surroundings.tests} />],
          ]}
        />
        <Facts
          facts={[
            [
              patients.family,
              (surroundings.family.length > 0 || surroundings.namedBy.length > 0) && (
                <Family key="family" surroundings={surroundings} />
              ),
            ],
            [
              patients.formerly,
              patient.formerly?.map(({ patientId, fullName, number }) => (
                <div key={patientId}>
                  <LinkText to="/patients/$patientId" params={{ patientId }}>
                    {fullName} ({number})
                  </LinkText>
                </div>
              )),
            ],
            [patients.registered, <Time key="at" at={patient.createdAt} />],
            [patients.note, patient.note],
          ]}
        />
      </SimpleGrid>
    </Paper>
  );
}

function Policy({
  policy,
  names,
}: {
  policy: Details['patient']['insurances'][number];
  names: Record<string, string>;
}) {
  const format = useFormat();
  const today = format.today();
  const ended = policy.validTo !== undefined && policy.validTo < today;
  const group = policy.groupId && names[policy.groupId];
  const holder = policy.holderRelation === 'self' ? undefined : policy.holderName;
  const until =
    policy.validTo && (ended ? words.patients.policyEnded : words.patients.policyUntil)(format.day(policy.validTo));
  const parts = [names[policy.insurerId], group, policy.policyNumber, holder && words.patients.heldBy(holder), until];
  return <span style={ended ? { color: 'var(--tone-warn)' } : undefined}>{parts.filter(Boolean).join(' · ')}</span>;
}

function AllowedTests({ tests }: { tests: Details['surroundings']['tests'] }) {
  const all = Object.values(tests);
  if (all.length === 0) return words.patients.noTestAllowed;
  return <span title={all.map(({ name }) => name).join(', ')}>{all.map(({ code }) => code).join(', ')}</span>;
}

function Family({ surroundings: { family, namedBy } }: { surroundings: Details['surroundings'] }) {
  const { relations, guardian, namesAs } = words.patients;
  return (
    <Stack gap={2}>
      {family.map(({ relation, name, patientId, phone, guardian: isGuardian }) => (
        <span key={`${relation} ${name}`}>
          {patientId ? (
            <LinkText to="/patients/$patientId" params={{ patientId }}>
              {name}
            </LinkText>
          ) : (
            name
          )}
          {` · ${[relations[relation], isGuardian && relation !== 'guardian' && guardian, phone && formatPhone(phone)].filter(Boolean).join(' · ')}`}
        </span>
      ))}
      {namedBy.map(({ patientId, name, relation }) => (
        <span key={`by ${patientId}`}>
          <LinkText to="/patients/$patientId" params={{ patientId }}>
            {name}
          </LinkText>
          {` · ${namesAs(relations[relation])}`}
        </span>
      ))}
    </Stack>
  );
}
