import { Group, Loader, Stack, Text, TextInput } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { IconBarcode } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useFormat } from '../app/me.tsx';
import { PatientWarnings } from '../patients/patient-warning.tsx';
import { LinkText } from '../ui/link.tsx';
import { Panel } from '../ui/panel.tsx';
import { StatusDot } from '../ui/status-dot.tsx';
import { words } from '../words/index.ts';
import styles from './scan-panel.module.css';
import { Stability } from './stability.tsx';
import type { ScanOutcome, Scans } from './use-scans.ts';

/** The scan field, which always has the focus, what came of the last scan in large, and the scans before it. */
export function ScanPanel({
  scans: { outcomes, busy, scan },
  help,
  purpose,
  children,
}: {
  scans: Scans;
  help: string;
  /** What a scan does; when it changes the field gets the focus, since the next scan is for it. */
  purpose: string;
  /** Above the field. */
  children?: ReactNode;
}) {
  const [code, setCode] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const { specimens } = words;
  const keepFocus = () => {
    // After the browser has moved the focus: a person who goes to another field keeps it.
    setTimeout(() => {
      if (document.activeElement === document.body) field.current?.focus();
    });
  };
  useWindowEvent('focus', keepFocus);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the next scan is for the new purpose
  useEffect(() => field.current?.focus(), [purpose]);
  const [last, ...earlier] = outcomes;

  return (
    <div className={styles.panel}>
      {children}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (code.trim() !== '') scan(code.trim());
          setCode('');
        }}
      >
        <TextInput
          ref={field}
          size="md"
          autoFocus
          aria-label={specimens.scan}
          placeholder={specimens.scan}
          description={help}
          autoComplete="off"
          spellCheck={false}
          leftSection={<IconBarcode size={20} stroke={1.6} aria-hidden />}
          rightSection={busy ? <Loader size={14} aria-hidden /> : undefined}
          value={code}
          onChange={({ currentTarget }) => setCode(currentTarget.value)}
          onBlur={keepFocus}
        />
      </form>
      <div className={styles.last} data-tone={last?.tone} role="status" aria-live="assertive" aria-atomic>
        {last ? <Outcome key={last.id} outcome={last} /> : <Text c="dimmed">{specimens.ready}</Text>}
      </div>
      <Panel title={specimens.lastScans}>
        <Stack gap={4}>
          {earlier.length === 0 && (
            <Text size="sm" c="dimmed">
              {specimens.noScans}
            </Text>
          )}
          {earlier.map((outcome) => (
            <EarlierScan key={outcome.id} outcome={outcome} />
          ))}
        </Stack>
      </Panel>
    </div>
  );
}

function Outcome({ outcome: { tone, title, text, code, found } }: { outcome: ScanOutcome }) {
  return (
    <Stack gap={2}>
      <Group gap="xs" wrap="nowrap">
        <StatusDot tone={tone} />
        <Text size="lg" fw={600}>
          {title}
        </Text>
      </Group>
      {text && <Text size="sm">{text}</Text>}
      {found ? (
        <>
          <Text size="md" fw={600}>
            {found.patient.fullName}
          </Text>
          <Text size="sm">
            {found.specimen.typeName}, {found.specimen.container}: {found.specimen.testCodes.join(', ')}
          </Text>
          <PatientWarnings patient={found.patient} />
          <Text component="div" size="sm">
            <Stability ends={found.ends} />
          </Text>
          <LinkText to="/specimens/$accession" params={{ accession: code }} className="mono">
            {code}
          </LinkText>
        </>
      ) : (
        <Text size="sm" className="mono">
          {code}
        </Text>
      )}
    </Stack>
  );
}

function EarlierScan({ outcome: { at, tone, title, code, found } }: { outcome: ScanOutcome }) {
  const format = useFormat();
  return (
    <Group gap="xs" wrap="nowrap">
      <StatusDot tone={tone} />
      <Text size="xs" c="dimmed" style={{ flex: 'none' }}>
        {format.time(at)}
      </Text>
      <Text size="xs" className="mono" style={{ flex: 'none' }}>
        {code}
      </Text>
      <Text size="xs" className="ellipsis" title={title}>
        {found?.patient.fullName ?? title}
      </Text>
    </Group>
  );
}
