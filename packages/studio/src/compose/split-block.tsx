import { ActionButton } from '@react-spectrum/s2/ActionButton';
import type { CompositionBody } from '@kindred/contract';
import { Choice, TextBox } from '../ui/fields.tsx';
import { Block } from './block.tsx';
import styles from './canvas.module.css';
import { useCanvas } from './canvas-context.ts';
import { evenly, newKey, withOthers, withPath, withSplit } from './edits.ts';
import { useAttributes } from './use-attributes.ts';

type Split = NonNullable<CompositionBody['split']>;

const WAYS = [
  ['percentage', 'by percentage'],
  ['attribute', 'by an attribute'],
] as const;

/** How those who are left part into paths. */
export function SplitBlock({ split }: { readonly split: Split }) {
  const { body, change, problems } = useCanvas();
  const texts = useAttributes('text');
  const others = body.paths.some(({ values }) => values === undefined);
  return (
    <Block
      title="Split"
      kind="split"
      problems={problems.filter(({ block, index }) => block === 'split' && index === null)}
      onRemove={() => change(withSplit(body, null, newKey()))}
    >
      <div className={styles.line}>
        <Choice
          label="Split"
          value={split.by}
          options={WAYS}
          onChange={(by) => change(withSplit(body, by === 'percentage' ? { by } : { by, attribute: '' }, newKey()))}
        />
        {split.by === 'attribute' && (
          <span className={styles.wide}>
            <TextBox
              label="Attribute to split by"
              placeholder="homeAddress.city"
              value={split.attribute}
              suggestions={texts}
              onChange={(attribute) => change({ ...body, split: { by: 'attribute', attribute } }, 'split attribute')}
            />
          </span>
        )}
        <ActionButton size="S" onPress={() => change(withPath(body, newKey()))}>
          Add a path
        </ActionButton>
        {split.by === 'percentage' ? (
          <ActionButton size="S" onPress={() => change({ ...body, paths: evenly(body.paths) })}>
            Share evenly
          </ActionButton>
        ) : (
          <label className={styles.check}>
            <input type="checkbox" checked={others} onChange={({ target }) => change(withOthers(body, target.checked, newKey()))} />
            A path for other profiles
          </label>
        )}
      </div>
      <p className={styles.faint}>
        {split.by === 'percentage'
          ? 'By chance, and for good: everybody stays in their path, whoever comes and however often it is evaluated.'
          : 'The first path from the left that has the value takes the person.'}
      </p>
    </Block>
  );
}
