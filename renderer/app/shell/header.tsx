import { Group, Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import {
  IconCheck,
  IconChevronDown,
  IconKey,
  IconKeyboard,
  IconLogout,
  IconSearch,
  IconSignature,
} from '@tabler/icons-react';
import { useState } from 'react';
import { ChangePassword } from '../../start/change-password.tsx';
import { SetPin } from '../../start/set-pin.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { KeysHint } from '../../ui/keys-hint.tsx';
import { words } from '../../words/index.ts';
import { useMe } from '../me.tsx';
import { useLogOut } from '../session.tsx';
import styles from './header.module.css';

/** Laboratory, search, help and the person. */
export function Header({ onSearch, onHelp }: { onSearch: () => void; onHelp: () => void }) {
  const me = useMe();
  const [changing, setChanging] = useState<'password' | 'pin'>();
  return (
    <div className={styles.header}>
      <div className={styles.lab}>
        <Text fw={600} size="md" className="ellipsis">
          {me.labName}
        </Text>
      </div>
      <UnstyledButton className={styles.search} onClick={onSearch} aria-keyshortcuts="Control+K">
        <IconSearch size={15} stroke={1.6} aria-hidden />
        <span className="ellipsis">{words.app.palette}</span>
        <KeysHint keys="mod+K" />
      </UnstyledButton>
      <Group gap={4} wrap="nowrap" justify="flex-end" className={styles.end}>
        <IconButton label={`${words.app.keysHelp} (?)`} icon={IconKeyboard} onClick={onHelp} />
        <UserMenu name={me.name} onPassword={() => setChanging('password')} onPin={() => setChanging('pin')} />
        <ChangePassword opened={changing === 'password'} onClose={() => setChanging(undefined)} />
        <SetPin opened={changing === 'pin'} onClose={() => setChanging(undefined)} />
      </Group>
    </div>
  );
}

function UserMenu({ name, onPassword, onPin }: { name: string; onPassword: () => void; onPin: () => void }) {
  const logOut = useLogOut();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const themes = [
    ['light', words.app.themeLight],
    ['dark', words.app.themeDark],
    ['auto', words.app.themeAuto],
  ] as const;
  return (
    <Menu position="bottom-end" width={190}>
      <Menu.Target>
        <UnstyledButton className={styles.user} aria-label={words.app.userMenu(name)}>
          <span className="ellipsis">{name}</span>
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{words.app.theme}</Menu.Label>
        {themes.map(([scheme, label]) => (
          <Menu.Item
            key={scheme}
            role="menuitemradio"
            aria-checked={scheme === colorScheme}
            leftSection={<IconCheck size={15} visibility={scheme === colorScheme ? undefined : 'hidden'} aria-hidden />}
            onClick={() => setColorScheme(scheme)}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconKey size={15} aria-hidden />} onClick={onPassword}>
          {words.password.title}
        </Menu.Item>
        <Menu.Item leftSection={<IconSignature size={15} aria-hidden />} onClick={onPin}>
          {words.pin.title}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={15} aria-hidden />} onClick={logOut}>
          {words.app.logOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
