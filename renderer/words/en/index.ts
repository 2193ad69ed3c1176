import { app, errors, keys, nav, session, status } from './app.ts';
import { archive } from './archive.ts';
import { bills, dayClose, orders, summaries } from './billing.ts';
import { catalogue } from './catalogue.ts';
import { devices } from './devices.ts';
import { directory, password, pin, staff } from './directory.ts';
import { fieldMap } from './field-map.ts';
import { files } from './files.ts';
import { messages } from './messages.ts';
import { activity, labNav, office } from './office.ts';
import { patientImport } from './patient-import.ts';
import { patients } from './patients.ts';
import { claims, invoices } from './payers.ts';
import { reports } from './reports.ts';
import { results } from './results.ts';
import { setup } from './setup.ts';
import { sendOuts, specimens, storage } from './specimens.ts';
import { start } from './start.ts';
import { today } from './today.ts';
import { flags, ui } from './ui.ts';

/** English. A domain's words are in the file of its name. */
export const english = {
  activity,
  archive,
  devices,
  directory,
  labNav,
  messages,
  office,
  reports,
  results,
  app,
  bills,
  catalogue,
  claims,
  dayClose,
  invoices,
  summaries,
  errors,
  fieldMap,
  files,
  flags,
  keys,
  nav,
  orders,
  password,
  pin,
  patientImport,
  patients,
  sendOuts,
  session,
  setup,
  specimens,
  storage,
  staff,
  start,
  status,
  today,
  ui,
};
