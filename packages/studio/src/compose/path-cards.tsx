import type { CompositionPath } from '@kindred/contract';
import { ManyValues, NumberBox, TextBox } from '../ui/fields.tsx';
import { useFieldValues } from '../builder/use-field-values.ts';
import { Block, Count } from './block.tsx';
import styles from './canvas.module.css';
import { useCanvas } from './canvas-context.ts';
import { withSplit } from './edits.ts';

/** What the paths become: an audience each. */
export function PathCards() {
  const { body, counts } = useCanvas();
  const { paths, rank, split } = body;
  const left = counts?.unassigned;
  const who = rank === null ? 'in no path' : 'cut off';
  return (
    <>
      <ol className={styles.paths} aria-label="Paths">
        {paths.map((path, index) => (
          <li key={path.key}>
            <PathCard path={path} index={index} />
          </li>
        ))}
      </ol>
      {(rank !== null || split?.by === 'attribute') && left !== undefined && left > 0 && (
        <p className={styles.rest}>
          <Count value={left} word={who} />
        </p>
      )}
    </>
  );
}

function PathCard({ path, index }: { readonly path: CompositionPath; readonly index: number }) {
  const { body, change, counts, problems } = useCanvas();
  const { split, paths } = body;
  const put = (next: CompositionPath, run: string) => change({ ...body, paths: paths.with(index, next) }, `${run} ${path.key}`);
  const remove = () => {
    const rest = paths.toSpliced(index, 1);
    change(rest.length === 1 ? withSplit({ ...body, paths: rest }, null, path.key) : { ...body, paths: rest });
  };
  const title = split === null ? 'Save' : `Path ${index + 1}`;
  return (
    <Block
      title={title}
      kind="path"
      count={<Count value={counts?.paths?.[index]} word="people" />}
      problems={problems.filter((each) => each.index === index && (each.block === 'save' || each.block === 'split'))}
      onRemove={split === null ? undefined : remove}
    >
      {path.percent !== undefined && (
        <div className={styles.line}>
          <NumberBox
            label={`Share of path ${index + 1}`}
            value={path.percent}
            min={0}
            onChange={(percent) => put({ ...path, percent }, 'share')}
          />
          <span>%</span>
        </div>
      )}
      {split?.by === 'attribute' && <Values path={path} index={index} attribute={split.attribute} onChange={put} />}
      <div className={styles.line}>
        <span>{split === null ? 'as the audience' : 'becomes'}</span>
        <span className={styles.wide}>
          <TextBox
            label={split === null ? 'Name of the audience' : `Audience of path ${index + 1}`}
            placeholder="Name"
            value={path.name}
            onChange={(name) => put({ ...path, name }, 'name')}
          />
        </span>
      </div>
    </Block>
  );
}

interface ValuesProps {
  readonly path: CompositionPath;
  readonly index: number;
  readonly attribute: string;
  readonly onChange: (next: CompositionPath, run: string) => void;
}

function Values({ path, index, attribute, onChange }: ValuesProps) {
  const isPath = /^[\w.]+$/.test(attribute);
  const known = useFieldValues(isPath ? { of: 'profile', path: attribute.split('.') } : null, isPath);
  if (path.values === undefined) return <p className={styles.faint}>Whom no other path takes.</p>;
  return (
    <ManyValues
      label={`Values of path ${index + 1}`}
      values={path.values}
      suggestions={known?.values.map(({ value }) => String(value)) ?? []}
      onChange={(values) => onChange({ ...path, values: [...values] }, 'values')}
    />
  );
}
