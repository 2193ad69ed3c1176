import { drivers } from '../../../shared/devices/index.ts';
import { simulatedDrivers, startSimulatedAnalyzer } from './analyzer.ts';
import { type SimulatorTask, simulatorHelp, simulatorTask, WrongArguments } from './arguments.ts';

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(problem: string, code: number): never {
  process.stderr.write(`${problem}\n`);
  process.exit(code);
}

function listDrivers(): void {
  const rows = drivers
    .filter(({ id }) => simulatedDrivers.includes(id))
    .map(({ id, name, format, answer }) => [id, name, format.toUpperCase(), answer ? 'takes orders' : 'sends only']);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  say(rows.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ')).join('\n'));
}

async function run({ options, once, pauseMs, timeZone }: Extract<SimulatorTask, { kind: 'run' }>): Promise<void> {
  // The time of day of everything in this process is the instrument's.
  if (timeZone !== undefined) process.env.TZ = timeZone;
  const { driver, end } = options;
  const log = (line: string) => say(`${driver}: ${line}`);
  const analyzer = await startSimulatedAnalyzer({ ...options, log });
  log(end.kind === 'serial' ? `ready on ${end.path}` : `ready on port ${analyzer.port}`);
  const stop = async () => {
    await analyzer.stop();
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  if (!once) return;
  for (const [index, sampleId] of once.entries()) {
    if (pauseMs > 0 && index > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    await analyzer.sendFor(sampleId);
  }
  await stop();
}

try {
  const task = simulatorTask(process.argv.slice(2));
  if (task.kind === 'help') process.stdout.write(simulatorHelp);
  else if (task.kind === 'list') listDrivers();
  else await run(task);
} catch (error) {
  if (error instanceof WrongArguments) fail(`${error.message}\n\n${simulatorHelp}`, 2);
  fail(error instanceof Error ? error.message : String(error), 1);
}
