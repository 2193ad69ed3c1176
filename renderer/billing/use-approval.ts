import { useState } from 'react';
import { apiErrorOf, describeError } from '../app/errors.ts';

/**
 * Whether a refused call only needs somebody's approval, and the state of asking for it. `refused` takes the error of the call
 * and tells whether it opened the question; other errors are the form's own.
 */
export function useApproval() {
  const [what, setWhat] = useState<string[]>();
  const [error, setError] = useState<string>();
  return {
    what,
    error,
    close: () => {
      setWhat(undefined);
      setError(undefined);
    },
    refused: (cause: unknown): boolean => {
      const known = apiErrorOf(cause);
      if (known?.kind === 'validation' && known.errors.every(({ code }) => code.startsWith('approval.'))) {
        const messages = known.errors.map(({ message }) => message);
        setError(what === undefined ? undefined : messages.join(' '));
        setWhat(what ?? messages);
        return true;
      }
      // A locked PIN or name belongs to the question that is open.
      if (what !== undefined && known?.kind === 'busy') {
        setError(describeError(cause).message);
        return true;
      }
      setWhat(undefined);
      return false;
    },
  };
}
