import type { Container, ItemsRule, Join } from '@kindred/pql';
import { memo, useMemo } from 'react';
import { AttributeCard } from './attribute-card.tsx';
import { AudienceCard, CodeCard } from './other-cards.tsx';
import type { TestScope } from './attribute-test.tsx';
import { useBuilder } from './builder-context.ts';
import { CardFrame } from './card-frame.tsx';
import styles from './rules.module.css';
import { EventCardView } from './event-card.tsx';
import { fieldsIn, titleOf, typeOf } from './field-type.ts';
import { Choice } from '../ui/fields.tsx';
import { SequenceView } from './sequence-view.tsx';
import { placeOf } from './use-field-values.ts';
import { labelOf, Rules } from './rules.tsx';
import type { RuleCardProps } from './rules.tsx';

/** The card of a rule, whatever kind it is. */
export const RuleCard = memo(function RuleCard({ node, scope }: RuleCardProps) {
  const label = labelOf(node, scope);
  switch (node.kind) {
    case 'container':
      return <ContainerCard node={node} scope={scope} label={label} />;
    case 'attribute':
      return <AttributeCard node={node} scope={scope} label={label} />;
    case 'items':
      return <ItemsCard node={node} scope={scope} label={label} />;
    case 'event':
      return <EventCardView node={node} label={label} />;
    case 'sequence':
      return <SequenceView node={node} label={label} />;
    case 'audience':
      return <AudienceCard node={node} label={label} />;
    case 'code':
      return <CodeCard node={node} label={label} />;
    default:
      return node satisfies never;
  }
});

function ItemsCard({ node, scope, label }: { readonly node: ItemsRule; readonly scope: TestScope; readonly label: string }) {
  const { path } = node;
  const inner = useMemo(
    () => ({
      ...scope,
      base: placeOf(scope.base, path) ?? scope.base,
      fields: fieldsIn(typeOf(scope.fields, path)),
      profile: scope.profile ?? scope.fields,
    }),
    [scope, path],
  );
  return (
    <CardFrame
      node={node}
      label={label}
      main={
        <>
          <span className={styles.title}>{titleOf(scope.fields, path)}</span>
          <span>has an item with</span>
        </>
      }
    >
      <div className={styles.inside}>
        <Rules of={node.where} scope={inner} name={`the conditions of ${label}`} empty="Any item counts." />
      </div>
    </CardFrame>
  );
}

function ContainerCard({ node, scope, label }: { readonly node: Container; readonly scope: TestScope; readonly label: string }) {
  const { run } = useBuilder();
  return (
    <CardFrame
      node={node}
      label={label}
      className={styles.container}
      main={
        <>
          <Choice
            quiet
            label="Include or exclude"
            value={node.exclude ? 'exclude' : 'include'}
            options={[
              ['include', 'Include'],
              ['exclude', 'Exclude'],
            ]}
            onChange={(value) => run({ type: 'replace', node: { ...node, exclude: value === 'exclude' } })}
          />
          <Choice<Join>
            quiet
            label="How the rules are joined"
            value={node.join}
            options={[
              ['and', 'all of'],
              ['or', 'any of'],
            ]}
            onChange={(join) => run({ type: 'replace', node: { ...node, join } })}
          />
        </>
      }
    >
      <div className={styles.inside}>
        <Rules of={node} scope={scope} name="the container" empty="Drag rules in here." />
      </div>
    </CardFrame>
  );
}
