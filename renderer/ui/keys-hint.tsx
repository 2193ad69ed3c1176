import styles from './keys-hint.module.css';

const macKeys = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** The key beside a button or in a text, as keyboards print it: `<KeysHint keys="mod+Enter" />`. */
export function KeysHint({ keys }: { keys: string }) {
  return (
    <kbd aria-hidden className={styles.key}>
      {keyText(keys)}
    </kbd>
  );
}

const arrows: Readonly<Record<string, string>> = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→' };

/** `mod+Enter` as `Ctrl Enter`, on a Mac `⌘ Enter`. */
function keyText(keys: string): string {
  return keys
    .split('+')
    .map((key) => {
      if (key === 'mod') return macKeys ? '⌘' : 'Ctrl';
      const arrow = arrows[key];
      if (arrow) return arrow;
      return key.length === 1 ? key.toUpperCase() : key[0]?.toUpperCase() + key.slice(1);
    })
    .join(' ');
}
