import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { ComboBox, ComboBoxItem } from '@react-spectrum/s2/ComboBox';
import { Tag, TagGroup } from '@react-spectrum/s2/TagGroup';
import { useState } from 'react';
import { EventList } from './event-list.tsx';
import { Step } from './step-list.tsx';
import type { StepProps } from './step.ts';
import styles from './wizard.module.css';

export function DetailsStep(properties: StepProps) {
  const { draft, change, vocabulary, missing } = properties;
  return (
    <Step
      title="Events and fields"
      about="All of this may stay empty: features are made from the event types and fields that occur."
      missing={missing}
    >
      <h3 className={styles.part}>Custom events</h3>
      <p className={styles.note}>Acts of people that get features of their own, under a name that anybody understands.</p>
      <EventList
        title="Custom event"
        events={draft.customEvents}
        onChange={(customEvents) => change({ customEvents })}
        most={20}
        vocabulary={vocabulary}
        named
      />
      <h3 className={styles.part}>Exclusions</h3>
      <p className={styles.note}>Events that the model does not look at, such as those of a test or of bots.</p>
      <EventList
        title="Exclusion"
        events={draft.exclusions}
        onChange={(exclusions) => change({ exclusions })}
        most={20}
        vocabulary={vocabulary}
      />
      <h3 className={styles.part}>Fields left out</h3>
      <p className={styles.note}>
        Fields that make no features: because they must not count, such as a gender, or because they tell the outcome beforehand.
      </p>
      <LeftOut {...properties} />
    </Step>
  );
}

function LeftOut({ draft: { excludedFields }, change, vocabulary }: StepProps) {
  const [typed, setTyped] = useState('');
  const { profile = [], event = [] } = vocabulary?.schema.populated ?? {};
  const paths = [...new Set([...profile, ...event])].filter((each) => !excludedFields.includes(each)).toSorted();
  const path = typed.trim();
  const add = () => {
    setTyped('');
    change({ excludedFields: [...excludedFields, path] });
  };
  return (
    <>
      <div className={styles.row}>
        <ComboBox
          label="Field"
          defaultItems={paths.map((id) => ({ id }))}
          inputValue={typed}
          onInputChange={setTyped}
          allowsCustomValue
          UNSAFE_style={{ flex: '1 1 260px', maxWidth: 420 }}
        >
          {({ id }) => <ComboBoxItem id={id}>{id}</ComboBoxItem>}
        </ComboBox>
        <ActionButton onPress={add} isDisabled={path === '' || excludedFields.includes(path)}>
          Leave out
        </ActionButton>
      </div>
      {excludedFields.length > 0 && (
        <TagGroup
          label="Left out"
          onRemove={(keys) => change({ excludedFields: excludedFields.filter((each) => !keys.has(each)) })}
          items={excludedFields.map((id) => ({ id }))}
        >
          {({ id }) => <Tag id={id}>{id}</Tag>}
        </TagGroup>
      )}
    </>
  );
}
