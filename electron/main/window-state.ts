import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A rectangle of the desktop, in device-independent pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How the window was left. */
export interface WindowState {
  /** Undefined until a person has placed the window: the system chooses. */
  readonly bounds: Rectangle | undefined;
  readonly maximized: boolean;
  readonly fullScreen: boolean;
  /** 0.8 to 2. */
  readonly zoom: number;
}

export const SMALLEST_WINDOW = { width: 960, height: 600 } as const;
const FIRST_STATE: WindowState = { bounds: undefined, maximized: false, fullScreen: false, zoom: 1 };
/** So much of the window must be on a display that a person can take hold of it, pixels. */
const GRIP = { width: 120, height: 60 } as const;

/** Zoom factors of the menu, 80 % to 200 %. */
const ZOOM_STEPS = [0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2] as const;

/** The zoom factor nearest to the one asked for that is allowed. */
export function clampZoom(factor: number): number {
  return Number.isFinite(factor) ? Math.min(2, Math.max(0.8, factor)) : 1;
}

/** The next larger or smaller zoom factor of the menu; the same at either end. */
export function nextZoom(current: number, direction: 'in' | 'out'): number {
  const epsilon = 0.001;
  const next =
    direction === 'in'
      ? ZOOM_STEPS.find((step) => step > current + epsilon)
      : ZOOM_STEPS.findLast((step) => step < current - epsilon);
  return next ?? clampZoom(current);
}

/** Reads a state file's text. Anything wrong in it costs that part only. */
export function parseWindowState(text: string): WindowState {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    return FIRST_STATE;
  }
  if (stored === null || typeof stored !== 'object') return FIRST_STATE;
  const { bounds, maximized, fullScreen, zoom } = stored as Record<string, unknown>;
  return {
    bounds: parseBounds(bounds),
    maximized: maximized === true,
    fullScreen: fullScreen === true,
    zoom: typeof zoom === 'number' ? clampZoom(zoom) : 1,
  };
}

function parseBounds(value: unknown): Rectangle | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const { x, y, width, height } = value as Record<string, unknown>;
  if (!isInteger(x) || !isInteger(y) || !isInteger(width) || !isInteger(height)) return undefined;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(value as number) < 100_000;
}

/**
 * Fits bounds to the displays there are now: displays are unplugged and resolutions change.
 * @param workAreas the displays without task bars, the primary one first
 * @returns bounds that can be seen and taken hold of; undefined when the old place is gone, so that the system chooses
 */
export function fitToDisplays(bounds: Rectangle | undefined, workAreas: readonly Rectangle[]): Rectangle | undefined {
  if (!bounds) return undefined;
  const area = workAreas.find((candidate) => {
    const overlap = intersection(bounds, candidate);
    return overlap.width >= GRIP.width && overlap.height >= GRIP.height;
  });
  if (!area) return undefined;
  const width = Math.min(Math.max(bounds.width, SMALLEST_WINDOW.width), area.width);
  const height = Math.min(Math.max(bounds.height, SMALLEST_WINDOW.height), area.height);
  return {
    x: between(bounds.x, area.x, area.x + area.width - width),
    y: between(bounds.y, area.y, area.y + area.height - height),
    width,
    height,
  };
}

function intersection(a: Rectangle, b: Rectangle): { width: number; height: number } {
  return {
    width: Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x),
    height: Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y),
  };
}

function between(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}

/** The state kept in a file; the first state when there is none. */
export function loadWindowState(file: string): WindowState {
  try {
    return parseWindowState(readFileSync(file, 'utf8'));
  } catch {
    return FIRST_STATE;
  }
}

/** Replaces the state file whole, so that a crash leaves the old or the new one. */
export function saveWindowState(file: string, state: WindowState): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}
