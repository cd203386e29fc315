import styles from './charts.module.css';

/** Colours of the theme, by what they tell apart. */
export type Shade = 'first' | 'second' | 'third' | 'fourth' | 'good' | 'middle' | 'bad' | 'faint';

export const shadeClass = (shade: Shade): string => styles[shade] ?? '';

export interface LegendItem {
  readonly title: string;
  readonly shade: Shade;
  readonly dashed?: boolean | undefined;
}

export function Legend({ items }: { readonly items: readonly LegendItem[] }) {
  return (
    <ul className={styles.legend}>
      {items.map(({ title, shade, dashed = false }) => (
        <li key={title}>
          <span className={`${styles.swatch} ${shadeClass(shade)} ${dashed ? styles.hollow : ''}`} />
          {title}
        </li>
      ))}
    </ul>
  );
}
