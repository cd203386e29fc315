import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import styles from './page.module.css';

export interface PageProps {
  readonly title: string;
  /** Where this page lies below another one. */
  readonly parent?: { readonly title: string; readonly href: string };
  readonly subtitle?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** `wide` uses the whole width, for tables; the default keeps lines readable. */
  readonly wide?: boolean;
}

/** The frame of every page: title, way back, actions. */
export function Page({ title, parent, subtitle, actions, children, wide = false }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Kindred`;
  }, [title]);
  return (
    <div className={wide ? styles.wide : styles.page}>
      <header className={styles.header}>
        <div className={styles.heading}>
          {parent && (
            <nav aria-label="Breadcrumb" className={styles.parent}>
              <Link to={parent.href}>{parent.title}</Link>
              <span aria-hidden="true">/</span>
            </nav>
          )}
          <h1>{title}</h1>
          {subtitle !== undefined && <div className={styles.subtitle}>{subtitle}</div>}
        </div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}
