import { parseArgs } from 'node:util';
import { drivers, isTimeZone } from '../../../shared/devices/index.ts';
import { inventedSample, type SimulationOptions, simulatedDrivers } from './analyzer.ts';
import { faults, isFault } from './faults.ts';
import type { CableEnd } from './wire.ts';

export const simulatorHelp = `Plays an analyzer that is cabled to a laboratory.

  npm run simulate -- --driver sysmex-xn --port 5001
  npm run simulate -- --driver cobas-c311 --serial /dev/ttyUSB0 --rate 30
  npm run simulate -- --driver mindray-bc --port 5002 --samples 20 --fault lost-ack

What it plays
  --driver <name>     one of those that --list names (required)
  --list              the drivers, what each speaks, and whether it asks for orders
  --seed <number>     other values for the same samples; 1 unless told
  --time-zone <name>  the time zone of its clock (Asia/Dubai); this computer's unless told

The cable
  --port <number>     the laboratory's TCP port, or with --listen its own
  --host <address>    the laboratory's address, or with --listen its own; 127.0.0.1 unless told
  --listen            wait to be called instead of calling
  --serial <path>     a serial port or pseudo-terminal instead of TCP
  --baud <number>     speed of the serial port; the instrument's usual one unless told

What it measures
  --sample <id>       measure this sample; may be given more than once. Without samples the analyzer
                      asks the laboratory what is to be measured, or, where it takes no orders,
                      measures samples of its own invention (SIM-000001 and on)
  --samples <number>  so many samples of its own invention, without asking, then end
  --once              send each --sample once, without asking, then end
  --rate <number>     samples or questions a minute; 12 unless told
  --every <ms>        the same as a pause in milliseconds

What goes wrong
  --fault <name>      once for each message: ${faults.slice(0, 4).join(', ')},
                      ${faults.slice(4).join(', ')}

  --help              this text
`;

/** What the command line asks for. */
export type SimulatorTask =
  | { readonly kind: 'help' }
  | { readonly kind: 'list' }
  | {
      readonly kind: 'run';
      readonly options: SimulationOptions;
      /** Of the instrument's clock; absent for this computer's. */
      readonly timeZone?: string | undefined;
      /** Sent once each, then the program ends; absent where the analyzer is left to itself. */
      readonly once?: readonly string[];
      /** Between two of them, in milliseconds. */
      readonly pauseMs: number;
    };

/** A command line that cannot be followed; its message is for whoever typed it. */
export class WrongArguments extends Error {}

function refuse(problem: string): never {
  throw new WrongArguments(problem);
}

function wholeNumber(text: string, name: string, from: number, to: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < from || number > to) {
    refuse(`--${name} must be a whole number from ${from} to ${to}; "${text}" is none.`);
  }
  return number;
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      driver: { type: 'string' },
      list: { type: 'boolean' },
      seed: { type: 'string' },
      'time-zone': { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string' },
      listen: { type: 'boolean' },
      serial: { type: 'string' },
      baud: { type: 'string' },
      sample: { type: 'string', multiple: true },
      samples: { type: 'string' },
      once: { type: 'boolean' },
      rate: { type: 'string' },
      every: { type: 'string' },
      fault: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
}
type Values = ReturnType<typeof parse>['values'];

function valuesOf(args: readonly string[]): Values {
  try {
    return parse(args).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function cableEnd({ port, host = '127.0.0.1', listen, serial, baud }: Values, driver: string): CableEnd {
  if ((port === undefined) === (serial === undefined)) refuse('Give either --port or --serial.');
  if (serial !== undefined) {
    if (listen) refuse('--listen is for --port.');
    const usual = drivers.find(({ id }) => id === driver)?.protocol.serial.baudRate ?? 9600;
    return { kind: 'serial', path: serial, baudRate: baud ? wholeNumber(baud, 'baud', 300, 115_200) : usual };
  }
  return {
    kind: listen ? 'server' : 'client',
    host,
    port: wholeNumber(port ?? '', 'port', listen ? 0 : 1, 65_535),
  };
}

function workList({ samples, sample, once }: Values): readonly string[] | undefined {
  if (samples !== undefined && (sample || once)) refuse('--samples goes with neither --sample nor --once.');
  if (samples !== undefined) {
    const count = wholeNumber(samples, 'samples', 1, 1_000_000);
    return Array.from({ length: count }, (_, index) => inventedSample(index + 1));
  }
  if (once && !sample) refuse('--once needs at least one --sample.');
  return once ? sample : undefined;
}

function zoneOf(name: string | undefined): string | undefined {
  if (name === undefined || isTimeZone(name)) return name;
  return refuse(`There is no time zone named "${name}"; they are called like Asia/Dubai.`);
}

/** Milliseconds between samples; what is sent once goes as fast as it can unless a pace is given. */
function pauseOf({ rate, every }: Values, once: boolean): number {
  if (rate !== undefined && every !== undefined) refuse('Give either --rate or --every.');
  if (rate !== undefined) return Math.round(60_000 / wholeNumber(rate, 'rate', 1, 60_000));
  return every === undefined && once ? 0 : wholeNumber(every ?? '5000', 'every', 1, 86_400_000);
}

/** Reads a command line (without the program's name). Throws `WrongArguments`. */
export function simulatorTask(args: readonly string[]): SimulatorTask {
  const values = valuesOf(args);
  if (values.help) return { kind: 'help' };
  if (values.list) return { kind: 'list' };
  const { driver = '', fault } = values;
  if (!simulatedDrivers.includes(driver)) refuse('--driver is missing or unknown; --list names them.');
  if (fault !== undefined && !isFault(fault)) refuse(`There is no fault named "${fault}".`);
  const once = workList(values);
  const pauseMs = pauseOf(values, once !== undefined);
  return {
    kind: 'run',
    once,
    pauseMs,
    timeZone: zoneOf(values['time-zone']),
    options: {
      driver,
      end: cableEnd(values, driver),
      accessions: values.sample,
      everyMs: once ? undefined : pauseMs,
      fault: fault !== undefined && isFault(fault) ? fault : undefined,
      seed: wholeNumber(values.seed ?? '1', 'seed', 0, 0x7fffffff),
    },
  };
}
