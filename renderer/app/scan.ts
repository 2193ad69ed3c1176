import { useEffect, useEffectEvent } from 'react';
import { isEditable } from './keys.tsx';

/** Scanners that act as a keyboard send a character every few milliseconds; nobody types like that. */
const slowestScannerMs = 40;
const shortestCode = 6;

/**
 * Calls back with what a barcode scanner sent while no field has the focus: fast characters that end in Enter.
 */
export function useScanner(onScan: (code: string) => void): void {
  const scanned = useEffectEvent(onScan);
  useEffect(() => {
    let code = '';
    let last = 0;
    const listen = (event: KeyboardEvent) => {
      if (isEditable(event.target) || event.ctrlKey || event.altKey || event.metaKey) return;
      const inTime = event.timeStamp - last <= slowestScannerMs;
      last = event.timeStamp;
      if (event.key === 'Enter') {
        if (inTime && code.length >= shortestCode) {
          event.preventDefault();
          event.stopPropagation();
          scanned(code);
        }
        code = '';
      } else if (event.key.length === 1) {
        code = inTime ? code + event.key : event.key;
      }
    };
    // Before the focused button or table sees the Enter that ends the code.
    document.addEventListener('keydown', listen, { capture: true });
    return () => document.removeEventListener('keydown', listen, { capture: true });
  }, []);
}
