import { parseArgs } from 'node:util';
import { type SimulationOptions, simulatedDrivers, startSimulatedAnalyzer } from './analyzer.ts';
import { type Fault, faults, isFault } from './faults.ts';

const help = `Plays an analyzer that is cabled to a laboratory.

  --driver <name>     ${simulatedDrivers.join(' or ')} (required)
  --port <number>     the laboratory's port, or with --listen its own (required)
  --host <address>    the laboratory's address; 127.0.0.1 unless told
  --listen            wait to be called instead of calling
  --sample <id>       measure this sample; may be given more than once. Without it the
                      analyzer asks the laboratory what is to be measured
  --every <ms>        pause between samples or questions; 5000 unless told
  --once              send each --sample once, without asking, and end
  --fault <name>      ${faults.join(', ')}
  --seed <number>     other values for the same samples
  --help              this text
`;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function refuse(problem: string): never {
  process.stderr.write(`${problem}\n\n${help}`);
  process.exit(2);
}

function wholeNumber(text: string, name: string, from: number, to: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < from || number > to) {
    refuse(`--${name} must be a whole number from ${from} to ${to}; "${text}" is none.`);
  }
  return number;
}

function faultNamed(name: string | undefined): Fault | undefined {
  if (name === undefined) return undefined;
  return isFault(name) ? name : refuse(`There is no fault named "${name}".`);
}

function readOptions(): { options: SimulationOptions; once: boolean } {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse();
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  const { values } = parsed;
  if (values.help) {
    process.stdout.write(help);
    process.exit(0);
  }
  if (values.driver === undefined || !simulatedDrivers.includes(values.driver))
    refuse('--driver is missing or unknown.');
  if (values.port === undefined) refuse('--port is missing.');
  if (values.once && !values.sample) refuse('--once needs at least one --sample.');
  return {
    once: values.once ?? false,
    options: {
      driver: values.driver,
      host: values.host ?? '127.0.0.1',
      port: wholeNumber(values.port, 'port', values.listen ? 0 : 1, 65_535),
      mode: values.listen ? 'server' : 'client',
      accessions: values.sample,
      everyMs: values.once ? undefined : wholeNumber(values.every ?? '5000', 'every', 10, 86_400_000),
      fault: faultNamed(values.fault),
      seed: wholeNumber(values.seed ?? '1', 'seed', 0, 0x7fffffff),
      log: (line) => say(`${values.driver}: ${line}`),
    },
  };
}

function parse() {
  return parseArgs({
    options: {
      driver: { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string' },
      listen: { type: 'boolean' },
      sample: { type: 'string', multiple: true },
      every: { type: 'string' },
      once: { type: 'boolean' },
      fault: { type: 'string' },
      seed: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
}

const { options, once } = readOptions();
const analyzer = await startSimulatedAnalyzer(options);
say(`${options.driver}: ready on port ${analyzer.port}`);

async function end(): Promise<void> {
  await analyzer.stop();
  process.exit(0);
}
process.once('SIGINT', end);
process.once('SIGTERM', end);

if (once) {
  for (const sampleId of options.accessions ?? []) await analyzer.sendFor(sampleId);
  await end();
}
