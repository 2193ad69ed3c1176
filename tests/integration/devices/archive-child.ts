import { openDemoDevices } from '../../support/demo-devices.ts';

/** Archives old messages on a folder and is killed, as by a cut of power, when they are in the archive and still in the journal. */
const [folder = '', days = '0'] = process.argv.slice(2);
const ahead = Number(days) * 24 * 60 * 60 * 1000;
const lab = await openDemoDevices(folder, { now: () => Date.now() + ahead });
const { engine } = lab.kernel.database;
const commit = engine.commit.bind(engine);
engine.commit = (body) =>
  commit((transaction) => {
    const purge = () => process.kill(process.pid, 'SIGKILL');
    return body({ ...transaction, purge });
  });
await lab.service.retention.run();
