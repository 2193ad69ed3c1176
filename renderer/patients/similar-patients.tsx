import { Group, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { formatPhone } from '../../shared/patients/contact.ts';
import { useTRPC } from '../app/api.ts';
import { useFormat, useMay } from '../app/me.tsx';
import { LinkText } from '../ui/link.tsx';
import { Panel } from '../ui/panel.tsx';
import { words } from '../words/index.ts';
import { readBirthText } from './birth-text.ts';
import type { PatientValues } from './patient-form-values.ts';

const pauseMs = 250;

/** Patients that may be the one being typed, found while reception types. */
export function SimilarPatients({ values }: { values: PatientValues }) {
  const trpc = useTRPC();
  const may = useMay();
  const format = useFormat();
  const [asked] = useDebouncedValue(askedOf(values, format.locale), pauseMs, { leading: false });
  const worthAsking = Object.values(asked).some((value) => value !== undefined);
  const { data: similar = [] } = useQuery(
    trpc.patients.similar.queryOptions(worthAsking ? asked : skipToken, { placeholderData: keepPreviousData }),
  );
  const found = worthAsking ? similar : [];
  return (
    <Panel title={words.patients.similarTitle}>
      <Stack gap="sm" aria-live="polite">
        <Text size="xs" c={found.length > 0 ? 'var(--tone-warn)' : 'dimmed'}>
          {found.length > 0 ? words.patients.similarText(found.length) : words.patients.similarNone}
        </Text>
        {found.map(({ id, number, fullName, sex, ageText, phone }) => (
          <Stack key={id} gap={0}>
            <Text fw={500}>{fullName}</Text>
            <Text size="xs" c="dimmed">
              {[number, words.patients.sexes[sex], ageText, phone && formatPhone(phone)].filter(Boolean).join(' · ')}
            </Text>
            <Group gap="sm">
              <LinkText to="/patients/$patientId" params={{ patientId: id }}>
                {words.patients.openPatient}
              </LinkText>
              {may('bill.create') && (
                <LinkText to="/orders/new" search={{ patientId: id }}>
                  {words.patients.orderFor}
                </LinkText>
              )}
            </Group>
          </Stack>
        ))}
      </Stack>
    </Panel>
  );
}

/** What is worth looking for in what was typed so far. */
function askedOf({ fullName, phone, birth, nationalIds }: PatientValues, locale: string) {
  const digits = phone.replace(/\D/g, '');
  const id = nationalIds
    .map(({ value }) => value.replace(/[\s./-]/g, '').toUpperCase())
    .find((value) => value.length >= 5);
  return {
    fullName: fullName.trim().length >= 3 ? fullName.trim() : undefined,
    // The last eight digits are the same with and without a country code, and the core knows numbers by them too.
    phone: digits.length >= 8 ? digits.slice(-8) : undefined,
    dateOfBirth: readBirthText(birth, locale)?.dateOfBirth,
    nationalId: id,
  };
}
