import { ActionButton } from '@react-spectrum/s2/ActionButton';
import type { CompositionBody } from '@kindred/contract';
import { AudiencePicker } from './audience-picker.tsx';
import { Block, Count, Problems } from './block.tsx';
import styles from './canvas.module.css';
import { useCanvas } from './canvas-context.ts';
import { RuleField } from './rule-field.tsx';

type Exclusion = CompositionBody['exclude'][number];

/** Who is taken out, one exclusion after the other. */
export function ExcludeBlock() {
  const { body, change, counts } = useCanvas();
  const put = (exclude: Exclusion[], run?: string) => change({ ...body, exclude }, run);
  const add = (exclusion: Exclusion) => put([...body.exclude, exclusion]);
  return (
    <Block title="Exclude" kind="exclude" count={<Count value={counts?.remaining} word="are left" />} onRemove={() => put([])}>
      <ol className={styles.exclusions} aria-label="Exclusions">
        {body.exclude.map((exclusion, index) => (
          <li key={index}>
            <One
              exclusion={exclusion}
              index={index}
              onChange={(next, run) => put(body.exclude.with(index, next), run)}
              onRemove={() => put(body.exclude.toSpliced(index, 1))}
            />
          </li>
        ))}
      </ol>
      <div className={styles.line}>
        <ActionButton size="S" onPress={() => add({ kind: 'audience', id: '' })}>
          Exclude an audience
        </ActionButton>
        <ActionButton size="S" onPress={() => add({ kind: 'rule', pql: '' })}>
          Exclude by condition
        </ActionButton>
      </div>
    </Block>
  );
}

interface OneProps {
  readonly exclusion: Exclusion;
  readonly index: number;
  readonly onChange: (next: Exclusion, run?: string) => void;
  readonly onRemove: () => void;
}

function One({ exclusion, index, onChange, onRemove }: OneProps) {
  const { audiences, counts, problems } = useCanvas();
  const number = index + 1;
  return (
    <div className={styles.exclusion}>
      <div className={styles.exclusionHead}>
        <span className={styles.inputName}>
          {exclusion.kind === 'rule'
            ? 'For whom it holds that'
            : (audiences.find(({ id }) => id === exclusion.id)?.name ?? 'Members of an audience')}
        </span>
        <Count value={counts?.exclude?.[index]?.removes} word="taken out" sign="−" />
        <button type="button" className={styles.remove} aria-label={`Remove exclusion ${number}`} onClick={onRemove}>
          ×
        </button>
      </div>
      {exclusion.kind === 'rule' ? (
        <RuleField
          label={`Condition of exclusion ${number}`}
          example='homeAddress.city = "Basel"'
          value={exclusion.pql}
          onChange={(pql) => onChange({ kind: 'rule', pql }, `exclusion ${index}`)}
        />
      ) : (
        <AudiencePicker
          label={exclusion.id === '' ? `Audience of exclusion ${number}` : `Another audience for exclusion ${number}`}
          audiences={audiences.filter(({ id }) => id !== exclusion.id)}
          onPick={(id) => onChange({ kind: 'audience', id })}
        />
      )}
      <Problems problems={problems.filter((each) => each.block === 'exclude' && each.index === index)} />
    </div>
  );
}
