/** The states of replication in which a person is told something. */
export type TroubleState = 'offline' | 'refused' | 'wrongUrl' | 'error';

/** Why head office could not do what was asked, in words, with the remedy. */
export class HeadOfficeError extends Error {
  readonly state: TroubleState;
  readonly remedy: string;
  /** The HTTP status, when there was an answer. */
  readonly status: number | undefined;

  constructor(state: TroubleState, message: string, remedy: string, status?: number) {
    super(message);
    this.name = 'HeadOfficeError';
    this.state = state;
    this.remedy = remedy;
    this.status = status;
  }
}

/** Nothing was heard for longer than a question may take. Whether head office is gone or only this answer is late, another question tells. */
export class HeadOfficeSilence extends HeadOfficeError {
  constructor(milliseconds: number) {
    super(
      'offline',
      `Head office did not answer in time (nothing was heard for ${seconds(milliseconds)}).`,
      keepsWorking,
    );
    this.name = 'HeadOfficeSilence';
  }

  /** What it means where head office answers other questions. */
  asTrouble(what: string): HeadOfficeError {
    const message = `Head office is there, but does not answer in time when asked to ${what}.`;
    return new HeadOfficeError('error', message, triedAgain);
  }
}

const seconds = (milliseconds: number) => `${Number((milliseconds / 1000).toPrecision(2))} s`;
const triedAgain = 'It is tried again by itself. If it stays, head office has to look at its server.';
const keepsWorking = 'Go on working: what you enter is replicated when head office is there again.';
const checkAddress = 'Check the address of head office, its port, and the network.';
const checkCertificate = 'Head office needs a valid certificate for its name, or the clock of this computer is wrong.';

const networkWords: Readonly<Record<string, readonly [message: string, remedy: string]>> = {
  ECONNREFUSED: ['Head office does not answer on this port (connection refused).', keepsWorking],
  ECONNRESET: ['Head office broke off the connection.', keepsWorking],
  UND_ERR_SOCKET: ['Head office broke off the connection.', keepsWorking],
  EPIPE: ['Head office broke off the connection.', keepsWorking],
  ENOTFOUND: ['Head office is not found under this name.', checkAddress],
  EAI_AGAIN: ['Head office is not found: no network, or no name service.', keepsWorking],
  EHOSTUNREACH: ['There is no way to head office: no network.', keepsWorking],
  ENETUNREACH: ['There is no way to head office: no network.', keepsWorking],
  ETIMEDOUT: ['Head office did not answer in time.', keepsWorking],
  UND_ERR_CONNECT_TIMEOUT: ['Head office did not answer in time.', keepsWorking],
};

/** Errors of the secure connection: head office is there, but it cannot be trusted. */
const certificateWords: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'The certificate of head office has expired.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate of head office is self-signed.',
  SELF_SIGNED_CERT_IN_CHAIN: 'The certificate of head office is signed by an authority unknown here.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The certificate of head office is signed by an authority unknown here.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate of head office is for another name.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'Head office does not speak HTTPS on this port.',
};

/** What an error of the network means. */
export function networkTrouble(error: unknown): HeadOfficeError {
  if (error instanceof HeadOfficeError) return error;
  const code = codeOf(error);
  const certificate = certificateWords[code];
  if (certificate) return new HeadOfficeError('error', certificate, checkCertificate);
  if (code === 'HTTPParserError') {
    const message = 'What answers at this address does not speak HTTP.';
    return new HeadOfficeError('wrongUrl', message, checkAddress);
  }
  const words = networkWords[code];
  if (words) return new HeadOfficeError('offline', ...words);
  return new HeadOfficeError('offline', `Head office cannot be reached (${code || String(error)}).`, keepsWorking);
}

/** Node's fetch hides the reason in `cause`, and several addresses' reasons in an AggregateError. */
function codeOf(error: unknown): string {
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth++) {
    // It has a code of its own for each way in which an answer is not HTTP, or none.
    if (current.name === 'HTTPParserError') return current.name;
    if ('code' in current && typeof current.code === 'string') return current.code;
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return '';
}

/** What an HTTP status means that is not a success. `said` is head office's own reason. */
export function statusTrouble(status: number, said: string, what: string): HeadOfficeError {
  const reason = said ? `: ${said}` : '';
  if (status === 401) {
    const remedy = 'Enter the user name and password that head office gave to this laboratory.';
    return new HeadOfficeError('refused', `Head office refuses the user name or password${reason}.`, remedy, status);
  }
  if (status === 403) {
    const remedy = 'Ask head office to give this user the right to read and write the databases of this laboratory.';
    return new HeadOfficeError('refused', `Head office does not allow this user to ${what}${reason}.`, remedy, status);
  }
  if (status >= 300 && status < 400) {
    const message = 'The address sends on to another one.';
    return new HeadOfficeError('wrongUrl', message, 'Enter the address that it leads to.', status);
  }
  const message = `Head office answers ${status} when asked to ${what}${reason}.`;
  return new HeadOfficeError('error', message, triedAgain, status);
}
