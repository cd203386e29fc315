import { NavLink } from 'react-router';
import styles from './page-tabs.module.css';

export interface PageTab {
  readonly title: string;
  readonly href: string;
}

/** The sides of one thing, each at an address of its own; the first one is the thing itself. */
export function PageTabs({ label, tabs }: { readonly label: string; readonly tabs: readonly PageTab[] }) {
  return (
    <nav aria-label={label} className={styles.tabs}>
      {tabs.map(({ title, href }, index) => (
        <NavLink key={href} to={href} end={index === 0} className={({ isActive }) => (isActive ? styles.active : styles.tab)}>
          {title}
        </NavLink>
      ))}
    </nav>
  );
}
