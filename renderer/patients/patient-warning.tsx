import { Alert, Tooltip } from '@mantine/core';
import { IconAlertTriangleFilled } from '@tabler/icons-react';
import { words } from '../words/index.ts';

/** A patient's warning, told by sign, word and colour. */
export function PatientWarning({ warning }: { warning: string | undefined }) {
  if (!warning) return null;
  return (
    <Alert
      color="orange"
      p="xs"
      icon={<IconAlertTriangleFilled size={18} aria-hidden />}
      title={`${words.patients.warning}: ${warning}`}
    />
  );
}

/** The same where there is room for a sign only: its words are its tooltip and its name for screen readers. */
export function WarningSign({ warning }: { warning: string | undefined }) {
  if (!warning) return null;
  const label = `${words.patients.warning}: ${warning}`;
  return (
    <Tooltip label={label}>
      <IconAlertTriangleFilled
        size={14}
        role="img"
        aria-label={label}
        style={{ color: 'var(--tone-warn)', verticalAlign: '-2px', marginInlineStart: 6 }}
      />
    </Tooltip>
  );
}
