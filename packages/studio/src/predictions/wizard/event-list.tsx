import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { Menu, MenuItem, MenuTrigger, Text } from '@react-spectrum/s2/Menu';
import { TextField } from '@react-spectrum/s2/TextField';
import type { Vocabulary } from '../../editor/completion.ts';
import { eventTitle } from '../../profiles/describe.ts';
import { formatCountOf } from '../../ui/format.ts';
import { ConditionEditor } from '../../editor/condition-editor.tsx';
import { newEvent } from './draft.ts';
import type { EventDraft } from './draft.ts';
import styles from './wizard.module.css';

export interface EventListProps {
  /** What one of them is called. */
  readonly title: string;
  readonly events: readonly EventDraft[];
  readonly onChange: (events: readonly EventDraft[]) => void;
  readonly most: number;
  readonly vocabulary: Vocabulary | undefined;
  /** They have names, which factors call them by. */
  readonly named?: boolean;
}

/** Conditions on events: chosen from those that occur, and made narrower in PQL. */
export function EventList({ title, events, onChange, most, vocabulary, named = false }: EventListProps) {
  const set = (id: string, news: Partial<EventDraft>) => onChange(events.map((each) => (each.id === id ? { ...each, ...news } : each)));
  return (
    <div className={styles.events}>
      {events.map((event, index) => (
        <fieldset key={event.id} className={styles.event}>
          <legend>
            {title} {index + 1}
          </legend>
          <div className={styles.eventHead}>
            {named && <TextField label="Name in factors" maxLength={100} value={event.name} onChange={(name) => set(event.id, { name })} />}
            <ActionButton
              aria-label={`Remove ${title.toLowerCase()} ${index + 1}`}
              onPress={() => onChange(events.filter(({ id }) => id !== event.id))}
            >
              Remove
            </ActionButton>
          </div>
          <ConditionEditor
            label={`Condition of ${title.toLowerCase()} ${index + 1} in PQL`}
            scope="event"
            value={event.condition}
            onChange={(condition) => set(event.id, { condition })}
            vocabulary={vocabulary}
          />
        </fieldset>
      ))}
      {events.length < most && (
        <AddEvent title={title} vocabulary={vocabulary} onAdd={(event) => onChange([...events, event])} named={named} />
      )}
    </div>
  );
}

const OWN = 'own';

interface AddEventProps extends Pick<EventListProps, 'title' | 'vocabulary' | 'named'> {
  readonly onAdd: (event: EventDraft) => void;
}

function AddEvent({ title, vocabulary, named, onAdd }: AddEventProps) {
  const types = vocabulary?.schema.eventTypes.filter(({ eventType }) => eventType !== '') ?? [];
  const add = (key: string) =>
    onAdd(key === OWN ? newEvent() : newEvent(`eventType = ${JSON.stringify(key)}`, named === true ? eventTitle(key) : ''));
  return (
    <MenuTrigger>
      <ActionButton>Add {title.toLowerCase()}</ActionButton>
      <Menu onAction={(key) => add(String(key))}>
        {[
          <MenuItem key={OWN} id={OWN} textValue="Write a condition">
            <Text slot="label">Write a condition</Text>
            <Text slot="description">In PQL, on any field of events</Text>
          </MenuItem>,
          ...types.map(({ eventType, events }) => (
            <MenuItem key={eventType} id={eventType} textValue={eventTitle(eventType)}>
              <Text slot="label">{eventTitle(eventType)}</Text>
              <Text slot="description">
                {eventType}, {formatCountOf(events, 'event')}
              </Text>
            </MenuItem>
          )),
        ]}
      </Menu>
    </MenuTrigger>
  );
}
