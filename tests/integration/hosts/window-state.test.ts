import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  fitToDisplays,
  loadWindowState,
  nextZoom,
  parseWindowState,
  saveWindowState,
} from '../../../electron/main/window-state.ts';

const FULL_HD = { x: 0, y: 27, width: 1920, height: 1053 };
const SECOND = { x: 1920, y: 0, width: 1280, height: 1024 };

describe('a window’s place', () => {
  test('stays as it was while it fits', () => {
    const bounds = { x: 2000, y: 100, width: 1100, height: 800 };
    expect(fitToDisplays(bounds, [FULL_HD, SECOND])).toEqual(bounds);
  });

  test('is the system’s to choose when its display is gone', () => {
    expect(fitToDisplays({ x: 2000, y: 100, width: 1100, height: 800 }, [FULL_HD])).toBeUndefined();
  });

  test('is the system’s to choose when too little of it could be grabbed', () => {
    expect(fitToDisplays({ x: 1880, y: 100, width: 1100, height: 800 }, [FULL_HD])).toBeUndefined();
  });

  test('is cut to a smaller display, below its task bar', () => {
    const bounds = { x: 100, y: 0, width: 2500, height: 1400 };
    expect(fitToDisplays(bounds, [FULL_HD])).toEqual(FULL_HD);
  });

  test('is always wholly on one display, whatever was stored', () => {
    const number = fc.integer({ min: -5000, max: 5000 });
    const size = fc.integer({ min: 1, max: 5000 });
    fc.assert(
      fc.property(fc.record({ x: number, y: number, width: size, height: size }), (bounds) => {
        const fitted = fitToDisplays(bounds, [FULL_HD, SECOND]);
        if (!fitted) return;
        const inside = [FULL_HD, SECOND].some(
          (area) =>
            fitted.x >= area.x &&
            fitted.y >= area.y &&
            fitted.x + fitted.width <= area.x + area.width &&
            fitted.y + fitted.height <= area.y + area.height,
        );
        expect(inside).toBe(true);
      }),
    );
  });
});

describe('a window’s state file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'aliquot-window-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('gives back what was saved, and leaves no half-written file', () => {
    const file = join(folder, 'profile', 'window.json');
    const state = {
      bounds: { x: -10, y: 5, width: 1000, height: 700 },
      maximized: true,
      fullScreen: false,
      zoom: 1.25,
    };
    saveWindowState(file, state);
    saveWindowState(file, { ...state, zoom: 1.5 });
    expect(loadWindowState(file)).toEqual({ ...state, zoom: 1.5 });
    expect(readdirSync(join(folder, 'profile'))).toEqual(['window.json']);
  });

  test('that is missing or damaged gives the first state', () => {
    const first = { bounds: undefined, maximized: false, fullScreen: false, zoom: 1 };
    const file = join(folder, 'window.json');
    expect(loadWindowState(file)).toEqual(first);
    for (const text of ['', '{"bounds":', 'null', '[]', '"x"']) {
      writeFileSync(file, text);
      expect(loadWindowState(file), text).toEqual(first);
    }
  });

  test('with a wrong part loses that part only', () => {
    const text = JSON.stringify({ bounds: { x: 1, y: 2, width: 'wide', height: 3 }, maximized: true, zoom: 90 });
    expect(parseWindowState(text)).toEqual({ bounds: undefined, maximized: true, fullScreen: false, zoom: 2 });
  });

  test('never gives a state that a window could not have', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const { bounds, zoom } = parseWindowState(text);
        expect(zoom).toBeGreaterThanOrEqual(0.8);
        expect(zoom).toBeLessThanOrEqual(2);
        if (bounds) expect(Object.values(bounds).every(Number.isInteger)).toBe(true);
      }),
    );
  });
});

test('zoom goes by steps from 80 % to 200 % and stays there', () => {
  const up: number[] = [];
  for (let zoom = 0.8, next = nextZoom(zoom, 'in'); next !== zoom; zoom = next, next = nextZoom(zoom, 'in'))
    up.push(next);
  expect(up).toEqual([0.9, 1, 1.1, 1.25, 1.5, 1.75, 2]);
  expect(nextZoom(1.1, 'out')).toBe(1);
  expect(nextZoom(0.8, 'out')).toBe(0.8);
  expect(nextZoom(1.3, 'out')).toBe(1.25);
});
