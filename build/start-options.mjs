import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What the core listens on when it runs headless, unless told otherwise. */
const DEFAULT_PORT = 4710;

export const HELP = `Aliquot, an offline-first laboratory workstation

  npm start -- [options]

  --demo            open the demo lab: patients, tests and two simulated analyzers that keep sending
  --data <folder>   keep the laboratory's data there (default ~/.aliquot, with --demo ~/.aliquot-demo)
  --headless        no window: serve the screens to a browser on this computer
  --port <n>        the port of a headless start (default ${DEFAULT_PORT})
  --help            this text

Without --headless a window opens where Electron is available; elsewhere the start is headless and says so.
Ctrl+C stops it.`;

/**
 * Reads the start script's command line.
 * @param {string[]} argv without node and the script
 * @returns {{ help: boolean, demo: boolean, headless: boolean, data: string, port: number } | { error: string }}
 */
export function parseStartOptions(argv) {
  /** @type {{ help?: boolean, demo?: boolean, headless?: boolean, data?: string, port?: string }} */
  let values;
  try {
    ({ values } = parseArgs({
      args: argv,
      options: {
        help: { type: 'boolean', short: 'h' },
        demo: { type: 'boolean' },
        headless: { type: 'boolean' },
        data: { type: 'string' },
        port: { type: 'string' },
      },
    }));
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
  const port = values.port === undefined ? DEFAULT_PORT : Number(values.port);
  if (values.port?.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
    return { error: `--port takes a number from 0 to 65535, not "${values.port}"` };
  }
  if (values.data === '') return { error: '--data takes a folder' };
  const demo = values.demo ?? false;
  return {
    help: values.help ?? false,
    demo,
    headless: values.headless ?? false,
    data: resolve(
      process.env.INIT_CWD ?? process.cwd(),
      values.data ?? join(homedir(), demo ? '.aliquot-demo' : '.aliquot'),
    ),
    port,
  };
}
