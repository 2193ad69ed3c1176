import {
  type Icon,
  IconAddressBook,
  IconArchive,
  IconCashBanknote,
  IconCashRegister,
  IconChartBar,
  IconChecks,
  IconCloud,
  IconFileInvoice,
  IconFridge,
  IconHistory,
  IconHome,
  IconInbox,
  IconListDetails,
  IconMail,
  IconMailOpened,
  IconMicroscope,
  IconReceipt2,
  IconReportMedical,
  IconSettings,
  IconShieldDollar,
  IconTableImport,
  IconTestPipe,
  IconTruckDelivery,
  IconUserPlus,
  IconUserShield,
  IconUsers,
} from '@tabler/icons-react';
import type { Permission } from '../../shared/kernel/permissions.ts';
import { words } from '../words/index.ts';

/** A screen that the navigation and the palette lead to. */
export interface Place {
  readonly to: string;
  readonly label: string;
  readonly icon: Icon;
  /** Without it the place is not shown; absent: for everybody. */
  readonly permission?: Permission;
  /** Other words by which the palette finds it. */
  readonly also?: string;
  /** Reached from its parent or the palette, not listed on the left. */
  readonly unlisted?: boolean;
}

interface PlaceGroup {
  readonly label?: string;
  /** Of no daily use: where the window is too low for everything, it is folded until somebody opens it. */
  readonly seldom?: boolean;
  readonly places: readonly Place[];
}

/** Every place, in the groups of the navigation. A new screen adds its line here and its route in `routes.tsx`. */
export const navigation: readonly PlaceGroup[] = [
  { places: [{ to: '/', label: words.nav.today, icon: IconHome, also: 'home work waiting' }] },
  {
    label: words.nav.reception,
    places: [
      {
        to: '/orders/new',
        label: words.nav.newOrder,
        icon: IconCashRegister,
        permission: 'bill.create',
        also: 'bill tests',
      },
      { to: '/patients', label: words.nav.patients, icon: IconUsers, permission: 'patient.read' },
      {
        to: '/patients/new',
        label: words.nav.registerPatient,
        icon: IconUserPlus,
        permission: 'patient.create',
        also: 'new patient add',
        unlisted: true,
      },
      {
        to: '/patients/import',
        label: words.patientImport.title,
        icon: IconTableImport,
        permission: 'patient.import',
        also: 'csv xlsx excel migrate',
        unlisted: true,
      },
      { to: '/bills', label: words.nav.bills, icon: IconReceipt2, permission: 'bill.read', also: 'payments receipts' },
      {
        to: '/invoices',
        label: words.invoices.title,
        icon: IconFileInvoice,
        permission: 'invoice.read',
        also: words.invoices.also,
      },
      {
        to: '/claims',
        label: words.claims.title,
        icon: IconShieldDollar,
        permission: 'claim.read',
        also: words.claims.also,
      },
      {
        to: '/day-close',
        label: words.dayClose.title,
        icon: IconCashBanknote,
        permission: 'bill.pay',
        also: 'till cash count denominations',
      },
      {
        to: '/summaries',
        label: words.summaries.title,
        icon: IconChartBar,
        permission: 'bill.summaries',
        also: 'day book outstanding discount referrer chart',
      },
    ],
  },
  {
    label: words.nav.specimens,
    places: [
      {
        to: '/specimens',
        label: words.nav.collection,
        icon: IconTestPipe,
        permission: 'specimen.read',
        also: 'specimens samples phlebotomy scan',
      },
      {
        to: '/storage',
        label: words.nav.storage,
        icon: IconFridge,
        permission: 'specimen.read',
        also: 'stored rack archive discard',
      },
      {
        to: '/send-outs',
        label: words.nav.sendOuts,
        icon: IconTruckDelivery,
        permission: 'specimen.read',
        also: 'outsource referral manifest courier',
      },
    ],
  },
  {
    label: words.labNav.laboratory,
    places: [
      {
        to: '/validation',
        label: words.labNav.validation,
        icon: IconChecks,
        permission: 'result.read',
        also: 'release results queue',
      },
      {
        to: '/holding',
        label: words.labNav.holding,
        icon: IconInbox,
        permission: 'result.read',
        also: 'held unknown unmapped',
      },
      {
        to: '/reports',
        label: words.labNav.reports,
        icon: IconReportMedical,
        permission: 'report.read',
        also: 'verify sign results',
      },
      {
        to: '/analyzers',
        label: words.labNav.analyzers,
        icon: IconMicroscope,
        permission: 'device.read',
        also: 'devices instruments traffic',
      },
      {
        to: '/analyzers/archive',
        label: words.archive.title,
        icon: IconArchive,
        permission: 'device.read',
        also: 'old messages retention journal',
        unlisted: true,
      },
    ],
  },
  {
    label: words.labNav.office,
    seldom: true,
    places: [
      {
        to: '/catalogue',
        label: words.catalogue.nav,
        icon: IconListDetails,
        permission: 'catalogue.read',
        also: 'tests parameters ranges profiles packages prices units',
      },
      {
        to: '/messages',
        label: words.labNav.messages,
        icon: IconMail,
        permission: 'message.read',
        also: 'e-mail queue',
      },
      { to: '/inbox', label: words.labNav.inbox, icon: IconMailOpened, permission: 'message.read', unlisted: true },
      {
        to: '/activity',
        label: words.labNav.activity,
        icon: IconHistory,
        permission: 'activity.read',
        also: 'audit log',
      },
      {
        to: '/head-office',
        label: words.labNav.headOffice,
        icon: IconCloud,
        permission: 'sync.read',
        also: 'replication sync couchdb',
      },
      {
        to: '/directory',
        label: words.directory.title,
        icon: IconAddressBook,
        permission: 'directory.read',
        also: words.directory.also,
      },
      {
        to: '/staff',
        label: words.staff.title,
        icon: IconUserShield,
        permission: 'staff.manage',
        also: words.staff.also,
      },
      {
        to: '/setup',
        label: words.setup.title,
        icon: IconSettings,
        permission: 'setup.read',
        also: words.setup.also,
      },
    ],
  },
];
