import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { differentName, openPatientsLab, send } from './patients-lab.ts';

describe('an import that a crash interrupts', () => {
  it('goes on by itself at the next start, and nobody is registered twice', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aliquot-import-'));
    try {
      const first = await openPatientsLab({ folder });
      const { api: firstApi } = first.as();
      const lines = Array.from({ length: 800 }, (_, index) => `Crash ${differentName(index)},F,${1930 + (index % 90)}`);
      const bytes = new TextEncoder().encode(`Name,Sex,DOB\n${lines.join('\n')}\n`);
      const { uploadId } = await send(firstApi, bytes, 'crash.csv', 'import');
      const { id } = await firstApi.patientImport.open({ uploadId });
      await first.imports.settled();
      const { settings } = await firstApi.patientImport.get({ id });
      await firstApi.patientImport.check({ id, settings });
      await first.imports.settled();
      await firstApi.patientImport.run({ id });
      await waitFor(() => first.kernel.reads().count('patients', { selector: {} }) > 0);
      // Closing leaves the import as a crash does: its table says that it is running.
      await first.dispose();

      const second = await openPatientsLab({ folder });
      const some = second.kernel.reads().count('patients', { selector: {} });
      expect(some).toBeGreaterThan(0);
      expect(some).toBeLessThan(800);
      second.imports.start();
      await second.imports.settled();
      expect(second.kernel.reads().count('patients', { selector: {} })).toBe(800);
      const status = await second.as().api.patientImport.get({ id });
      expect(status).toMatchObject({ state: 'done', imported: 800, refused: 0 });
      await second.dispose();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
