import { Code } from '@mantine/core';

const names: Readonly<Record<number, string>> = {
  2: 'STX',
  3: 'ETX',
  4: 'EOT',
  5: 'ENQ',
  6: 'ACK',
  10: 'LF',
  11: 'VT',
  13: 'CR',
  21: 'NAK',
  23: 'ETB',
  28: 'FS',
  29: 'GS',
  30: 'RS',
};

/** Analyzer bytes, one character a byte, with control characters named; a line ends behind each CR. */
export function nameControls(text: string): string {
  let shown = '';
  for (const character of text) {
    const code = character.charCodeAt(0);
    const isControl = code < 0x20 || code === 0x7f;
    shown += isControl ? `<${names[code] ?? `0x${code.toString(16).padStart(2, '0')}`}>` : character;
    if (code === 0x0d) shown += '\n';
  }
  return shown;
}

/** A raw message; the part from `start` to `end` stands out. */
export function RawText({ text, highlight }: { text: string; highlight?: { start: number; end: number } }) {
  const { start, end } = highlight ?? { start: 0, end: 0 };
  return (
    <Code block mah="50vh" style={{ overflow: 'auto', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
      {nameControls(text.slice(0, start))}
      {end > start && <mark>{nameControls(text.slice(start, end))}</mark>}
      {nameControls(text.slice(end))}
    </Code>
  );
}
