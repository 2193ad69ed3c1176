import { Group, Paper, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import styles from './panel.module.css';

interface PanelProps {
  readonly title: string;
  /** Beside the title, e.g. a count. */
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  /** Content to the edges, for tables and lists. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}

/** A part of a page with its own heading. */
export function Panel({ title, about, actions, flush, children }: PanelProps) {
  const id = useId();
  return (
    <Paper component="section" withBorder aria-labelledby={id} className={styles.panel}>
      <div className={styles.head}>
        <Group gap="xs" wrap="nowrap">
          <Title order={2} id={id}>
            {title}
          </Title>
          {about}
        </Group>
        {actions && <Group gap="xs">{actions}</Group>}
      </div>
      <div className={flush ? styles.flush : styles.body}>{children}</div>
    </Paper>
  );
}
