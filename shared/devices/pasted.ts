import type { Driver } from './driver.ts';

/** Names of control characters as our own screens and most manuals print them. */
const named: Readonly<Record<string, number>> = {
  STX: 0x02,
  ETX: 0x03,
  EOT: 0x04,
  ENQ: 0x05,
  ACK: 0x06,
  LF: 0x0a,
  VT: 0x0b,
  SB: 0x0b,
  CR: 0x0d,
  NAK: 0x15,
  ETB: 0x17,
  FS: 0x1c,
  EB: 0x1c,
};

/**
 * The text of a message that a person pasted or dropped, one character a byte: copied from a manual, another program's log, or our
 * own live traffic. Control characters that are written as names (`<STX>`) become what they name; frames are taken off; line
 * ends become those of the format.
 */
export function pastedMessage(text: string, format: Driver['format']): string {
  if (format === 'table') return text;
  const sent = text
    .replace(/^\ufeff/, '')
    .replace(/\r?\n(?=<ETB>)/gi, '')
    // A line end behind a name is the screen's; behind none it is the message's.
    .replace(/<(\w{2,3})>(?:\r?\n)?/g, (whole, name: string) => {
      const code = named[name.toUpperCase()];
      return code === undefined ? whole : String.fromCharCode(code);
    });
  const unframed = format === 'astm' ? withoutAstmFrames(sent) : sent.replace(/[\u000b\u001c]/g, '');
  const lines = unframed
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.map((line) => `${line}\r`).join('');
}

/** ENQ, frame numbers, checksums and EOT go; a record continued in the next frame (ETB) is joined. */
function withoutAstmFrames(text: string): string {
  return text
    .replace(/\u0002[0-7]/g, '')
    .replace(/\r?\u0017[0-9A-Fa-f]{2}[\r\n]*/g, (end) => (end.startsWith('\r') ? '\r' : ''))
    .replace(/\u0003[0-9A-Fa-f]{2}/g, '\r')
    .replace(/[\u0002-\u0006\u0015\u0017]/g, '');
}
