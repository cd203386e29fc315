import type { Problem } from '@kindred/contract';
import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { fixLabel } from '../editor/fix-label.ts';
import type { Fix } from '../editor/fix-label.ts';
import { Ticked } from '../ui/ticked.tsx';
import styles from './problem-list.module.css';

export interface ProblemListProps {
  readonly problems: readonly Problem[];
  /** Saving was tried without a rule. */
  readonly missing: boolean;
  readonly onGo: (span: Problem['span']) => void;
  readonly onFix: (fix: Fix) => void;
}

/** What is wrong with the rule, below the editor: place, message, what to do, and the cure at one press. */
export function ProblemList({ problems, missing, onGo, onFix }: ProblemListProps) {
  return (
    <div role="status" aria-label="Problems of the rule">
      {missing && <p className={styles.missing}>Write a rule, or take one of the examples below.</p>}
      {problems.length > 0 && (
        <ul className={styles.list}>
          {problems.map((problem) => (
            <li key={`${problem.code} ${problem.span.from}`} className={styles[problem.severity]}>
              <button
                type="button"
                className={styles.place}
                onClick={() => onGo(problem.span)}
                aria-label={`${problem.line}:${problem.column}, go to this place`}
              >
                {problem.line}:{problem.column}
              </button>
              <div className={styles.text}>
                <p>
                  <Ticked text={problem.message} />
                </p>
                {problem.hint !== undefined && (
                  <p className={styles.hint}>
                    <Ticked text={problem.hint} />
                  </p>
                )}
              </div>
              {problem.fix && <FixButton fix={problem.fix} onFix={onFix} />}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function FixButton({ fix, onFix }: { readonly fix: Fix; readonly onFix: ProblemListProps['onFix'] }) {
  return (
    <ActionButton size="S" onPress={() => onFix(fix)}>
      {fixLabel(fix)}
    </ActionButton>
  );
}
