import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';

/** Bars of one series; labels stand below them, of one line or two. The numbers are in the table beside it, so screen readers pass it over. */
export function BarChart({
  labels,
  values,
  format,
  height = 180,
}: {
  labels: readonly string[];
  values: readonly number[];
  /** A value as the axis writes it. */
  format: (value: number) => string;
  /** Pixels. */
  height?: number;
}) {
  const { ref: outer, width } = useElementSize<HTMLDivElement>();
  const inner = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const node = inner.current;
    if (!node || width === 0 || values.length === 0) return;
    const style = getComputedStyle(node);
    const ink = style.getPropertyValue('--mantine-color-dimmed');
    const accent = style.getPropertyValue(`--mantine-color-accent-${scheme === 'dark' ? 4 : 7}`);
    const grid = { stroke: style.getPropertyValue('--line'), width: 1 };
    const every = Math.ceil(values.length / Math.max(1, Math.floor(width / 90)));
    const most = Math.max(10, Math.floor((width * every) / values.length / 7.5));
    const short = (label: string) => (label.length > most ? `${label.slice(0, most - 1)}…` : label);
    const lines = (label = '') => label.split('\n').map(short).join('\n');
    const chart = new uPlot(
      {
        width,
        height,
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { time: false, range: [-0.6, values.length - 0.4] },
          y: { range: (_, __, most) => [0, most * 1.08 || 1] },
        },
        axes: [
          {
            stroke: ink,
            grid: { show: false },
            size: labels.some((label) => label.includes('\n')) ? 44 : 28,
            splits: () => values.map((_, index) => index),
            values: (_, at) => at.map((index) => (index % every === 0 ? lines(labels[index]) : '')),
          },
          { stroke: ink, grid, size: 80, space: 24, values: (_, at) => at.map(format) },
        ],
        series: [
          {},
          {
            fill: accent,
            stroke: accent,
            points: { show: false },
            paths: uPlot.paths.bars?.({ size: [0.7, 48] }),
          },
        ],
      },
      [values.map((_, index) => index), [...values]],
      node,
    );
    return () => chart.destroy();
  }, [width, height, scheme, labels, values, format]);
  return (
    <div ref={outer} aria-hidden style={{ minBlockSize: height }}>
      <div ref={inner} />
    </div>
  );
}
