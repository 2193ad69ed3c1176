import { Button, Group, Stack, Text } from '@mantine/core';
import { IconMailOpened, IconPaperclip } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../app/api.ts';
import { useFormat } from '../app/me.tsx';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { PdfPreview } from '../ui/pdf-preview.tsx';
import { Query } from '../ui/query.tsx';
import { words } from '../words/index.ts';

/** What the demo's patients received. */
export function InboxScreen() {
  const trpc = useTRPC();
  const format = useFormat();
  const { messages: w } = words;
  const [open, setOpen] = useState<{ mailId: number; index: number }>();
  const query = useQuery(trpc.demo.inbox.queryOptions(undefined, { refetchInterval: 2000 }));
  const attachment = useQuery(
    trpc.demo.attachment.queryOptions(open ?? { mailId: 0, index: 0 }, { enabled: open !== undefined }),
  );
  const file = attachment.data ? { fileName: attachment.data.name, pdf: attachment.data.content } : undefined;
  return (
    <Page title={w.inbox} body="scroll">
      <Query query={query}>
        {(mails) =>
          mails.length === 0 ? (
            <Empty icon={IconMailOpened} title={w.inboxEmpty}>
              {w.inboxEmptyText}
            </Empty>
          ) : (
            <Stack gap="sm">
              {mails.map((mail) => (
                <Panel
                  key={mail.id}
                  title={mail.subject}
                  about={
                    <Text size="xs" c="dimmed">
                      {mail.to} · {format.dateTime(mail.receivedAt)}
                    </Text>
                  }
                >
                  <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
                    {mail.text}
                  </Text>
                  <Group gap="xs" mt="xs">
                    {mail.attachments.map(({ name }, index) => (
                      <Button
                        key={name}
                        size="xs"
                        variant="default"
                        leftSection={<IconPaperclip size={14} aria-hidden />}
                        onClick={() => setOpen({ mailId: mail.id, index })}
                      >
                        {name}
                      </Button>
                    ))}
                  </Group>
                </Panel>
              ))}
            </Stack>
          )
        }
      </Query>
      <PdfPreview
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        title={file?.fileName ?? ''}
        query={{ ...attachment, data: file }}
      />
    </Page>
  );
}
