import type { Audience, Folder } from '@kindred/contract';
import { Button } from '@react-spectrum/s2/Button';
import { ButtonGroup } from '@react-spectrum/s2/ButtonGroup';
import { Content, Dialog, Heading } from '@react-spectrum/s2/Dialog';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Choice, ManyValues } from '../ui/fields.tsx';
import { formatCountOf } from '../ui/format.ts';
import { inOrder } from './folders.ts';
import styles from './organise-dialog.module.css';

/** What is said anew of an audience. */
export interface Change {
  readonly folderId?: string | null;
  readonly tags?: string[];
  readonly labels?: string[];
}

export interface OrganiseDialogProps {
  readonly selected: readonly Audience[];
  readonly all: readonly Audience[];
  readonly folders: readonly Folder[];
  readonly onDo: (changeOf: (audience: Audience) => Change) => void;
}

const SAME = 'same';
const TOP = 'top';

/** Where audiences lie, and which tags and labels they have more or no longer. */
export function OrganiseDialog({ selected, all, folders, onDo }: OrganiseDialogProps) {
  const [folder, setFolder] = useState(SAME);
  const [tags, setTags] = useState(NOTHING);
  const [labels, setLabels] = useState(NOTHING);
  const places = [[SAME, 'Leave where they are'] as const, [TOP, 'In no folder'] as const];
  const options = [...places, ...inOrder(folders).map(({ id, name, depth }) => [id, `${'  '.repeat(depth)}${name}`] as const)];
  const changeOf = (audience: Audience): Change => ({
    ...(folder !== SAME && { folderId: folder === TOP ? null : folder }),
    ...(isSome(tags) && { tags: changed(audience.tags, tags) }),
    ...(isSome(labels) && { labels: changed(audience.labels, labels) }),
  });
  return (
    <Dialog size="M">
      <Heading slot="title">{formatCountOf(selected.length, 'audience')}</Heading>
      <Content>
        <div className={styles.form}>
          <Field title="Folder">
            <Choice label="Folder" value={folder} options={options} onChange={setFolder} />
          </Field>
          <Difference of="tags" all={all} selected={selected} value={tags} onChange={setTags} />
          <Difference of="labels" all={all} selected={selected} value={labels} onChange={setLabels} />
        </div>
      </Content>
      <ButtonGroup>
        <Button variant="secondary" slot="close">
          Cancel
        </Button>
        <Button variant="accent" isDisabled={folder === SAME && !isSome(tags) && !isSome(labels)} onPress={() => onDo(changeOf)}>
          Apply
        </Button>
      </ButtonGroup>
    </Dialog>
  );
}

function Field({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className={styles.field}>
      <span>{title}</span>
      {children}
    </div>
  );
}

interface Words {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

const NOTHING: Words = { add: [], remove: [] };

interface DifferenceProps extends Pick<OrganiseDialogProps, 'all' | 'selected'> {
  readonly of: 'tags' | 'labels';
  readonly value: Words;
  readonly onChange: (value: Words) => void;
}

/** Words to add, of those in use anywhere, and words to take away. */
function Difference({ of, all, selected, value, onChange }: DifferenceProps) {
  const title = of === 'tags' ? 'tags' : 'access labels';
  const used = (audiences: readonly Audience[]) => [...new Set(audiences.flatMap((audience) => audience[of]))];
  return (
    <>
      <Field title={`Add ${title}`}>
        <ManyValues
          label={`Add ${title}`}
          placeholder="One or more"
          values={value.add}
          suggestions={used(all)}
          onChange={(add) => onChange({ ...value, add })}
        />
      </Field>
      <Field title={`Remove ${title}`}>
        <ManyValues
          label={`Remove ${title}`}
          placeholder="One or more"
          values={value.remove}
          suggestions={used(selected)}
          onChange={(remove) => onChange({ ...value, remove })}
        />
      </Field>
    </>
  );
}

const isSome = ({ add, remove }: Words): boolean => add.length + remove.length > 0;

function changed(values: readonly string[], { add, remove }: Words): string[] {
  return [...new Set([...values, ...add])].filter((value) => !remove.includes(value));
}
