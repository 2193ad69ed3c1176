import {
  type Icon,
  IconCashRegister,
  IconHome,
  IconReceipt2,
  IconTestPipe,
  IconUserPlus,
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
      { to: '/bills', label: words.nav.bills, icon: IconReceipt2, permission: 'bill.read', also: 'payments receipts' },
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
    ],
  },
];
