import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** @type {NodeJS.Signals[]} */
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program in this one's place: same terminal, signals passed on.
 * @param {string} path
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ code: number, asked: boolean }>} the exit code as a shell gives it, and whether a signal to us
 *   asked for the end
 */
export function runChild(path, args, env) {
  return new Promise((resolve) => {
    let asked = false;
    /** @param {NodeJS.Signals} signal */
    const passOn = (signal) => {
      asked = true;
      // Ctrl+C in a terminal reaches the child by itself; a second one would cut its orderly end short.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    // Before there is a child: a signal in between would end this program alone and leave the child behind.
    for (const signal of PASSED_ON) process.on(signal, passOn);
    const child = spawn(path, args, { stdio: 'inherit', env });
    /** @param {number} code */
    const end = (code) => {
      for (const signal of PASSED_ON) process.off(signal, passOn);
      resolve({ code, asked });
    };
    child.once('error', (error) => {
      console.error(`${path} could not be started: ${error.message}`);
      end(127);
    });
    child.once('exit', (code, signal) => end(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}
