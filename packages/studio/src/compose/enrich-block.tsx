import type { CompositionBody } from '@kindred/contract';
import { useMemo } from 'react';
import { fieldTree, leavesOf } from '../schema/fields.ts';
import { Choice, ManyValues, TextBox } from '../ui/fields.tsx';
import { Ticked } from '../ui/ticked.tsx';
import { Block, Count } from './block.tsx';
import styles from './canvas.module.css';
import { useCanvas } from './canvas-context.ts';
import { useAttributes } from './use-attributes.ts';

type Enrich = NonNullable<CompositionBody['enrich']>;

/** Fields of records that go along with the members. */
export function EnrichBlock({ enrich }: { readonly enrich: Enrich }) {
  const { body, change, counts, problems, vocabulary } = useCanvas();
  const titles = vocabulary?.schema.lookupTitles;
  return (
    <Block
      title="Enrich"
      kind="enrich"
      count={<Count value={counts?.enriched} word="have a record" />}
      problems={problems.filter(({ block }) => block === 'enrich')}
      onRemove={() => change(withoutEnrich(body))}
    >
      {titles !== undefined && Object.keys(titles).length === 0 ? (
        <p className={styles.faint}>
          There are no records to take fields from yet: a schema of stores, products or plans makes them (docs/lookups.md).
        </p>
      ) : (
        <Fields enrich={enrich} />
      )}
      <p className={styles.faint}>
        <Ticked text="They go along when the audiences are exported, as `enrichment`. Who is in does not depend on them." />
      </p>
    </Block>
  );
}

function Fields({ enrich }: { readonly enrich: Enrich }) {
  const { body, change, vocabulary } = useCanvas();
  const texts = useAttributes('text');
  const entities = Object.entries(vocabulary?.schema.lookupTitles ?? {});
  const record = vocabulary?.schema.lookups[enrich.entity];
  const fields = useMemo(
    () =>
      record === undefined
        ? []
        : fieldTree(record, [])
            .flatMap(leavesOf)
            .map(({ path }) => path),
    [record],
  );
  const put = (news: Partial<Enrich>, run?: string) => change({ ...body, enrich: { ...enrich, ...news } }, run);
  return (
    <>
      <div className={styles.line}>
        <span>with records of</span>
        <Choice
          label="Records"
          value={enrich.entity}
          options={[...(enrich.entity === '' ? [['', 'choose …'] as const] : []), ...entities]}
          onChange={(entity) => put({ entity, fields: [] })}
        />
      </div>
      <div className={styles.line}>
        <span>found by</span>
        <span className={styles.wide}>
          <TextBox
            label="Attribute that holds the id of a record"
            placeholder="homeStore"
            value={enrich.by}
            suggestions={texts}
            onChange={(by) => put({ by }, 'enrich by')}
          />
        </span>
      </div>
      <div className={styles.line}>
        <span>taking</span>
        <ManyValues
          label="Fields of the record"
          placeholder="Field"
          values={enrich.fields}
          suggestions={fields.filter((field) => !enrich.fields.includes(field))}
          known={new Set(fields)}
          onChange={(chosen) => put({ fields: [...chosen] })}
        />
      </div>
    </>
  );
}

/** A body without the block. */
function withoutEnrich({ audience, exclude, rank, split, paths }: CompositionBody): CompositionBody {
  return { audience, exclude, rank, split, paths };
}
