import type { ReactNode } from 'react';
import type { Resource } from '../../api/use-resource.ts';
import { Failure, Skeleton } from '../../ui/states.tsx';

/** What is shown of an answer once it is there; until then that it is coming, or why it does not come. */
export function Loaded<T>({ resource, children }: { readonly resource: Resource<T>; readonly children: (data: T) => ReactNode }) {
  if (resource.data !== undefined) return children(resource.data);
  return resource.error ? <Failure error={resource.error} retry={resource.reload} /> : <Skeleton lines={8} height={32} />;
}
