import type { AttributeRule, TimePart } from '@kindred/pql';
import { FieldTestEditor } from './attribute-test.tsx';
import type { TestScope } from './attribute-test.tsx';
import { useBuilder } from './builder-context.ts';
import { CardFrame } from './card-frame.tsx';
import styles from './card.module.css';
import { pathText, titleOf, typeOf } from './field-type.ts';
import { Choice } from '../ui/fields.tsx';
import { initialTest } from './operators.ts';
import { placeOf } from './use-field-values.ts';

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
  const { run } = useBuilder();
  const type = typeOf(scope.fields, node.path);
  const isTime = type.kind === 'date' || type.kind === 'datetime' || node.part !== null;
  const compared = node.part === null ? type : ({ kind: 'integer' } as const);
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
            place={placeOf(scope.base, node.path)}
            onChange={(test, part) => run({ type: 'replace', node: { ...node, test } }, part && `${part} ${node.id}`)}
          />
        </>
      }
    >
      {lacksValue(node.test) && <p className={styles.hint}>Give a value: nobody has an empty one.</p>}
    </CardFrame>
  );
}

const lacksValue = (test: AttributeRule['test']): boolean =>
  (test.op === 'text' && test.values.every((value) => value === '')) || (test.op === 'in' && !test.negated && test.values.length === 0);
