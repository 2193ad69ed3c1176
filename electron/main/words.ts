import type { CoreFailure } from './core-messages.ts';

/** Every text that main shows a person, in one place. */
export const words = {
  appName: 'Aliquot',
  menu: {
    file: 'File',
    newWindow: 'New window',
    edit: 'Edit',
    view: 'View',
    zoomIn: 'Larger',
    zoomOut: 'Smaller',
    zoomReset: 'Normal size',
    fullScreen: 'Full screen',
    reload: 'Reload this window',
    window: 'Window',
  },
  tryAgain: 'Try again',
  coreNotRunning: {
    title: 'Aliquot is not running',
    message: 'The core has not been started.',
    remedy: 'Try again.',
  } satisfies CoreFailure,
  pageCrashed: {
    title: 'This window keeps crashing',
    message: 'The screen stopped several times in a row. The laboratory data is safe: it is kept by another process.',
    remedy: 'Try again. If it happens again, restart the computer and update the graphics driver.',
  } satisfies CoreFailure,
  /** Shown after the core crashed too often to be restarted once more. */
  coreKeepsCrashing: (code: number, lastWords: string): CoreFailure => ({
    title: 'Aliquot keeps stopping',
    message: `The core stopped five times within two minutes (exit code ${code}).${lastWords ? `\n${lastWords}` : ''}`,
    remedy:
      'What was acknowledged is on disk. Try again; if it stops again, send the log in the data folder to support and ' +
      'restore the last backup only when told to.',
  }),
  noKeyStore: 'The operating system offers no key store',
};
