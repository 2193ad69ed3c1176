import { useInterval } from '@mantine/hooks';
import { useState } from 'react';
import { useFormat } from '../app/me.tsx';

/** An instant in the lab's time zone: the hour today, otherwise the day too. The whole of it is in the tooltip. */
export function Time({ at }: { at: string }) {
  const format = useFormat();
  return (
    <time dateTime={at} title={format.dateTime(at)}>
      {format.recent(at)}
    </time>
  );
}

/** How long ago an instant was, kept right while it is on the screen. */
export function Ago({ at }: { at: string }) {
  const format = useFormat();
  const [now, setNow] = useState(Date.now);
  useInterval(() => setNow(Date.now()), 15_000, { autoInvoke: true });
  return (
    <time dateTime={at} title={format.dateTime(at)}>
      {format.ago(at, Math.max(now, Date.parse(at)))}
    </time>
  );
}
