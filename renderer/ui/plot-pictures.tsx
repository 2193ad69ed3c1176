import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';

/** The outline of a series as a small picture; its numbers are in the chart beside or behind it. */
export function CurvePicture({ values, width, height }: { values: readonly number[]; width: number; height: number }) {
  const most = Math.max(...values, 1e-9);
  const step = width / Math.max(1, values.length - 1);
  const points = values.map((value, index) => {
    return `${(index * step).toFixed(1)},${(height - (value / most) * (height - 2)).toFixed(1)}`;
  });
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden>
      <polygon points={`0,${height} ${points.join(' ')} ${width},${height}`} fill="var(--tone-info)" opacity={0.35} />
      <polyline points={points.join(' ')} fill="none" stroke="var(--tone-info)" strokeWidth={1.2} />
    </svg>
  );
}

/** Told apart on light and dark ground; more populations than these begin again. */
const colours = {
  light: ['#0b7285', '#c92a2a', '#2b8a3e', '#862e9c', '#e67700', '#364fc7'],
  dark: ['#66d9e8', '#ff8787', '#8ce99a', '#e599f7', '#ffd43b', '#91a7ff'],
} as const;

interface CloudProps {
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Which population a point belongs to. */
  readonly groups?: readonly number[] | undefined;
  /** Ends of the axes: x from, x to, y from, y to. */
  readonly axes: readonly [number, number, number, number];
  /** Pixels. */
  readonly side: number;
}

/** Points as an instrument measured them, a pixel or two each. */
export function CloudPicture({ x, y, groups, axes, side }: CloudProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const [fromX, toX, fromY, toY] = axes;
    const scale = (value: number, from: number, to: number) => ((value - from) / (to - from || 1)) * (side - 1);
    const known = [...new Set(groups)];
    const colourOf = new Map(known.map((group, index) => [group, colours[scheme][index % colours[scheme].length]]));
    const dot = side > 200 ? 1.6 : 1;
    context.clearRect(0, 0, side, side);
    x.forEach((value, index) => {
      context.fillStyle = colourOf.get(groups?.[index] ?? -1) ?? colours[scheme][0];
      context.fillRect(scale(value, fromX, toX), side - 1 - scale(y[index] ?? 0, fromY, toY), dot, dot);
    });
  }, [x, y, groups, axes, side, scheme]);
  return <canvas ref={canvas} width={side} height={side} aria-hidden />;
}
