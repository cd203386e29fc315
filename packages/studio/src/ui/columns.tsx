import type { ReactNode } from 'react';
import styles from './columns.module.css';

export interface ColumnsProps {
  readonly children: ReactNode;
  readonly rail: ReactNode;
  /** The rail takes two parts of five. */
  readonly even?: boolean;
}

/** The parts of a page one below the other, the narrower ones beside them where there is room. */
export function Columns({ children, rail, even = false }: ColumnsProps) {
  return (
    <div className={even ? styles.even : styles.columns}>
      <Stack>{children}</Stack>
      <Stack>{rail}</Stack>
    </div>
  );
}

export function Stack({ children }: { readonly children: ReactNode }) {
  return <div className={styles.stack}>{children}</div>;
}
