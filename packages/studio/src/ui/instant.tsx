import { formatDateTime, formatUtc } from './format.ts';

/** A moment in the reader's own zone; in UTC on hover. */
export function Instant({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={formatUtc(at)}>
      {formatDateTime(at)}
    </time>
  );
}
