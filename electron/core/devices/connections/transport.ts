/** One open line to an analyzer, whatever it runs over. */
export interface Line {
  /** Who is at the other end: an address, or the path of a serial port. */
  readonly peer: string;
  write(bytes: Uint8Array): void;
  pause(): void;
  resume(): void;
  close(): void;
}

/** What a transport tells its device. */
export interface LineEvents {
  opened(line: Line): void;
  bytes(line: Line, bytes: Uint8Array): void;
  closed(line: Line, reason: string): void;
  /** A file of a watched folder. Answers, once it is durable, whether it could be read. */
  file(name: string, content: Uint8Array): Promise<'done' | 'failed'>;
  /** The transport waits for the analyzer, or has a trouble that a person can see to. */
  waiting(message: string | undefined): void;
}

/** A connection that keeps itself up until it is closed. */
export interface Transport {
  /** The port a TCP server listens on, once it does. */
  readonly port: number | undefined;
  close(): Promise<void>;
}
