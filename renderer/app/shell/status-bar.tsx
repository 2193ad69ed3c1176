import { Loader, Popover, Text, UnstyledButton } from '@mantine/core';
import { IconDeviceDesktop, IconUser } from '@tabler/icons-react';
import { useSubscription } from '@trpc/tanstack-react-query';
import { type ReactNode, useState } from 'react';
import { Facts } from '../../ui/facts.tsx';
import { LinkText } from '../../ui/link.tsx';
import { StatusDot, type Tone } from '../../ui/status-dot.tsx';
import { Ago, Time } from '../../ui/time.tsx';
import { words } from '../../words/index.ts';
import { type Outputs, useTRPC } from '../api.ts';
import { useMay, useMe } from '../me.tsx';
import { useReconnecting } from '../session.tsx';
import styles from './status-bar.module.css';

type Health = Outputs['system']['health'];

/** The state of everything around the core, quietly; a click tells the cause and the remedy. */
export function StatusBar() {
  const trpc = useTRPC();
  const me = useMe();
  const reconnecting = useReconnecting();
  const { data: health } = useSubscription(trpc.system.onHealth.subscriptionOptions());
  return (
    <div className={styles.bar}>
      {reconnecting && (
        <span className={styles.broken} role="status" title={words.app.reconnectingText}>
          <Loader size={10} aria-hidden />
          {words.app.reconnecting}
        </span>
      )}
      {health && (
        <>
          <HeadOffice state={health.headOffice} />
          {health.devices.length === 0 && (
            <Item tone="off" label={words.status.noDevices} title={words.status.device}>
              <Text size="sm">{words.status.noDevicesText}</Text>
            </Item>
          )}
          {health.devices.map((device) => (
            <Device key={device.id} device={device} />
          ))}
          <Queue queue={health.queue} />
          <Search search={health.search} />
        </>
      )}
      <span className={styles.gap} />
      <span className={styles.plain} title={words.status.user}>
        <IconUser size={13} stroke={1.6} aria-hidden />
        {me.name}
      </span>
      <span className={styles.plain} title={words.session.station}>
        <IconDeviceDesktop size={13} stroke={1.6} aria-hidden />
        {me.stationName}
      </span>
    </div>
  );
}

function HeadOffice({ state }: { state: Health['headOffice'] }) {
  const may = useMay();
  const tones: Record<string, Tone> = {
    off: 'off',
    connecting: 'busy',
    syncing: 'busy',
    offline: 'warn',
    refused: 'error',
    wrongUrl: 'error',
    error: 'error',
  };
  const tone = tones[state.state] ?? 'ok';
  const name = words.status.headOfficeStates[state.state] ?? state.state;
  return (
    <Item
      tone={tone}
      title={words.status.headOffice}
      link={may('sync.read') && <LinkText to="/head-office">{words.status.open}</LinkText>}
      label={
        <>
          {words.status.headOffice}:{' '}
          {state.lastSyncAt && tone === 'ok' ? (
            <>
              {words.status.synced} <Ago at={state.lastSyncAt} />
            </>
          ) : (
            name
          )}
          {state.waiting > 0 ? `, ${words.status.waiting(state.waiting)}` : ''}
        </>
      }
    >
      {state.state === 'off' && <Text size="sm">{words.status.headOfficeOff}</Text>}
      <Facts
        facts={[
          [words.status.state, name],
          [words.status.lastSync, state.lastSyncAt ? <Time key="at" at={state.lastSyncAt} /> : words.status.never],
          [words.status.waitingLabel, state.waiting || undefined],
          [words.status.problem, state.message],
          [words.status.remedy, state.remedy],
        ]}
      />
    </Item>
  );
}

function Device({ device }: { device: Health['devices'][number] }) {
  const may = useMay();
  const tones: Record<string, Tone> = { off: 'off', waiting: 'warn', connected: 'ok', error: 'error' };
  return (
    <Item
      tone={device.held > 0 && device.state === 'connected' ? 'warn' : (tones[device.state] ?? 'off')}
      title={device.name}
      link={
        may('device.read') && (
          <LinkText to="/analyzers/$deviceId" params={{ deviceId: device.id }}>
            {words.status.open}
          </LinkText>
        )
      }
      label={
        <>
          {device.name}
          {device.lastMessageAt && (
            <span className={styles.detail}>
              {' '}
              <Ago at={device.lastMessageAt} />
            </span>
          )}
          {device.held > 0 ? `, ${words.status.held(device.held)}` : ''}
        </>
      }
    >
      <Facts
        facts={[
          [words.status.state, words.status.deviceStates[device.state] ?? device.state],
          [
            words.status.lastMessage,
            device.lastMessageAt ? <Time key="at" at={device.lastMessageAt} /> : words.status.noMessage,
          ],
          [words.status.heldLabel, device.held || undefined],
          [words.status.problem, device.error],
        ]}
      />
    </Item>
  );
}

function Queue({ queue }: { queue: Health['queue'] }) {
  const may = useMay();
  const parts = [
    queue.waiting > 0 ? words.status.waiting(queue.waiting) : undefined,
    queue.failed > 0 ? words.status.failed(queue.failed) : undefined,
  ].filter(Boolean);
  return (
    <Item
      tone={queue.failed > 0 ? 'error' : queue.waiting > 0 ? 'busy' : 'ok'}
      title={words.status.queue}
      link={may('message.read') && <LinkText to="/messages">{words.status.open}</LinkText>}
      label={`${words.status.queue}: ${parts.length > 0 ? parts.join(', ') : words.status.queueIdle}`}
    >
      <Text size="sm" mb={6}>
        {words.status.queueText}
      </Text>
      <Facts
        facts={[
          [words.status.waitingLabel, String(queue.waiting)],
          [words.status.failedLabel, String(queue.failed)],
        ]}
      />
    </Item>
  );
}

function Search({ search }: { search: Health['search'] }) {
  const ready = search.state === 'ready';
  const state = words.status.searchStates[search.state] ?? search.state;
  return (
    <Item
      tone={search.state === 'failed' ? 'error' : ready && search.behind === 0 ? 'ok' : 'busy'}
      title={words.status.search}
      label={`${words.status.search}: ${ready && search.behind > 0 ? words.status.searchBehind(search.behind) : state}`}
    >
      <Facts
        facts={[
          [words.status.state, state],
          [words.status.searchEntries, String(search.entries)],
        ]}
      />
    </Item>
  );
}

interface ItemProps {
  readonly tone: Tone;
  readonly label: ReactNode;
  readonly title: string;
  /** Where the cause can be mended. */
  readonly link?: ReactNode;
  readonly children: ReactNode;
}

function Item({ tone, label, title, link, children }: ItemProps) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover position="top-start" width={300} opened={opened} onChange={setOpened} trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={styles.item} onClick={() => setOpened(!opened)}>
          <StatusDot tone={tone} />
          <span className="ellipsis">{label}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p="sm" aria-label={title}>
        <Text fw={600} mb={6}>
          {title}
        </Text>
        {children}
        {link && (
          // biome-ignore lint/a11y/noStaticElementInteractions: the link inside is what is used
          // biome-ignore lint/a11y/useKeyWithClickEvents: Enter on the link is a click too
          <div className={styles.link} onClick={() => setOpened(false)}>
            {link}
          </div>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
