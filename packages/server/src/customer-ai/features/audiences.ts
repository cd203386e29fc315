/** Features made of audiences: who is in one, by its rule, at the instant that is looked at. */
import { pathsRead, usesOf } from '@kindred/pql';
import { Bitmap } from '../../segmentation/index.ts';
import type { Segmentation } from '../../segmentation/index.ts';
import type { History } from '../history.ts';
import { knownAt } from '../history.ts';
import type { AudienceFeature, Feature } from './feature.ts';

/** Evaluated at every instant that a model looks back to. */
const MOST_AUDIENCES = 10;
/** Of all people, how many must be in and out for an audience to tell anything. */
const LEAST_SHARE = 0.005;

export interface AudienceSource {
  readonly segmentation: Pick<Segmentation, 'audiences' | 'check'>;
  /** How many people there are. */
  readonly people: number;
}

/**
 * Published rules of what people are and did themselves: neither scores, which would tell of the model what it is to learn, nor other audiences
 * and lookup records, of which it is not known what they were. Those that part people most evenly come first.
 */
export async function audienceFeatures(
  { segmentation, people }: AudienceSource,
  excluded: (path: string) => boolean,
): Promise<readonly AudienceFeature[]> {
  const { audiences } = await segmentation.audiences.list({ kind: 'rule', lifecycleState: 'published' });
  const usable = audiences.flatMap(({ id, name, pql, last }) => {
    const share = (last?.size ?? 0) / Math.max(1, people);
    const { plan } = segmentation.check(pql);
    if (plan === null || Math.min(share, 1 - share) < LEAST_SHARE) return [];
    const { audiences: refers, lookups } = usesOf(plan.test);
    const paths = pathsRead(plan.test).map((path) => path.replace(/^xEvent\./, ''));
    if (refers || lookups || paths.some((path) => /^(customerAI|segmentMembership)\b/.test(path) || excluded(path))) return [];
    return [{ id, name, pql, share }];
  });
  const evenly = usable.toSorted((one, other) => Math.abs(one.share - 0.5) - Math.abs(other.share - 0.5) || (one.id < other.id ? -1 : 1));
  return evenly.slice(0, MOST_AUDIENCES).map(({ id, name, pql }) => ({
    code: `audience.${id}`,
    label: `In the audience ${name}`,
    family: `audience.${id}`,
    kind: 'numeric',
    unit: 'flag',
    from: 'audiences',
    pql,
  }));
}

export interface MembersAt {
  /** Epoch ms. */
  readonly at: number;
  readonly history: Pick<History, 'loaded'>;
  /** Events that are not looked at, as SQL. */
  readonly exclusions: readonly string[];
  /** Of these alone it is told; ordinals. Everybody when left out. */
  readonly people?: Uint32Array | undefined;
  readonly signal: AbortSignal;
}

/** Who is in the audiences of features, by their codes and by what was known at an instant. Throws SegmentationError and StoreError. */
export async function audienceMembers(
  features: readonly Feature[],
  { at, history, exclusions, people, signal }: MembersAt,
  { membersAt }: Pick<Segmentation, 'membersAt'>,
): Promise<ReadonlyMap<string, Bitmap>> {
  const asked = features.filter((feature): feature is AudienceFeature => feature.from === 'audiences');
  if (asked.length === 0) return new Map();
  const events = [
    knownAt(at, history),
    ...exclusions.map((sql) => `NOT ifNull(${sql}, 0)`),
    ...(people === undefined ? [] : [`profile IN (${[...people].join(', ')})`]),
  ];
  const members = await membersAt(
    asked.map(({ pql }) => pql),
    { at, events: events.join(' AND '), signal },
  );
  return new Map(asked.map(({ code }, index) => [code, members[index] ?? Bitmap.empty]));
}
