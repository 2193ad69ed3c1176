import { app, errors, keys, nav, session, status } from './app.ts';
import { bills, orders } from './billing.ts';
import { patients } from './patients.ts';
import { specimens } from './specimens.ts';
import { start } from './start.ts';
import { today } from './today.ts';
import { flags, ui } from './ui.ts';

/** English. A domain's words are in the file of its name. */
export const english = {
  app,
  bills,
  errors,
  flags,
  keys,
  nav,
  orders,
  patients,
  session,
  specimens,
  start,
  status,
  today,
  ui,
};
