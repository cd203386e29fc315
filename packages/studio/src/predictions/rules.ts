/** Rules about scores, as the builder takes them. */
import type { Prediction } from '@kindred/contract';
import type { BucketName } from './buckets.ts';
import { buildHref } from '../builder/proposal.ts';

type Named = Pick<Prediction, 'key' | 'name'>;

/** A new audience of a bucket. */
export function bucketHref({ key, name }: Named, bucket: BucketName): string {
  return buildHref({ name: `${name}: ${bucket.toLowerCase()}`, pql: bucketRule(key, bucket) });
}

/** A new audience of the people with the highest scores. @param share of them, above 0 and up to 1 */
export function topHref({ key, name }: Named, share: number): string {
  const percent = Math.min(100, Math.max(1, Math.round(share * 100)));
  return buildHref({ name: `${name}: top ${percent} %`, pql: `customerAI.${key}.percentile >= ${101 - percent}` });
}

export interface FactorOf {
  readonly code: string;
  readonly label: string;
  readonly direction: 'up' | 'down';
  /** Only of this bucket. */
  readonly bucket?: BucketName;
}

/** A new audience of those whose score a factor raises or lowers. */
export function factorHref({ key, name }: Named, { code, label, direction, bucket }: FactorOf): string {
  const factor = `customerAI.${key}.factors[code = ${JSON.stringify(code)} and direction = "${direction}"]`;
  const pql = bucket === undefined ? factor : `${bucketRule(key, bucket)} and ${factor}`;
  const who = bucket === undefined ? name : `${name}: ${bucket.toLowerCase()}`;
  return buildHref({ name: `${who}, ${direction === 'up' ? 'raised' : 'lowered'} by ${label}`.slice(0, 255), pql });
}

const bucketRule = (key: string, bucket: BucketName): string => `customerAI.${key}.bucket = "${bucket}"`;
