import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { Permission } from '../../shared/kernel/permissions.ts';
import type { Outputs } from './api.ts';
import { createFormat, type Format } from './format.ts';

type Me = Outputs['auth']['me'];

interface Signed {
  readonly me: Me;
  readonly format: Format;
  readonly rights: ReadonlySet<Permission>;
}

const SignedContext = createContext<Signed | undefined>(undefined);

/** Everything inside knows who is logged in and how the laboratory writes dates and money. */
export function MeProvider({ me, children }: { me: Me; children: ReactNode }) {
  const { locale, timeZone, currency, permissions } = me;
  const signed = useMemo(
    () => ({ me, format: createFormat({ locale, timeZone, currency }), rights: new Set(permissions) }),
    [me, locale, timeZone, currency, permissions],
  );
  return <SignedContext value={signed}>{children}</SignedContext>;
}

function useSigned(): Signed {
  const signed = useContext(SignedContext);
  if (!signed) throw new Error('Used outside of a session');
  return signed;
}

/** Who is logged in: name, laboratory, station, country. */
export function useMe(): Me {
  return useSigned().me;
}

/** The laboratory's way to write dates, numbers and money. */
export function useFormat(): Format {
  return useSigned().format;
}

/** Whether the person holds a right. Screens hide what a person may not do; the core refuses it anyway. */
export function useMay(): (permission: Permission) => boolean {
  const { rights } = useSigned();
  return (permission) => rights.has(permission);
}
