import { routes } from '@kindred/contract';
import type { Audience } from '@kindred/contract';
import type { TextFieldRef } from '@react-spectrum/s2/TextField';
import { ToastQueue } from '@react-spectrum/s2/Toast';
import { useState } from 'react';
import type { RefObject } from 'react';
import { useNavigate } from 'react-router';
import { call } from '../api/session.ts';
import { useAction } from '../api/use-resource.ts';
import type { AudienceDraft } from './draft-store.ts';

export interface SaveOptions {
  readonly audience: Audience | null;
  readonly draft: AudienceDraft;
  readonly nameField: RefObject<TextFieldRef | null>;
  readonly onSaved: () => void;
}

/** Null: the state the audience has. */
type State = 'draft' | 'published' | null;

export function useSave({ audience, draft, nameField, onSaved }: SaveOptions) {
  const navigate = useNavigate();
  const [tried, setTried] = useState(false);
  const action = useAction(async (state: State) => {
    const id = await store(audience, { ...draft, name: draft.name.trim() }, state);
    onSaved();
    ToastQueue.positive(state === 'draft' ? 'Draft saved' : 'Audience saved and evaluated', { timeout: 5000 });
    await navigate(`/audiences/${id}`);
  });
  const save = (state: State) => {
    setTried(true);
    if (draft.name.trim() === '') nameField.current?.focus();
    else if (draft.pql.trim() === '') ToastQueue.negative('The audience has no rule yet: add one first.', { timeout: 5000 });
    else if (!action.running) void action.run(state);
  };
  return { save, tried, running: action.running, error: action.error };
}

async function store(audience: Audience | null, draft: AudienceDraft, state: State): Promise<string> {
  const tags = [...draft.tags];
  const lifecycle = state === null ? {} : { lifecycleState: state };
  if (audience === null) return (await call(routes.createAudience, { body: { ...draft, tags, ...lifecycle } })).id;
  const { id } = audience;
  // An unchanged rule need not be evaluated again, and a state that it has already is no change.
  const { pql, ...about } = draft;
  const body = { ...about, tags, ...(pql === audience.pql ? {} : { pql }), ...(state === audience.lifecycleState ? {} : lifecycle) };
  await call(routes.updateAudience, { params: { id }, body });
  return id;
}
