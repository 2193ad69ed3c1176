import { VisuallyHidden } from '@mantine/core';

/** What a state means to the person, whatever it is called. */
export type Tone = 'ok' | 'busy' | 'warn' | 'error' | 'off';

/** Told apart by shape as well as by colour: full disc, half disc, triangle, cross, ring. */
const shapes: Record<Tone, React.ReactNode> = {
  ok: <circle cx="5" cy="5" r="4" fill="var(--tone-ok)" />,
  busy: (
    <>
      <circle cx="5" cy="5" r="3.4" fill="none" stroke="var(--tone-info)" strokeWidth="1.2" />
      <path d="M5 1.6a3.4 3.4 0 0 1 0 6.8z" fill="var(--tone-info)" />
    </>
  ),
  warn: <path d="M5 .8 9.6 9H.4z" fill="var(--tone-warn)" />,
  error: <path d="M2 2l6 6M8 2L2 8" stroke="var(--tone-error)" strokeWidth="2.2" strokeLinecap="round" />,
  off: <circle cx="5" cy="5" r="3.4" fill="none" stroke="var(--tone-quiet)" strokeWidth="1.4" />,
};

/** A small sign for a state. `label` is read out; leave it empty where the words stand beside it. */
export function StatusDot({ tone, label = '' }: { tone: Tone; label?: string }) {
  return (
    <>
      <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden style={{ flex: 'none' }}>
        {shapes[tone]}
      </svg>
      {label && <VisuallyHidden>{label}</VisuallyHidden>}
    </>
  );
}
