import type { ReactNode } from 'react';
import { PageTabs } from '../ui/page-tabs.tsx';
import { Page } from '../ui/page.tsx';
import styles from './search-page.module.css';

const TABS = [
  { title: 'By identity', href: '/profiles' },
  { title: 'By rule', href: '/profiles/rule' },
] as const;

/** The two ways to find people. */
export function ProfilesPage({ children }: { readonly children: ReactNode }) {
  return (
    <Page wide title="Profiles" subtitle="One view of every person: who they are, what they did, and which audiences they are in.">
      <PageTabs label="Ways to find profiles" tabs={TABS} />
      <div className={styles.way}>{children}</div>
    </Page>
  );
}
