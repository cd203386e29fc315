import type { Container } from '@kindred/pql';
import { memo, useMemo } from 'react';
import { useBuilder, useMoment } from './builder-context.ts';
import styles from './canvas.module.css';
import { RuleCard } from './container-view.tsx';
import { RuleCardContext, Rules } from './rules.tsx';
import { TimeOfAll } from './time-of-all.tsx';

/** The rule as a picture. */
export const Canvas = memo(function Canvas({ root, broken }: { readonly root: Container; readonly broken: boolean }) {
  const { schema, store } = useBuilder();
  const problems = useMoment(({ live }) => live.problems.get(root.id)) ?? [];
  const scope = useMemo(
    () => ({ base: { of: 'profile', path: [] } as const, fields: schema.profile.fields, profile: null, steps: [] }),
    [schema],
  );
  return (
    <section aria-label="Rule" data-part tabIndex={-1} className={styles.canvas} inert={broken}>
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div className={styles.inside} onPointerDown={(event) => event.target === event.currentTarget && store.change({ selected: null })}>
        {broken && <p className={styles.broken}>The text has a mistake. The picture follows again once it is cured.</p>}
        {problems.map(({ severity, message }) => (
          <p key={message} className={severity === 'error' ? styles.problem : styles.warning}>
            {message}
          </p>
        ))}
        <TimeOfAll root={root} />
        <RuleCardContext value={RuleCard}>
          <Rules of={root} scope={scope} name="the rule" empty={EMPTY} />
        </RuleCardContext>
      </div>
    </section>
  );
});

const EMPTY =
  'Who belongs? Choose an attribute, an event or an audience on the left: click it, press Enter on it, or drag it here. Or write PQL beside the picture.';
