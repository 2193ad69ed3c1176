import { expect, it } from 'vitest';
import { createSetupRouter } from '../../../electron/core/setup/index.ts';
import { loggedInAs } from '../../support/api-context.ts';
import { openTestKernel } from '../../support/test-kernel.ts';

it('a station that has given no number yet may choose another prefix', async () => {
  const fresh = await openTestKernel({ prefix: 'A' });
  const services = {
    createDemo: undefined,
    addStarterCatalogue: () => undefined,
    afterCreation: async () => undefined,
  };
  const api = createSetupRouter(services).createCaller(loggedInAs(fresh, ['setup.read', 'setup.update']));
  const { station, prefixInUse } = await api.station();
  expect(prefixInUse).toBe(false);
  await api.updateStation({ rev: station._rev, name: station.name, prefix: 'B7' });
  expect(fresh.kernel.station().prefix).toBe('B7');
  fresh.kernel.change(fresh.session, (work) => work.nextNumber('patient'));
  expect((await api.station()).prefixInUse).toBe(true);
  await fresh.dispose();
});
