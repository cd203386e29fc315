import { routes } from '@kindred/contract';
import { useNavigate } from 'react-router';
import { call } from '../api/session.ts';
import { useAction } from '../api/use-resource.ts';
import type { Action } from '../api/use-resource.ts';
import { formatDateTime } from '../ui/format.ts';
import { useToldFailure } from '../ui/use-told-failure.ts';

/** Makes a draft with a name that can be changed, and opens it. */
export function useCompose(): Action<[]> {
  const navigate = useNavigate();
  const compose = useAction(async () => {
    const { id } = await call(routes.createComposition, { body: { name: `Composition ${formatDateTime(new Date().toISOString())}` } });
    await navigate(`/audiences/compositions/${id}`);
  });
  useToldFailure(compose.error, 'No composition was made.');
  return compose;
}
