import { Group, Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconChevronDown, IconKey, IconKeyboard, IconLogout, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { ChangePassword } from '../../start/change-password.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { KeysHint } from '../../ui/keys-hint.tsx';
import { words } from '../../words/index.ts';
import { useMe } from '../me.tsx';
import { useLogOut } from '../session.tsx';
import styles from './header.module.css';

/** Laboratory, search, help and the person. */
export function Header({ onSearch, onHelp }: { onSearch: () => void; onHelp: () => void }) {
  const me = useMe();
  const [changingPassword, setChangingPassword] = useState(false);
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
        <UserMenu name={me.name} onPassword={() => setChangingPassword(true)} />
        <ChangePassword opened={changingPassword} onClose={() => setChangingPassword(false)} />
      </Group>
    </div>
  );
}

function UserMenu({ name, onPassword }: { name: string; onPassword: () => void }) {
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
        <Menu.Item leftSection={<IconLogout size={15} aria-hidden />} onClick={logOut}>
          {words.app.logOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
