import { ActionIcon, type ActionIconProps, Tooltip } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ComponentPropsWithoutRef } from 'react';

/** A button with an icon alone: its label is its tooltip and its name for screen readers. */
export function IconButton({
  label,
  icon: Picture,
  ...rest
}: { label: string; icon: Icon } & ActionIconProps & Omit<ComponentPropsWithoutRef<'button'>, keyof ActionIconProps>) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} {...rest}>
        <Picture size={16} stroke={1.6} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
