import type { Member } from '@kindred/contract';
import { Link } from 'react-router';
import table from '../ui/table.module.css';
import { detailsOf, identityText, nameOf, profileHref } from './describe.ts';
import styles from './search-page.module.css';

/** People by what one would recognise them by, each a link to the profile. */
export function ProfileTable({ profiles }: { readonly profiles: readonly Member[] }) {
  return (
    <div className={table.scroll}>
      <table className={`${table.table} ${styles.table}`}>
        <thead>
          <tr>
            <th scope="col">Identity</th>
            <th scope="col">Name</th>
            <th scope="col">Details</th>
          </tr>
        </thead>
        <tbody>
          {profiles.map((profile) => (
            <tr key={profile.profile}>
              <th scope="row">
                <Link to={profileHref(profile.identity)}>{identityText(profile.identity)}</Link>
              </th>
              <td>{nameOf(profile.attributes) ?? <span className={styles.faint}>–</span>}</td>
              <td>{detailsOf(profile.attributes).join(' · ') || <span className={styles.faint}>–</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
