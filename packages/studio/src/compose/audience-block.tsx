import type { CompositionBody } from '@kindred/contract';
import { Choice } from '../ui/fields.tsx';
import { formatCount } from '../ui/format.ts';
import { AudiencePicker } from './audience-picker.tsx';
import { Block, Count } from './block.tsx';
import styles from './canvas.module.css';
import { useCanvas } from './canvas-context.ts';
import { RuleField } from './rule-field.tsx';

type Source = CompositionBody['audience'];
type Audiences = Extract<Source, { kind: 'audiences' }>;

const KINDS = [
  ['audiences', 'Audiences'],
  ['rule', 'A rule of its own'],
] as const;
const MERGES = [
  ['union', 'Union: in any of them'],
  ['intersection', 'Intersection: in all of them'],
  ['exclude-overlap', 'Exclude overlap: in some, not in all'],
] as const;

/** Who comes in. */
export function AudienceBlock() {
  const { body, change, counts, problems } = useCanvas();
  const { audience } = body;
  const put = (next: Source, run?: string) => change({ ...body, audience: next }, run);
  return (
    <Block
      title="Audience"
      kind="audience"
      count={<Count value={counts?.audience} word="come in" />}
      problems={problems.filter(({ block }) => block === 'audience')}
    >
      <div className={styles.line}>
        <Choice
          label="Who comes in by"
          value={audience.kind}
          options={KINDS}
          onChange={(kind) => put(kind === 'rule' ? { kind, pql: '' } : { kind, merge: 'union', ids: [] })}
        />
        {audience.kind === 'audiences' && (
          <Choice label="Merge type" value={audience.merge} options={MERGES} onChange={(merge) => put({ ...audience, merge })} />
        )}
      </div>
      {audience.kind === 'audiences' ? (
        <Inputs source={audience} onChange={put} />
      ) : (
        <RuleField
          label="Rule of the audience block"
          example='xEvent[eventType = "commerce.purchases"]'
          value={audience.pql}
          onChange={(pql) => put({ kind: 'rule', pql }, 'audience rule')}
        />
      )}
    </Block>
  );
}

function Inputs({ source, onChange }: { readonly source: Audiences; readonly onChange: (next: Audiences) => void }) {
  const { audiences, counts } = useCanvas();
  const { ids } = source;
  return (
    <>
      {ids.length > 0 && (
        <ul className={styles.inputs} aria-label="Audiences that come in">
          {ids.map((id, index) => {
            const name = audiences.find((each) => each.id === id)?.name ?? id;
            const size = counts?.inputs[index];
            return (
              <li key={id}>
                <span className={styles.inputName}>{name}</span>
                <span className={styles.number}>{size === undefined ? '–' : formatCount(size)}</span>
                <button
                  type="button"
                  className={styles.remove}
                  aria-label={`Take out ${name}`}
                  onClick={() => onChange({ ...source, ids: ids.filter((each) => each !== id) })}
                >
                  ×
                </button>
              </li>
            );
          })}
        </ul>
      )}
      <AudiencePicker
        label="Add an audience"
        audiences={audiences.filter(({ id }) => !ids.includes(id))}
        onPick={(id) => onChange({ ...source, ids: [...ids, id] })}
      />
    </>
  );
}
