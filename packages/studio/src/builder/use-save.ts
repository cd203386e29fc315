import { routes } from '@kindred/contract';
import type { Audience } from '@kindred/contract';
import type { TextFieldRef } from '@react-spectrum/s2/TextField';
import { ToastQueue } from '@react-spectrum/s2/Toast';
import { useState } from 'react';
import type { RefObject } from 'react';
import { useNavigate } from 'react-router';
import { call } from '../api/session.ts';
import { useAction } from '../api/use-resource.ts';
import { formatDateTime } from '../ui/format.ts';
import type { AudienceDraft } from './draft-store.ts';

export interface SaveOptions {
  readonly audience: Audience | null;
  readonly draft: AudienceDraft;
  /** When what the draft began from was last changed; null for a new audience. */
  readonly base: string | null;
  readonly nameField: RefObject<TextFieldRef | null>;
  readonly onSaved: () => void;
}

/** Null: the state the audience has. */
type State = 'draft' | 'published' | null;

/** Somebody else saved the audience after the draft began; saving would undo that. */
export class ChangedMeanwhile extends Error {
  override readonly name = 'ChangedMeanwhile';

  constructor({ updatedBy, updatedAt }: Audience) {
    super(
      `${updatedBy} changed this audience at ${formatDateTime(updatedAt)}, after you began. Your draft is kept in this browser: look at the audience in another tab, then save anyway or discard the draft.`,
    );
  }
}

export function useSave(options: SaveOptions) {
  const { draft, nameField, onSaved } = options;
  const navigate = useNavigate();
  const [tried, setTried] = useState(false);
  const [last, setLast] = useState<State>(null);
  const action = useAction(async (state: State, force: boolean) => {
    if (!force) await refuseWhenChanged(options);
    const id = await store(options.audience, { ...draft, name: draft.name.trim() }, state);
    onSaved();
    ToastQueue.positive(state === 'draft' ? 'Draft saved' : 'Audience saved and evaluated', { timeout: 5000 });
    await navigate(`/audiences/${id}`);
  });
  const save = (state: State) => {
    setTried(true);
    setLast(state);
    if (draft.name.trim() === '') nameField.current?.focus();
    else if (draft.pql.trim() === '') ToastQueue.negative('The audience has no rule yet: add one first.', { timeout: 5000 });
    else if (!action.running) void action.run(state, false);
  };
  const overwrite = action.error instanceof ChangedMeanwhile ? () => void action.run(last, true) : null;
  return { save, tried, overwrite, running: action.running, error: action.error };
}

async function refuseWhenChanged({ audience, base }: SaveOptions): Promise<void> {
  if (audience === null || base === null) return;
  const now = await call(routes.getAudience, { params: { id: audience.id } });
  if (now.updatedAt !== base) throw new ChangedMeanwhile(now);
}

async function store(audience: Audience | null, draft: AudienceDraft, state: State): Promise<string> {
  const lists = { tags: [...draft.tags], labels: [...draft.labels] };
  const lifecycle = state === null ? {} : { lifecycleState: state };
  if (audience === null) return (await call(routes.createAudience, { body: { ...draft, ...lists, ...lifecycle } })).id;
  const { id } = audience;
  // An unchanged rule need not be evaluated again, and a state that it has already is no change.
  const { pql, ...about } = draft;
  const body = { ...about, ...lists, ...(pql === audience.pql ? {} : { pql }), ...(state === audience.lifecycleState ? {} : lifecycle) };
  await call(routes.updateAudience, { params: { id }, body });
  return id;
}
