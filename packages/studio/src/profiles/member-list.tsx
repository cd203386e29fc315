import type { Member } from '@kindred/contract';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { detailsOf, identityText, nameOf, profileHref, titleOf } from './describe.ts';
import styles from './member-list.module.css';

export interface MemberListProps {
  readonly members: readonly Member[];
  /** Open profiles beside the page, where leaving it would lose work. */
  readonly newTab?: boolean;
  /** What stands below a person. */
  readonly below?: (member: Member) => ReactNode;
}

/** People, each a link to the profile. */
export function MemberList({ members, newTab = false, below }: MemberListProps) {
  return (
    <ul className={styles.list}>
      {members.map((member) => (
        <li key={member.profile}>
          <Link to={profileHref(member.identity)} className={styles.member} {...(newTab ? { target: '_blank' } : {})}>
            <span aria-hidden="true" className={styles.initials}>
              {initialsOf(titleOf(member))}
            </span>
            <span className={styles.who}>
              <span className={styles.name}>{titleOf(member)}</span>
              <span className={styles.details}>{linesOf(member).join(' · ')}</span>
            </span>
            {newTab && <span className="visually-hidden">(opens in a new tab)</span>}
          </Link>
          {below?.(member)}
        </li>
      ))}
    </ul>
  );
}

/** Under a name: mail and place. Under a bare id: what kind of id it is, then the same. */
function linesOf({ attributes, identity }: Member): readonly string[] {
  const details = detailsOf(attributes);
  if (nameOf(attributes) === undefined) return [identity.namespace, ...details];
  return details.length > 0 ? details : [identityText(identity)];
}

function initialsOf(title: string): string {
  const words = title.split(/[\s._@-]+/).filter((word) => /^\p{L}/u.test(word));
  const first = words[0]?.[0] ?? '#';
  return (first + (words.length > 1 ? (words.at(-1)?.[0] ?? '') : '')).toUpperCase();
}
