/** What is wrong with the server and what it works on, as its own reports say. */
import { ApiError, routes } from '@kindred/contract';
import { call } from '../api/session.ts';
import { batchesOf } from '../datasets/catalog.ts';
import { formatCountOf } from '../ui/format.ts';

export interface Trouble {
  readonly title: string;
  /** The reason, in the words of the server. */
  readonly reason: string;
  readonly href: string;
  /** What the link leads to. */
  readonly to: string;
  /** When it was found; null: it is so now. */
  readonly at: string | null;
}

/** What ended longer ago is history. */
const RECENT = 7 * 86_400_000;
const LOOKED_AT = 50;

/** Nothing when all is well. @param now epoch ms */
export async function troublesAt(now: number, signal: AbortSignal): Promise<readonly Trouble[]> {
  const found = await Promise.all([
    ofStores(signal),
    ofSources(signal),
    ofLetters(signal),
    ofImports(now - RECENT, signal),
    ofJobs(now - RECENT, signal),
    ofExports(now - RECENT, signal),
    ofBatches(now - RECENT, signal),
    ofLists(signal),
  ]);
  return found.flat();
}

async function ofStores(signal: AbortSignal): Promise<readonly Trouble[]> {
  const { components } = await call(routes.health, { signal });
  return Object.entries(components)
    .filter(([, { ready }]) => !ready)
    .map(([name, { message = 'It does not answer.' }]) => {
      return { title: `${name} is not ready`, reason: message, href: '/health', to: 'Health of the server', at: null };
    });
}

async function ofSources(signal: AbortSignal): Promise<readonly Trouble[]> {
  const { sources } = await call(routes.listDataSources, { signal });
  return sources
    .filter(({ failures, state }) => failures > 0 && state === 'active')
    .map(({ name, failures, lastRun }) => ({
      title: `The source ${name} has failed ${failures === 1 ? 'once' : `${failures} times in a row`}`,
      reason: lastRun?.error?.message ?? 'It gave no reason.',
      href: '/sources',
      to: 'Sources',
      at: lastRun?.endedAt ?? null,
    }));
}

async function ofLetters(signal: AbortSignal): Promise<readonly Trouble[]> {
  const { total, deadLetters } = await call(routes.listDeadLetters, { query: { state: 'open', limit: 1 }, signal });
  const [newest] = deadLetters;
  if (newest === undefined) return [];
  return [
    {
      title: `${formatCountOf(total, 'record')} of the stream could not be stored`,
      reason: newest.problems.map(({ field, reason }) => `${field} ${reason}`.trim()).join('; '),
      href: '/sources/dead-letters',
      to: 'Dead letters',
      at: newest.receivedAt,
    },
  ];
}

async function ofImports(since: number, signal: AbortSignal): Promise<readonly Trouble[]> {
  const { imports } = await call(routes.listImports, { signal });
  return imports
    .filter(({ state, createdAt }) => state === 'failed' && Date.parse(createdAt) >= since)
    .map(({ source, error, finishedAt }) => ({
      title: `The import of ${source} failed`,
      reason: error?.message ?? 'It gave no reason.',
      href: '/sources',
      to: 'Imports',
      at: finishedAt,
    }));
}

async function ofJobs(since: number, signal: AbortSignal): Promise<readonly Trouble[]> {
  const { children } = await call(routes.listSegmentJobs, { query: { status: 'FAILED', limit: LOOKED_AT }, signal });
  return children
    .filter(({ updateTime }) => updateTime >= since)
    .map(({ errors, segments, updateTime }) => {
      const id = segments.length === 1 && segments[0]?.segmentId !== '*' ? segments[0]?.segmentId : undefined;
      return {
        title: 'An evaluation failed',
        reason: errors.map(({ msg }) => msg).join(' '),
        href: id === undefined ? '/audiences/evaluation' : `/audiences/${id}/activity`,
        to: id === undefined ? 'Evaluation summary' : 'The audience',
        at: new Date(updateTime).toISOString(),
      };
    });
}

async function ofExports(since: number, signal: AbortSignal): Promise<readonly Trouble[]> {
  const { records } = await call(routes.listExportJobs, { query: { status: 'FAILED', limit: LOOKED_AT }, signal });
  return records
    .filter(({ updateTime }) => updateTime >= since)
    .map(({ id, errors, updateTime }) => ({
      title: `Export ${id} failed`,
      reason: errors.map(({ msg }) => msg).join(' '),
      href: '/audiences/evaluation',
      to: 'Evaluation summary',
      at: new Date(updateTime).toISOString(),
    }));
}

async function ofBatches(since: number, signal: AbortSignal): Promise<readonly Trouble[]> {
  const failed = batchesOf(await call(routes.listBatches, { query: { status: 'failed', limit: LOOKED_AT }, signal }));
  const recent = failed.filter(({ created }) => created >= since);
  const ids = [...new Set(recent.map(({ dataset }) => dataset))];
  const names = new Map(await Promise.all(ids.map(async (id) => [id, await datasetName(id, signal)] as const)));
  return recent.map(({ id, dataset, created, errors }) => ({
    title: `A batch of ${names.get(dataset)} failed`,
    reason: errors.map(({ description }) => description).join(' ') || `Batch ${id} gave no reason.`,
    href: `/datasets/${encodeURIComponent(dataset)}`,
    to: 'The dataset',
    at: new Date(created).toISOString(),
  }));
}

/** Its id when nobody describes it any more. */
async function datasetName(id: string, signal: AbortSignal): Promise<string> {
  try {
    return (await call(routes.getDataset, { params: { id }, signal }))[id]?.name ?? id;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return id;
    throw error;
  }
}

/** Audiences from outside whose list has run out. */
async function ofLists(signal: AbortSignal): Promise<readonly Trouble[]> {
  const { audiences } = await call(routes.listAudiences, { query: { kind: 'external' }, signal });
  return audiences
    .filter(({ external, lifecycleState }) => external?.expired === true && lifecycleState !== 'inactive')
    .map(({ id, name, external }) => ({
      title: `The list of “${name}” has expired`,
      reason: 'Nobody is a member any more. Another list revives it.',
      href: `/audiences/${id}/activity`,
      to: 'Take in a list',
      at: external?.expiresAt ?? null,
    }));
}
