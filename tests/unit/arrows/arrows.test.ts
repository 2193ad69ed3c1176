import { describe, expect, it } from 'vitest';
import { arrows, brokenRules } from '../../../build/arrows.ts';

describe('the direction of imports', () => {
  it('is kept by every source of the project', () => {
    const all = arrows();
    expect(all.length).toBeGreaterThan(500);
    expect(brokenRules(all)).toEqual([]);
  });

  it.each([
    ['shared/patients/age.ts', 'node:fs', false],
    ['shared/patients/age.ts', 'electron/core/kernel/index.ts', true],
    ['renderer/patients/x.tsx', 'electron/core/router.ts', true],
    ['renderer/app/api.ts', 'electron/core/router.ts', false],
    ['electron/core/lab.ts', 'electron', false],
    ['electron/main/main.ts', 'electron/core/lab.ts', false],
    ['electron/core/kernel/kernel.ts', 'electron/core/patients/index.ts', false],
    ['electron/core/patients/register.ts', 'electron/core/setup/queries.ts', false],
  ])('%s may not import %s', (from, to, typeOnly) => {
    expect(brokenRules([{ from, to, typeOnly }])).not.toEqual([]);
  });

  it('finds rings among domains', () => {
    const ring = [
      { from: 'electron/core/patients/a.ts', to: 'electron/core/billing/index.ts', typeOnly: false },
      { from: 'electron/core/billing/b.ts', to: 'electron/core/patients/index.ts', typeOnly: false },
    ];
    expect(brokenRules(ring)).toEqual([expect.stringContaining('no-rings')]);
  });
});
