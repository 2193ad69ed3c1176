import { useDebouncedCallback } from '@mantine/hooks';
import { type ChangeEvent, useEffect, useRef, useState } from 'react';

const pauseMs = 120;

/**
 * A search field whose text lives in the address: typed at once, in the address a moment later, followed when the address
 * changes by itself (Back). `const field = useSearchText(text, route.useNavigate()); <TextInput {...field.props} />`
 */
export function useSearchText(
  text: string | undefined,
  navigate: (to: { search: (previous: Record<string, unknown>) => never; replace: true }) => unknown,
) {
  const [typed, setTyped] = useState(text ?? '');
  const input = useRef<HTMLInputElement>(null);
  const shown = useRef(text ?? '');
  const write = useDebouncedCallback((next: string) => {
    shown.current = next.trim();
    // Every screen that uses this has a search parameter `text`; the router's types cannot say so of all of them at once.
    navigate({ search: (previous) => ({ ...previous, text: next.trim() || undefined }) as never, replace: true });
  }, pauseMs);

  useEffect(() => {
    if ((text ?? '') === shown.current) return;
    shown.current = text ?? '';
    setTyped(text ?? '');
  }, [text]);

  return {
    props: {
      ref: input,
      type: 'search',
      value: typed,
      onChange: ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
        setTyped(currentTarget.value);
        write(currentTarget.value);
      },
    },
    focus: () => input.current?.focus(),
  };
}
