import { join } from 'node:path';
import { type UtilityProcess, utilityProcess } from 'electron';
import type { ToCore } from './core-messages.ts';

/** What the core may have started beside it: the demo's simulated analyzers, head office and mail server. */
const HELPERS: ReadonlySet<string> = new Set(['simulator', 'head-office', 'mail-sink']);
/** A line longer than this is cut: a helper's chatter must not fill main's memory. */
const LONGEST_LINE = 4_000;

/**
 * Runs the core's helper processes. The core cannot: its own executable is Electron's, which the shipped app forbids to
 * run as plain Node. What a helper prints goes to the core line by line, and its end too.
 */
export class HelperProcesses {
  private readonly nodeFolder: string;
  private readonly toCore: (message: ToCore) => void;
  private readonly running = new Map<number, UtilityProcess>();

  /** @param nodeFolder absolute folder of the node bundles */
  constructor(nodeFolder: string, toCore: (message: ToCore) => void) {
    this.nodeFolder = nodeFolder;
    this.toCore = toCore;
  }

  /** Starts `<name>.js`. An unknown name or an id in use is answered as a helper that exited at once. */
  start(id: number, name: string, args: readonly string[]): void {
    if (!HELPERS.has(name) || this.running.has(id)) {
      this.toCore({ type: 'helper-exited', id, code: -1 });
      return;
    }
    const child = utilityProcess.fork(join(this.nodeFolder, `${name}.js`), [...args], {
      serviceName: `Aliquot ${name}`,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.running.set(id, child);
    let rest = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = (lines.pop() ?? '').slice(0, LONGEST_LINE);
      if (this.running.get(id) !== child) return;
      for (const line of lines) this.toCore({ type: 'helper-line', id, line: line.slice(0, LONGEST_LINE) });
    });
    child.on('exit', (code) => {
      if (this.running.get(id) !== child) return;
      this.running.delete(id);
      this.toCore({ type: 'helper-exited', id, code });
    });
  }

  stop(id: number): void {
    this.running.get(id)?.kill();
  }

  /** The core is gone: nobody is left to use them, and the next core starts its own. */
  stopAll(): void {
    for (const child of this.running.values()) child.kill();
    this.running.clear();
  }
}
