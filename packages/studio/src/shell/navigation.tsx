import { NavLink } from 'react-router';
import { AudiencesIcon, DatasetsIcon, DocsIcon, HomeIcon, PredictionsIcon, ProfilesIcon, SchemaIcon, SourcesIcon } from '../ui/icons.ts';
import type { Icon } from '../ui/icons.ts';
import styles from './navigation.module.css';

const PLACES: readonly { readonly title: string; readonly href: string; readonly Icon: Icon }[] = [
  { title: 'Home', href: '/', Icon: HomeIcon },
  { title: 'Audiences', href: '/audiences', Icon: AudiencesIcon },
  { title: 'Profiles', href: '/profiles', Icon: ProfilesIcon },
  { title: 'Predictions', href: '/predictions', Icon: PredictionsIcon },
  { title: 'Sources', href: '/sources', Icon: SourcesIcon },
  { title: 'Datasets', href: '/datasets', Icon: DatasetsIcon },
  { title: 'Schema', href: '/schema', Icon: SchemaIcon },
];

export function Navigation() {
  return (
    <nav aria-label="Main">
      <ul className={styles.list}>
        {PLACES.map(({ title, href, Icon }) => (
          <li key={href}>
            <NavLink
              to={href}
              end={href === '/'}
              className={({ isActive }) => [styles.link, isActive && styles.active].filter(Boolean).join(' ')}
            >
              <Icon />
              <span>{title}</span>
            </NavLink>
          </li>
        ))}
        <li>
          <a href="/docs" target="_blank" rel="noreferrer" className={styles.link}>
            <DocsIcon />
            <span>
              API docs<span className="visually-hidden"> (opens in a new tab)</span>
            </span>
          </a>
        </li>
      </ul>
    </nav>
  );
}
