import styles from './state-badge.module.css';
import { StatusDot, type Tone } from './status-dot.tsx';

/** A document's state in words with its sign, e.g. `Paid`, `Collected`. */
export function StateBadge({ tone, children }: { tone: Tone; children: string }) {
  return (
    <span className={styles.state}>
      <StatusDot tone={tone} />
      {children}
    </span>
  );
}
