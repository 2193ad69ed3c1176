import { EmptyState } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** Where there is nothing yet: what belongs here, and the one button that starts it. */
export function Empty({
  icon: Picture,
  title,
  children,
  action,
}: {
  icon: Icon;
  title: string;
  /** One or two sentences. */
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <EmptyState
      size="sm"
      icon={<Picture size={26} stroke={1.4} aria-hidden />}
      title={title}
      description={children}
      withIndicatorBackground
    >
      {action && <EmptyState.Actions>{action}</EmptyState.Actions>}
    </EmptyState>
  );
}
