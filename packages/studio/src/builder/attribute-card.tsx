import type { AttributeRule, TimePart } from '@kindred/pql';
import { FieldTestEditor } from './attribute-test.tsx';
import type { TestScope } from './attribute-test.tsx';
import { useBuilderState } from './builder-context.ts';
import { CardFrame } from './card-frame.tsx';
import styles from './card.module.css';
import { pathText, titleOf, typeOf } from './field-type.ts';
import { Choice } from './fields.tsx';
import { initialTest } from './operators.ts';

export interface AttributeCardProps {
  readonly node: AttributeRule;
  readonly scope: TestScope;
  readonly label: string;
}

const PARTS: readonly (readonly [TimePart | 'whole', string])[] = [
  ['whole', 'whole time'],
  ['year', 'year'],
  ['month', 'month'],
  ['dayOfMonth', 'day of month'],
];

export function AttributeCard({ node, scope, label }: AttributeCardProps) {
  const { run, schema } = useBuilderState();
  const type = typeOf(scope.fields, node.path);
  const isTime = type.kind === 'date' || type.kind === 'datetime' || node.part !== null;
  const compared = node.part === null ? type : ({ kind: 'integer' } as const);
  const occurring = node.path.length === 1 && node.path[0] === 'eventType' ? schema.eventTypes.map(({ eventType }) => eventType) : [];
  return (
    <CardFrame
      node={node}
      label={label}
      main={
        <>
          <span className={styles.name} title={pathText(node.path)}>
            {titleOf(scope.fields, node.path)}
          </span>
          {node.path.length > 1 && <span className={styles.path}>{pathText(node.path)}</span>}
          {isTime && (
            <Choice
              quiet
              label={`Part of ${label}`}
              value={node.part ?? 'whole'}
              options={PARTS}
              onChange={(value) => {
                const part = value === 'whole' ? null : value;
                run({ type: 'replace', node: { ...node, part, test: initialTest(part === null ? type : { kind: 'integer' }) } });
              }}
            />
          )}
          <FieldTestEditor
            name={label}
            type={compared}
            test={node.test}
            scope={scope}
            occurring={occurring}
            onChange={(test, part) => run({ type: 'replace', node: { ...node, test } }, part && `${part} ${node.id}`)}
          />
        </>
      }
    />
  );
}
