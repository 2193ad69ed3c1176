import { app, errors, keys, nav, session, status } from './app.ts';
import { bills, orders } from './billing.ts';
import { catalogue } from './catalogue.ts';
import { devices } from './devices.ts';
import { messages } from './messages.ts';
import { activity, labNav, office } from './office.ts';
import { patients } from './patients.ts';
import { reports } from './reports.ts';
import { results } from './results.ts';
import { sendOuts, specimens, storage } from './specimens.ts';
import { start } from './start.ts';
import { today } from './today.ts';
import { flags, ui } from './ui.ts';

/** English. A domain's words are in the file of its name. */
export const english = {
  activity,
  devices,
  labNav,
  messages,
  office,
  reports,
  results,
  app,
  bills,
  catalogue,
  errors,
  flags,
  keys,
  nav,
  orders,
  patients,
  sendOuts,
  session,
  specimens,
  storage,
  start,
  status,
  today,
  ui,
};
