import { AppShell, UnstyledButton } from '@mantine/core';
import { useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { parseAccession } from '../../../shared/specimens/accession.ts';
import { words } from '../../words/index.ts';
import { useKeys } from '../keys.tsx';
import { useLiveChanges } from '../live.ts';
import { usePreloadedScreens } from '../preload.ts';
import { useScanner } from '../scan.ts';
import { Header } from './header.tsx';
import { KeysHelp } from './keys-help.tsx';
import { Navigation } from './nav.tsx';
import { Palette } from './palette.tsx';
import styles from './shell.module.css';
import { StatusBar } from './status-bar.tsx';

/** The frame of every screen: navigation, header with the palette, status bar; live changes; a scan anywhere. */
export function Shell() {
  const navigate = useNavigate();
  const [wordsShown, setWordsShown] = useLocalStorage({ key: 'aliquot.navigation', defaultValue: true });
  const roomy = useMediaQuery('(min-width: 62em)', true, { getInitialValueInEffect: false });
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const expanded = wordsShown && roomy;

  useLiveChanges();
  usePreloadedScreens();
  useScanner((code) => {
    const read = parseAccession(code);
    void navigate({
      to: '/specimens/$accession',
      params: { accession: 'accession' in read ? read.accession.text : code },
    });
  });
  useKeys(words.keys.everywhere, [
    { keys: 'mod+K', label: words.keys.palette, run: () => setPalette(true) },
    { keys: '?', label: words.keys.help, run: () => setHelp(true) },
  ]);

  return (
    <AppShell
      header={{ height: 44 }}
      navbar={{ width: expanded ? 176 : 48, breakpoint: 0 }}
      footer={{ height: 26 }}
      transitionDuration={0}
      withBorder
    >
      <UnstyledButton className={styles.skip} onClick={() => document.getElementById('content')?.focus()}>
        {words.app.skip}
      </UnstyledButton>
      <AppShell.Header className={styles.header}>
        <Header onSearch={() => setPalette(true)} onHelp={() => setHelp(true)} />
      </AppShell.Header>
      <AppShell.Navbar className={styles.nav} aria-label={words.nav.label}>
        <Navigation expanded={expanded} canExpand={roomy ?? true} onToggle={() => setWordsShown(!wordsShown)} />
      </AppShell.Navbar>
      <AppShell.Main className={styles.main} id="content" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
      <AppShell.Footer className={styles.status} aria-label={words.status.label}>
        <StatusBar />
      </AppShell.Footer>
      <Palette opened={palette} onClose={() => setPalette(false)} />
      <KeysHelp opened={help} onClose={() => setHelp(false)} />
    </AppShell>
  );
}
