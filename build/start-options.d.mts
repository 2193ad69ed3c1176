export interface StartOptions {
  help: boolean;
  demo: boolean;
  headless: boolean;
  /** Absolute. */
  data: string;
  port: number;
}

export const HELP: string;
export function parseStartOptions(argv: string[]): StartOptions | { error: string };
