import { NavLink, Tooltip } from '@mantine/core';
import { IconChevronsLeft, IconChevronsRight } from '@tabler/icons-react';
import { Link, useRouterState } from '@tanstack/react-router';
import { words } from '../../words/index.ts';
import { useMay } from '../me.tsx';
import { navigation, type Place } from '../navigation.ts';
import styles from './nav.module.css';

/** The places the person may go to, in their groups; icons alone where there is little room. */
export function Navigation({
  expanded,
  canExpand,
  onToggle,
}: {
  expanded: boolean;
  canExpand: boolean;
  onToggle: () => void;
}) {
  const may = useMay();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const groups = navigation
    .map(({ label, places }) => ({
      label,
      places: places.filter((place) => !place.unlisted && (!place.permission || may(place.permission))),
    }))
    .filter(({ places }) => places.length > 0);

  return (
    <div className={styles.nav}>
      <div className={styles.groups}>
        {groups.map(({ label, places }) => (
          <div key={label ?? ''} className={styles.group}>
            {label && (expanded ? <div className={styles.label}>{label}</div> : <hr className={styles.line} />)}
            {places.map((place) => (
              <Item key={place.to} place={place} expanded={expanded} active={isHere(place, path)} />
            ))}
          </div>
        ))}
      </div>
      {canExpand && (
        <NavLink
          component="button"
          className={styles.item}
          aria-label={expanded ? words.app.collapse : words.app.expand}
          title={expanded ? words.app.collapse : words.app.expand}
          leftSection={
            expanded ? (
              <IconChevronsLeft size={16} stroke={1.6} aria-hidden />
            ) : (
              <IconChevronsRight size={16} stroke={1.6} aria-hidden />
            )
          }
          onClick={onToggle}
        />
      )}
    </div>
  );
}

function Item({ place, expanded, active }: { place: Place; expanded: boolean; active: boolean }) {
  const Picture = place.icon;
  return (
    <Tooltip label={place.label} position="right" disabled={expanded}>
      <NavLink
        component={Link}
        to={place.to}
        active={active}
        className={styles.item}
        aria-label={expanded ? undefined : place.label}
        aria-current={active ? 'page' : undefined}
        label={expanded ? place.label : undefined}
        leftSection={<Picture size={18} stroke={1.6} aria-hidden />}
      />
    </Tooltip>
  );
}

/** The longest place that the address lies in is the one that is lit. */
function isHere(place: Place, path: string): boolean {
  if (place.to === '/') return path === '/';
  return path === place.to || path.startsWith(`${place.to}/`);
}
