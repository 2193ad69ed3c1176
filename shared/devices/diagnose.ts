import type { Framing } from './driver.ts';

/** What is known of a connection that is being tried out. */
export interface ConnectionSigns {
  readonly state: 'off' | 'waiting' | 'connected' | 'error';
  readonly kind: 'tcpServer' | 'tcpClient' | 'serial' | 'folder' | 'shared';
  readonly protocol: Framing;
  readonly bytesIn: number;
  readonly messages: number;
  /** Somebody else was heard on the line that this device shares: told apart by address, or by what messages call it. */
  readonly heardOther?: 'peer' | 'sender' | undefined;
  /** The newest bytes received, one character a byte; empty when none were seen. */
  readonly received: string;
  /** What became of the newest message, where there is one. */
  readonly reading?: {
    readonly ok: boolean;
    readonly results: number;
    readonly queries: number;
    readonly unmapped: number;
  };
}

/** What a connection lacks, most basic first; `works` when nothing does. The words for each are the screen's. */
export type Finding =
  | 'off'
  | 'trouble'
  | 'nobodyCalled'
  | 'noAnswer'
  | 'notOpen'
  | 'otherPeer'
  | 'otherSender'
  | 'connectedSilent'
  | 'looksAstm'
  | 'looksHl7'
  | 'garbled'
  | 'noWholeMessage'
  | 'unread'
  | 'noResults'
  | 'unmapped'
  | 'works';

/** Says what is wrong with a connection from what was seen of it. */
export function diagnose(signs: ConnectionSigns): Finding {
  if (signs.reading) return readingFinding(signs.reading);
  if (signs.state === 'off') return 'off';
  if (signs.bytesIn > 0) return signs.messages > 0 ? 'noResults' : bytesFinding(signs);
  if (signs.heardOther === 'sender') return 'otherSender';
  if (signs.heardOther === 'peer' && signs.state !== 'connected') return 'otherPeer';
  switch (signs.state) {
    case 'error':
      return signs.kind === 'tcpClient' ? 'noAnswer' : 'trouble';
    case 'connected':
      return 'connectedSilent';
    case 'waiting':
      return signs.kind === 'tcpServer' || signs.kind === 'shared' ? 'nobodyCalled' : 'notOpen';
    default:
      return signs.state satisfies never;
  }
}

function readingFinding({ ok, results, queries, unmapped }: NonNullable<ConnectionSigns['reading']>): Finding {
  if (!ok) return 'unread';
  if (unmapped > 0) return 'unmapped';
  return results + queries > 0 ? 'works' : 'noResults';
}

function bytesFinding({ protocol, received, kind }: ConnectionSigns): Finding {
  const isHl7 = received.includes('\x0bMSH') || received.includes('MSH|');
  const isAstm = /\x05|\x02\d?H\|/.test(received);
  if (protocol !== 'mllp' && isHl7) return 'looksHl7';
  if (protocol !== 'astm' && isAstm && !isHl7) return 'looksAstm';
  if (kind === 'serial' && strange(received) > 0.3) return 'garbled';
  return 'noWholeMessage';
}

/** The share of bytes that no protocol here uses: a wrong speed or parity makes most of them so. */
function strange(text: string): number {
  if (text.length === 0) return 0;
  const odd = text.replaceAll(/[\x02-\x06\x0a\x0b\x0d\x15\x17\x1c-\x1e\x20-\x7e]/g, '');
  return odd.length / text.length;
}
