import { Alert, Stack, Tooltip } from '@mantine/core';
import { IconAlertTriangleFilled } from '@tabler/icons-react';
import { isMinorWithoutGuardian } from '../../shared/patients/guardian.ts';
import type { Patient } from '../../shared/patients/schema.ts';
import { useFormat } from '../app/me.tsx';
import { words } from '../words/index.ts';

/** A patient's warning, told by sign, word and colour. */
export function PatientWarning({ warning }: { warning: string | undefined }) {
  return warning ? <WarningLine>{`${words.patients.warning}: ${warning}`}</WarningLine> : null;
}

/** All that is to be minded before a patient is drawn: the warning, and that nobody is named who consents for a minor. */
export function PatientWarnings({ patient }: { patient: Pick<Patient, 'warning' | 'birth' | 'family'> }) {
  const format = useFormat();
  const isAlone = isMinorWithoutGuardian(patient, format.today());
  if (!isAlone && !patient.warning) return null;
  return (
    <Stack gap={6}>
      <PatientWarning warning={patient.warning} />
      {isAlone && <MinorWarning />}
    </Stack>
  );
}

/** That a patient is a minor and nobody is named who consents. */
export function MinorWarning() {
  return <WarningLine>{words.patients.minorAlone}</WarningLine>;
}

function WarningLine({ children }: { children: string }) {
  return <Alert color="orange" p="xs" icon={<IconAlertTriangleFilled size={18} aria-hidden />} title={children} />;
}

/** The same where there is room for a sign only: its words are its tooltip and its name for screen readers. */
export function WarningSign({ warning, minorAlone = false }: { warning: string | undefined; minorAlone?: boolean }) {
  const label = warningText(warning, minorAlone);
  if (label === '') return null;
  return (
    <Tooltip label={label}>
      <IconAlertTriangleFilled
        size={14}
        role="img"
        aria-label={label}
        style={{ color: 'var(--tone-warn)', verticalAlign: '-2px', marginInlineStart: 6, flex: 'none' }}
      />
    </Tooltip>
  );
}

/** What the sign says; empty: nothing. */
export function warningText(warning: string | undefined, minorAlone: boolean): string {
  const { patients } = words;
  return [warning && `${patients.warning}: ${warning}`, minorAlone && patients.minorAlone].filter(Boolean).join('. ');
}
