import { Badge, Combobox, Group, Modal, Text, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type Icon, IconBarcode, IconLogout, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useState } from 'react';
import { parseAccession } from '../../../shared/specimens/accession.ts';
import { words } from '../../words/index.ts';
import { useTRPC } from '../api.ts';
import { useMay } from '../me.tsx';
import { navigation } from '../navigation.ts';
import { useLogOut } from '../session.tsx';
import { hitGroups } from './hits.ts';
import styles from './palette.module.css';

/** Something the palette leads to. */
interface Entry {
  readonly id: string;
  readonly icon: Icon;
  readonly title: string;
  readonly subtitle?: string;
  readonly badge?: string;
  /** Absent: it is found, but has no screen. */
  readonly run?: () => void;
}

interface EntryGroup {
  readonly label: string;
  readonly entries: readonly Entry[];
}

const pauseMs = 60;
const hitsEach = 6;

/** `Ctrl+K`: what the core finds, grouped, and the commands, as one types. Enter takes the marked one, the first at first. */
export function Palette({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      withCloseButton={false}
      centered={false}
      yOffset="3.25rem"
      size="40rem"
      padding={0}
      aria-label={words.app.palette}
    >
      <PaletteList onClose={onClose} />
    </Modal>
  );
}

function PaletteList({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const { groups, remark, busy } = useEntries(typed.trim());
  const combobox = useCombobox({ opened: true });
  const entries = groups.flatMap((group) => group.entries);

  // What the core finds comes a moment after typing; the best one is marked then too.
  const markFirst = useEffectEvent(() => combobox.selectFirstOption());
  const shown = entries.map(({ id }) => id).join(' ');
  useEffect(() => {
    if (shown !== '') markFirst();
  }, [shown]);

  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(id) => {
        onClose();
        entries.find((entry) => entry.id === id)?.run?.();
      }}
    >
      <Combobox.EventsTarget>
        <TextInput
          data-autofocus
          size="md"
          variant="unstyled"
          className={styles.search}
          aria-label={words.app.palette}
          placeholder={words.app.palette}
          autoComplete="off"
          spellCheck={false}
          leftSection={<IconSearch size={18} stroke={1.6} aria-hidden />}
          value={typed}
          onKeyDown={(event) => {
            // The list of hits would take the first Escape for itself.
            if (event.key === 'Escape') onClose();
          }}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      </Combobox.EventsTarget>
      <Combobox.Options className={styles.list} aria-label={words.app.palette}>
        {groups.map(({ label, entries: rows }) => (
          <Combobox.Group key={label} label={label}>
            {rows.map((entry) => (
              <Combobox.Option key={entry.id} value={entry.id} disabled={!entry.run}>
                <EntryLine entry={entry} />
              </Combobox.Option>
            ))}
          </Combobox.Group>
        ))}
        {entries.length === 0 && !busy && <Combobox.Empty>{words.app.paletteNone}</Combobox.Empty>}
      </Combobox.Options>
      {remark && (
        <Text size="xs" c="dimmed" px="md" py="xs" role="status">
          {remark}
        </Text>
      )}
    </Combobox>
  );
}

function EntryLine({ entry: { icon: Picture, title, subtitle, badge } }: { entry: Entry }) {
  return (
    <Group wrap="nowrap" gap="sm">
      <Picture size={17} stroke={1.6} aria-hidden style={{ flex: 'none' }} />
      <Text size="sm" className="ellipsis" style={{ flex: 'none', maxInlineSize: '65%' }}>
        {title}
      </Text>
      <Text size="xs" c="dimmed" className="ellipsis" style={{ flex: 1 }}>
        {subtitle}
      </Text>
      {badge && <Badge color="gray">{badge}</Badge>}
    </Group>
  );
}

/** Everything that fits what was typed: a scanned accession first, then what the core found, then commands. */
function useEntries(typed: string): { groups: EntryGroup[]; remark?: string; busy: boolean } {
  const trpc = useTRPC();
  const navigate = useNavigate();
  const [asked] = useDebouncedValue(typed, pauseMs);
  const found = useQuery(
    trpc.search.global.queryOptions(asked ? { text: asked, limit: hitsEach } : skipToken, {
      placeholderData: keepPreviousData,
      staleTime: 0,
    }),
  );
  const commands = useCommands().filter(({ title, also }) => typed === '' || fits(`${title} ${also ?? ''}`, typed));
  const hits = typed === '' ? undefined : found.data;
  const read = parseAccession(typed);
  const groups: EntryGroup[] = [];
  if ('accession' in read) {
    const { text } = read.accession;
    groups.push({
      label: words.app.specimens,
      entries: [
        {
          id: `accession ${text}`,
          icon: IconBarcode,
          title: words.app.openSpecimen(text),
          run: () => void navigate({ to: '/specimens/$accession', params: { accession: text } }),
        },
      ],
    });
  }
  for (const { label, icon, hits: rows } of hits ? hitGroups(hits) : []) {
    const entries = rows.map(({ id, title, subtitle, badge, target }) => ({
      ...{ id: `${label} ${id}`, icon, title, subtitle, badge },
      run: target && (() => void navigate(target)),
    }));
    groups.push({ label, entries });
  }
  if (commands.length > 0) groups.push({ label: words.app.commands, entries: commands });
  return { groups, remark: hits?.remark, busy: found.isFetching || asked !== typed };
}

/** Everything the person can do from here by name. */
function useCommands(): (Entry & { also?: string })[] {
  const may = useMay();
  const navigate = useNavigate();
  const logOut = useLogOut();
  const places = navigation
    .flatMap((group) => group.places)
    .filter((place) => !place.permission || may(place.permission))
    .map(({ to, label, icon, also }) => ({ id: to, title: label, icon, also, run: () => void navigate({ to }) }));
  return [...places, { id: 'log-out', title: words.app.logOut, icon: IconLogout, run: logOut }];
}

/** Every word that was typed begins a word of the text. */
function fits(text: string, typed: string): boolean {
  const parts = text.toLowerCase().split(/\W+/);
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => parts.some((part) => part.startsWith(word)));
}
