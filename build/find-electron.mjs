import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How long the place that Electron comes from may take to answer, ms. */
const PROBE_MS = 3_000;
/** How long the download may take, ms. A start without a window is better than a start that waits. */
const DOWNLOAD_MS = 180_000;

/** @typedef {{ path: string } | { reason: string }} Found */

/**
 * Electron's binary, or in a few words why there is none. Downloads it once where that is possible in bounded time.
 * @param {string} root the repository
 * @param {string} node the Node to run Electron's installer with
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} say
 * @returns {Promise<Found>}
 */
export async function findElectron(root, node, env, say) {
  if (process.platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return { reason: 'there is no display' };
  if (env.ELECTRON_OVERRIDE_DIST_PATH) return overridden(env.ELECTRON_OVERRIDE_DIST_PATH, env);
  const folder = join(root, 'node_modules', 'electron');
  if (!existsSync(join(folder, 'install.js'))) {
    return { reason: 'its package is not installed (development dependencies were left out)' };
  }
  return installed(folder) ?? (await download(folder, node, env, say));
}

/**
 * A runtime that somebody else provided: any version may lie there.
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 * @returns {Found}
 */
function overridden(folder, env) {
  const name = { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' }[String(process.platform)];
  const path = join(folder, name ?? 'electron');
  if (!existsSync(path)) return { reason: `ELECTRON_OVERRIDE_DIST_PATH holds none: ${path}` };
  const script = "process.stdout.write(process.versions.electron+' '+require('node:module').isBuiltin('node:sqlite'))";
  const asked = spawnSync(path, ['-e', script], {
    env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
    encoding: 'utf8',
    timeout: 10_000,
  });
  const [version, hasSqlite] = (asked.stdout ?? '').trim().split(' ');
  if (asked.status !== 0 || !version) return { reason: `${path} does not start` };
  if (hasSqlite !== 'true') return { reason: `Electron ${version} is too old: it has no node:sqlite` };
  return { path };
}

/**
 * The binary that the electron package downloaded before.
 * @param {string} folder node_modules/electron
 * @returns {{ path: string } | undefined}
 */
function installed(folder) {
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const path = join(folder, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(path) ? { path } : undefined;
}

/**
 * @param {string} folder node_modules/electron
 * @param {string} node
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} say
 * @returns {Promise<Found>}
 */
async function download(folder, node, env, say) {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const unreachable = await whyUnreachable(version, env);
  if (unreachable) return { reason: unreachable };
  say(`Downloading Electron ${version}, once (about 110 MB)…`);
  const outcome = await runInstaller(folder, node, env);
  return installed(folder) ?? { reason: `its download ${outcome}` };
}

/**
 * Asks the place that Electron comes from whether it is there. Behind a proxy only the installer can tell.
 * @param {string} version
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | undefined>} why not
 */
async function whyUnreachable(version, env) {
  if (env.HTTPS_PROXY || env.https_proxy || env.ALL_PROXY || env.all_proxy) return undefined;
  const mirror =
    env.ELECTRON_MIRROR ?? env.npm_config_electron_mirror ?? 'https://github.com/electron/electron/releases/download/';
  const address = new URL(`v${version}/SHASUMS256.txt`, mirror.endsWith('/') ? mirror : `${mirror}/`);
  try {
    const answer = await fetch(address, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(PROBE_MS) });
    return answer.status < 400 ? undefined : `${address.host} answers ${answer.status}`;
  } catch {
    return `it has not been downloaded yet and ${address.host} cannot be reached`;
  }
}

/**
 * @param {string} folder
 * @param {string} node
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} how it ended, in words
 */
function runInstaller(folder, node, env) {
  return new Promise((resolve) => {
    const child = spawn(node, [join(folder, 'install.js')], { stdio: ['ignore', 'ignore', 'inherit'], env });
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      resolve(`took longer than ${DOWNLOAD_MS / 60_000} minutes`);
    }, DOWNLOAD_MS);
    child.once('error', (error) => resolve(`failed: ${error.message}`));
    child.once('exit', () => {
      clearTimeout(late);
      resolve('failed');
    });
  });
}
