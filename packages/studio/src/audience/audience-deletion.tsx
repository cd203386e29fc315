import { routes } from '@kindred/contract';
import type { Audience } from '@kindred/contract';
import { call } from '../api/session.ts';
import { Deletion } from '../ui/deletion.tsx';

export interface AudienceDeletionProps {
  readonly audience: Pick<Audience, 'id' | 'name'>;
  readonly isAsked: boolean;
  readonly onRemoved: () => void;
  readonly onClose: () => void;
}

export function AudienceDeletion({ audience: { id, name }, ...deletion }: AudienceDeletionProps) {
  return (
    <Deletion {...deletion} name={name} remove={async () => await call(routes.deleteAudience, { params: { id } })}>
      The audience, its members and its history go for good. Profiles and events stay.
    </Deletion>
  );
}
