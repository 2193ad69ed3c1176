import { IconMapQuestion } from '@tabler/icons-react';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { Empty } from '../../ui/empty.tsx';
import { Failed } from '../../ui/failed.tsx';
import { LinkButton } from '../../ui/link.tsx';
import { Page } from '../../ui/page.tsx';
import { words } from '../../words/index.ts';

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <Page title={words.ui.notFound}>
      <Empty
        icon={IconMapQuestion}
        title={words.ui.notFound}
        action={<LinkButton to="/">{words.ui.notFoundAction}</LinkButton>}
      >
        {words.ui.notFoundText}
      </Empty>
    </Page>
  );
}

/** A screen whose code failed; the rest of the app goes on. */
export function ScreenFailed({ error, reset }: ErrorComponentProps) {
  return (
    <Page title={words.errors.screen} body="scroll">
      <Failed error={error} retry={reset} />
    </Page>
  );
}
