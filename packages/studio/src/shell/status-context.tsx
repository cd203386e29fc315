import { routes } from '@kindred/contract';
import type { Status } from '@kindred/contract';
import { createContext, useContext } from 'react';
import type { ReactNode } from 'react';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import type { Resource } from '../api/use-resource.ts';

const POLL_MS = 5000;

const StatusContext = createContext<Resource<Status>>({ data: undefined, error: undefined, loading: true, reload: () => undefined });

/** Counts and data revision of the server for the whole app, kept fresh. */
export function StatusProvider({ children }: { readonly children: ReactNode }) {
  const status = useResource('status', (signal) => call(routes.getStatus, { signal }), { everyMs: POLL_MS });
  return <StatusContext value={status}>{children}</StatusContext>;
}

export const useStatus = (): Resource<Status> => useContext(StatusContext);
