import type { Container, Join, RuleNode } from '@kindred/pql';
import { createContext, Fragment, memo, useContext } from 'react';
import type { ComponentType } from 'react';
import type { TestScope } from './attribute-test.tsx';
import { useBuilder } from './builder-context.ts';
import { titleOf } from './field-type.ts';
import styles from './rules.module.css';
import { DropSlot } from './slots.tsx';

export interface RuleCardProps {
  readonly node: RuleNode;
  readonly scope: TestScope;
}

/** The card of any rule. Cards hold rules and rules are cards, so the canvas brings the two together. */
export const RuleCardContext = createContext<ComponentType<RuleCardProps> | null>(null);

export interface RulesProps {
  readonly of: Container;
  readonly scope: TestScope;
  /** What the container is called where something is dropped into it. */
  readonly name: string;
  readonly empty: string;
}

/** The rules of a container, with what joins them and a place between any two. */
export const Rules = memo(function Rules({ of, scope, name, empty }: RulesProps) {
  const Card = useContext(RuleCardContext);
  if (Card === null) throw new Error('bug: rules stand outside of the canvas');
  return (
    <div className={styles.rules}>
      {of.children.map((child, index) => (
        <Fragment key={child.id}>
          <DropSlot parent={of.id} index={index} label={`Before ${labelOf(child, scope)} in ${name}`} />
          {index > 0 && <JoinSwitch of={of} />}
          <Card node={child} scope={scope} />
        </Fragment>
      ))}
      <DropSlot parent={of.id} index={of.children.length} label={`At the end of ${name}`} wide />
      {of.children.length === 0 && <p className={styles.empty}>{empty}</p>}
    </div>
  );
});

function JoinSwitch({ of }: { readonly of: Container }) {
  const { run } = useBuilder();
  const other: Join = of.join === 'and' ? 'or' : 'and';
  return (
    <button
      type="button"
      className={`${styles.join} ${of.join === 'or' ? styles.or : ''}`}
      aria-label={`${of.join === 'and' ? 'And' : 'Or'}: change to ${other}`}
      onClick={() => run({ type: 'replace', node: { ...of, join: other } })}
    >
      {of.join === 'and' ? 'And' : 'Or'}
    </button>
  );
}

export function labelOf(node: RuleNode, { fields }: TestScope): string {
  switch (node.kind) {
    case 'container':
      return node.join === 'and' ? 'container, all of' : 'container, any of';
    case 'attribute':
    case 'items':
      return titleOf(fields, node.path);
    case 'event':
      return node.types.values.length === 0 ? 'any event' : node.types.values.join(' or ');
    case 'sequence':
      return 'sequence';
    case 'audience':
      return 'audience';
    case 'code':
      return 'code';
    default:
      return node satisfies never;
  }
}
