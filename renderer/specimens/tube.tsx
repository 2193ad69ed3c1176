import { ColorSwatch, Group } from '@mantine/core';

/** Cap colours as catalogues name them (CLSI GP41 and common use), as they look. */
const capColours: Readonly<Record<string, string>> = {
  lavender: '#9b7fc4',
  purple: '#7a4fb0',
  red: '#c53434',
  gold: '#d9a520',
  yellow: '#e6c229',
  blue: '#7fb2e5',
  green: '#3f9b57',
  grey: '#8d949b',
  gray: '#8d949b',
  black: '#222529',
  pink: '#e58fb1',
  white: '#f4f5f6',
};

/** A container with the colour of its cap, and the department that it is for alone. */
export function Tube({ container, colour, department }: { container: string; colour?: string; department?: string }) {
  const shown = colour && capColours[colour.toLowerCase()];
  return (
    <Group gap={6} wrap="nowrap" miw={0}>
      {shown && <ColorSwatch color={shown} size={11} aria-label={colour} title={colour} style={{ flex: 'none' }} />}
      <span className="ellipsis">{[container, department].filter(Boolean).join(' · ')}</span>
    </Group>
  );
}
