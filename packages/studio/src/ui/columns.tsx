import type { ReactNode } from 'react';
import styles from './columns.module.css';

/** The parts of a page one below the other, the narrower ones beside them where there is room. */
export function Columns({ children, rail }: { readonly children: ReactNode; readonly rail: ReactNode }) {
  return (
    <div className={styles.columns}>
      <Stack>{children}</Stack>
      <Stack>{rail}</Stack>
    </div>
  );
}

export function Stack({ children }: { readonly children: ReactNode }) {
  return <div className={styles.stack}>{children}</div>;
}
