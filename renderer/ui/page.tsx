import { Group, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { words } from '../words/index.ts';
import styles from './page.module.css';

interface PageProps {
  readonly title: string;
  /** Beside the title: what the page is about (a number, a state). */
  readonly about?: ReactNode;
  /** Buttons at the end of the title row; the main one last. */
  readonly actions?: ReactNode;
  /** A row of fields that narrow what is shown; they live in the address. */
  readonly filters?: ReactNode;
  /** `fill`: one part takes the height and scrolls itself (tables). `scroll`: the page scrolls (forms, details). */
  readonly body?: 'fill' | 'scroll';
  readonly children: ReactNode;
}

/** A screen: title, actions, filters, content. */
export function Page({ title, about, actions, filters, body = 'fill', children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · ${words.app.name}`;
  }, [title]);
  return (
    <div className={styles.page}>
      <div className={styles.title}>
        <Group gap="sm" wrap="nowrap" className={styles.words}>
          <Title order={1} textWrap="nowrap" className={styles.heading}>
            {title}
          </Title>
          {about}
        </Group>
        <Group gap="xs" wrap="wrap" justify="flex-end">
          {actions}
        </Group>
      </div>
      {filters && (
        <Group gap="xs" align="center" role="search" aria-label={words.ui.filters}>
          {filters}
        </Group>
      )}
      <div className={styles.body} data-body={body}>
        {children}
      </div>
    </div>
  );
}
