/** A new source: what the catalogue says of its kind becomes the form. */
import { routes } from '@kindred/contract';
import type { Result } from '@kindred/contract';
import { Button } from '@react-spectrum/s2/Button';
import { ButtonGroup } from '@react-spectrum/s2/ButtonGroup';
import { Content, Dialog, Heading } from '@react-spectrum/s2/Dialog';
import { Form } from '@react-spectrum/s2/Form';
import { NumberField } from '@react-spectrum/s2/NumberField';
import { Picker, PickerItem } from '@react-spectrum/s2/Picker';
import { TextArea } from '@react-spectrum/s2/TextArea';
import { TextField } from '@react-spectrum/s2/TextField';
import { useState } from 'react';
import { call } from '../api/session.ts';
import { useAction, useResource } from '../api/use-resource.ts';
import { Failure, Skeleton } from '../ui/states.tsx';
import type { Setting } from './source-settings.ts';
import { settingsOf, valueOf } from './source-settings.ts';

interface Draft {
  readonly kind: string;
  readonly name: string;
  readonly dataset: string;
  readonly target: 'event' | 'profile';
  readonly interval: number;
  /** JSON; empty: records are XDM documents. */
  readonly mapping: string;
  readonly settings: Readonly<Record<string, string>>;
}

const START: Draft = { kind: 'folder', name: '', dataset: '', target: 'event', interval: 60, mapping: '', settings: {} };

export function AddSource({ onAdded, onCancel }: { readonly onAdded: () => void; readonly onCancel: () => void }) {
  const catalog = useResource('connectors', (signal) => call(routes.listConnectors, { signal }));
  const [draft, setDraft] = useState(START);
  const change = (next: Partial<Draft>) => setDraft({ ...draft, ...next });
  const connector = catalog.data?.connectors.find(({ kind }) => kind === draft.kind);
  const settings = connector === undefined ? [] : settingsOf(connector);
  const add = useAction(async () => {
    await call(routes.createDataSource, { body: bodyOf(draft, settings) });
    onAdded();
  });
  const isWhole =
    draft.name.trim() !== '' && draft.dataset.trim() !== '' && settings.every(({ name, needed }) => !needed || draft.settings[name]);
  return (
    <Dialog size="L">
      <Heading slot="title">Fetch data by itself</Heading>
      <Content>
        {catalog.error && <Failure error={catalog.error} retry={catalog.reload} />}
        {!catalog.data && catalog.loading && <Skeleton lines={5} height={40} />}
        {catalog.data && (
          <SourceForm catalog={catalog.data.connectors} settings={settings} draft={draft} change={change} onSubmit={() => void add.run()} />
        )}
        {add.error && <Failure error={add.error} title="The source was not added" />}
      </Content>
      <ButtonGroup>
        <Button variant="secondary" onPress={onCancel}>
          Cancel
        </Button>
        {/* Not isPending: its announcement would outlive the dialog, and with it the label that it points to. */}
        <Button variant="accent" type="submit" form="source-form" isDisabled={!isWhole || add.running}>
          Add
        </Button>
      </ButtonGroup>
    </Dialog>
  );
}

interface FieldProps {
  readonly draft: Draft;
  readonly change: (next: Partial<Draft>) => void;
}

type Catalog = Result<(typeof routes)['listConnectors']>['connectors'];

interface FormProps extends FieldProps {
  readonly catalog: Catalog;
  readonly settings: readonly Setting[];
  readonly onSubmit: () => void;
}

function SourceForm({ catalog, settings, draft, change, onSubmit }: FormProps) {
  return (
    <Form
      id="source-form"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <Picker label="Kind" selectedKey={draft.kind} onSelectionChange={(kind) => change({ kind: String(kind), settings: {} })}>
        {catalog.map(({ kind, title }) => (
          <PickerItem key={kind} id={kind}>
            {title}
          </PickerItem>
        ))}
      </Picker>
      <p>{catalog.find(({ kind }) => kind === draft.kind)?.description}</p>
      <TextField label="Name" isRequired maxLength={255} value={draft.name} onChange={(name) => change({ name })} />
      {settings.map((setting) => (
        <SettingField key={setting.name} setting={setting} draft={draft} change={change} />
      ))}
      <TextField
        label="Dataset"
        description="What its records are filed under"
        isRequired
        maxLength={255}
        value={draft.dataset}
        onChange={(dataset) => change({ dataset })}
      />
      <Target draft={draft} change={change} />
      <NumberField
        label="Seconds between runs"
        minValue={1}
        maxValue={86_400}
        value={draft.interval}
        onChange={(interval) => change({ interval })}
      />
    </Form>
  );
}

function SettingField({ setting, draft, change }: FieldProps & { readonly setting: Setting }) {
  const { name, description, needed, secret } = setting;
  return (
    <TextField
      label={titleOf(name)}
      {...(description === undefined ? {} : { description })}
      isRequired={needed}
      {...(secret ? { type: 'password' as const, autoComplete: 'off' } : {})}
      value={draft.settings[name] ?? ''}
      onChange={(value) => change({ settings: { ...draft.settings, [name]: value } })}
    />
  );
}

/** `settleSeconds` → `Settle seconds` */
function titleOf(name: string): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** XDM documents say what they are; everything else needs a mapping. */
function Target({ draft, change }: FieldProps) {
  return (
    <>
      <TextArea
        label="Mapping"
        description="JSON: source columns to XDM paths, as kindred schema infer proposes it. Leave it empty for XDM documents."
        value={draft.mapping}
        onChange={(mapping) => change({ mapping })}
      />
      {draft.mapping.trim() === '' && (
        <Picker
          label="Records are"
          selectedKey={draft.target}
          onSelectionChange={(target) => change({ target: target as Draft['target'] })}
        >
          <PickerItem id="event">Events</PickerItem>
          <PickerItem id="profile">Profile records</PickerItem>
        </Picker>
      )}
    </>
  );
}

/** Throws an Error that the form shows when the mapping is no JSON. */
function bodyOf({ kind, name, dataset, target, interval, mapping, settings: texts }: Draft, settings: readonly Setting[]) {
  const given = settings.flatMap((setting) => {
    const text = texts[setting.name]?.trim() ?? '';
    return text === '' ? [] : [[setting.name, valueOf(setting, text)] as const];
  });
  const common = { kind, name, dataset, target, intervalSeconds: interval, settings: Object.fromEntries(given) };
  return mapping.trim() === '' ? common : { ...common, mapping: parsed(mapping) };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`The mapping is not JSON: ${(error as Error).message}`, { cause: error });
  }
}
