import { NavLink, Tooltip, UnstyledButton } from '@mantine/core';
import { useLocalStorage, useViewportSize } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight, IconChevronsLeft, IconChevronsRight } from '@tabler/icons-react';
import { Link, useRouterState } from '@tanstack/react-router';
import { words } from '../../words/index.ts';
import { useMay } from '../me.tsx';
import { navigation, type Place } from '../navigation.ts';
import styles from './nav.module.css';

/** Header, status bar, and the row that folds the navigation; a row of it; a group's label. In pixels, as the styles have it. */
const around = 122;
const rowHeight = 31;
const labelHeight = 30;

/**
 * The places the person may go to, in their groups; icons alone where there is little room. Groups fold; the one that one is
 * in stays open.
 */
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
  const { height } = useViewportSize();
  const [folds, setFolds] = useLocalStorage<Record<string, boolean>>({ key: 'aliquot.folded', defaultValue: {} });
  const groups = navigation
    .map(({ places, ...group }) => ({
      ...group,
      places: places.filter((place) => !place.unlisted && (!place.permission || may(place.permission))),
    }))
    .filter(({ places }) => places.length > 0);
  const needed = groups.reduce(
    (sum, { label, places }) => sum + places.length * rowHeight + (label ? labelHeight : 0),
    0,
  );
  const low = height > 0 && needed > height - around;

  return (
    <div className={styles.nav}>
      <div className={styles.groups}>
        {groups.map(({ label, seldom, places }) => {
          const here = places.some((place) => isHere(place, path));
          const folded = label !== undefined && !here && (folds[label] ?? (low && seldom === true));
          return (
            <div key={label ?? ''} className={styles.group}>
              {label && (
                <GroupLabel
                  label={label}
                  expanded={expanded}
                  folded={folded}
                  fixed={here}
                  onToggle={() => setFolds({ ...folds, [label]: !folded })}
                />
              )}
              {!folded &&
                places.map((place) => (
                  <Item key={place.to} place={place} expanded={expanded} active={isHere(place, path)} />
                ))}
            </div>
          );
        })}
      </div>
      {canExpand && (
        <NavLink
          component="button"
          className={`${styles.item} ${styles.foot}`}
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

function GroupLabel({
  label,
  expanded,
  folded,
  fixed,
  onToggle,
}: {
  label: string;
  expanded: boolean;
  folded: boolean;
  fixed: boolean;
  onToggle: () => void;
}) {
  const Chevron = folded ? IconChevronRight : IconChevronDown;
  return (
    <Tooltip label={label} position="right" disabled={expanded}>
      <UnstyledButton
        className={expanded ? styles.label : styles.line}
        aria-expanded={!folded}
        aria-label={label}
        disabled={fixed}
        onClick={onToggle}
      >
        {expanded && label}
        {!fixed && <Chevron size={13} stroke={1.6} aria-hidden />}
      </UnstyledButton>
    </Tooltip>
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
