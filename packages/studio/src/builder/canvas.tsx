import { useBuilderState } from './builder-context.ts';
import styles from './canvas.module.css';
import { RuleCard } from './container-view.tsx';
import { RuleCardContext, Rules } from './rules.tsx';

/** The rule as a picture. */
export function Canvas({ broken }: { readonly broken: boolean }) {
  const { root, schema, select, live } = useBuilderState();
  const problems = live.problems.get(root.id) ?? [];
  return (
    <section aria-label="Rule" className={styles.canvas} inert={broken}>
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div className={styles.inside} onPointerDown={(event) => event.target === event.currentTarget && select(null)}>
        {broken && <p className={styles.broken}>The text has a mistake. The picture follows again once it is cured.</p>}
        {problems.map((message) => (
          <p key={message} className={styles.problem}>
            {message}
          </p>
        ))}
        <RuleCardContext value={RuleCard}>
          <Rules of={root} scope={{ fields: schema.profile.fields, profile: null, steps: [] }} name="the rule" empty={EMPTY} />
        </RuleCardContext>
      </div>
    </section>
  );
}

const EMPTY =
  'Who belongs? Choose an attribute, an event or an audience on the left: click it, press Enter on it, or drag it here. Or write PQL beside the picture.';
