import { useMoment } from './builder-context.ts';

/** What happened last, for those who cannot see it. */
export function Said() {
  return (
    <p className="visually-hidden" role="status">
      {useMoment(({ said }) => said)}
    </p>
  );
}
