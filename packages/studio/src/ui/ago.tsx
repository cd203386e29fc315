import { formatAgo, formatUtc } from './format.ts';
import { useNow } from './use-now.ts';

/** A time as distance from now; the exact instant in UTC on hover. */
export function Ago({ at }: { readonly at: string }) {
  // A page opened long ago must not show a fresh instant as lying ahead.
  const now = Math.max(useNow(), Date.parse(at));
  return (
    <time dateTime={at} title={formatUtc(at)}>
      {formatAgo(at, now)}
    </time>
  );
}
