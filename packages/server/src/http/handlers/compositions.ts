/** Compositions over HTTP. */
import type { Composition as CompositionView, CompositionBody as GivenBody } from '@kindred/contract';
import { isDeepStrictEqual } from 'node:util';
import type { Audience, Composition, CompositionBody, CompositionPreview, Segmentation } from '../../segmentation/index.ts';
import { SegmentationError } from '../../segmentation/index.ts';
import { SOURCE } from '../audiences.ts';
import { given } from '../given.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

type CompositionRoutes =
  | 'listCompositions'
  | 'createComposition'
  | 'getComposition'
  | 'updateComposition'
  | 'deleteComposition'
  | 'validateComposition'
  | 'previewComposition'
  | 'publishComposition';

export function compositionHandlers({ segmentation, metrics, clock }: Rooms): Handlers<CompositionRoutes> {
  const { compositions } = segmentation;
  const view = async (composition: Composition): Promise<CompositionView> => {
    const [shown] = await viewsOf([composition], segmentation);
    if (shown === undefined) throw new Error('one view for each composition');
    return shown;
  };
  return {
    listCompositions: async () => ({ compositions: await viewsOf(await compositions.list(), segmentation) }),
    createComposition: async ({ body, request }) =>
      view(await compositions.create({ ...given(body), createdBy: request.caller.name }, clock())),
    getComposition: async ({ params }) => view(await compositions.get(params.id)),
    updateComposition: async ({ params, body, request }) =>
      view(await compositions.update(params.id, { ...given(body), changedBy: request.caller.name }, clock())),
    async deleteComposition({ params }) {
      await compositions.delete(params.id, clock());
      return undefined;
    },
    async validateComposition({ params, body: { body } }) {
      const draft = (await compositions.get(params.id)).body;
      return { problems: [...(await compositions.problems(params.id, body ?? draft))] };
    },
    async previewComposition({ params, body: { body, now }, signal }) {
      const at = now === undefined ? clock() : new Date(now);
      const preview = await compositions.preview(params.id, { body, now: at, signal });
      metrics.evaluations.observe({ kind: 'estimate' }, preview.tookMs / 1000);
      return previewBody(preview);
    },
    async publishComposition({ params, body: { ifChanges }, request }) {
      const published = await compositions.publish(params.id, { by: request.caller.name, ifChanges }, clock());
      await evaluateOutputs(published, segmentation);
      return view(published);
    },
  };
}

/** All audiences of a composition that are in use, by one job. Throws SegmentationError `segment-job-failed`. */
async function evaluateOutputs({ id, name }: Composition, { compositions, jobs }: Segmentation): Promise<void> {
  const outputs = (await compositions.outputs([id])).filter(({ lifecycleState }) => lifecycleState !== 'inactive');
  if (outputs.length === 0) return;
  const { id: job } = await jobs.create(
    outputs.map((each) => each.id),
    SOURCE,
  );
  const { status, errors } = await jobs.ended(job);
  if (status === 'SUCCEEDED' && errors.length === 0) return;
  throw new SegmentationError({
    code: 'segment-job-failed',
    message: `${name} is published, but was not evaluated: ${errors[0]?.msg ?? status.toLowerCase()}`,
    hint: `The segment job ${job} has the reason.`,
    details: errors,
  });
}

async function viewsOf(
  found: readonly Composition[],
  { compositions, audiences }: Pick<Segmentation, 'compositions' | 'audiences'>,
): Promise<CompositionView[]> {
  const outputs = await compositions.outputs(found.map(({ id }) => id));
  const evaluated = new Map((await audiences.getMany(outputs.map(({ id }) => id))).map((each) => [each.id, each]));
  const byComposition = Map.groupBy(evaluated.values(), ({ composition }) => composition?.id);
  return found.map((each) => viewOf(each, byComposition.get(each.id) ?? []));
}

function viewOf(composition: Composition, outputs: readonly Audience[]): CompositionView {
  const { id, name, description, body, published, version, changes, createdAt, createdBy, updatedAt, updatedBy, publishedAt } = composition;
  const order = (published ?? body).paths.map(({ key }) => key);
  const placed = outputs.toSorted((a, b) => order.indexOf(a.composition?.path ?? '') - order.indexOf(b.composition?.path ?? ''));
  return {
    id,
    name,
    description,
    state: published === null ? 'draft' : isDeepStrictEqual(body, published) ? 'published' : 'changed',
    body: bodyOf(body),
    published: published && bodyOf(published),
    outputs: placed.map((each) => ({
      path: each.composition?.path ?? '',
      id: each.id,
      name: each.name,
      size: each.last?.size ?? null,
      lastEvaluated: each.last?.evaluatedAt.toISOString() ?? null,
      lifecycleState: each.lifecycleState,
    })),
    version,
    changes,
    createdAt: createdAt.toISOString(),
    createdBy,
    updatedAt: updatedAt.toISOString(),
    updatedBy,
    publishedAt: publishedAt?.toISOString() ?? null,
  };
}

/** The same, in arrays of one's own. */
function bodyOf(body: CompositionBody): GivenBody {
  return structuredClone(body) as GivenBody;
}

function previewBody({ problems, counts, evaluatedAt, ...rest }: CompositionPreview) {
  return { ...rest, problems: [...problems], counts: counts && countsBody(counts), evaluatedAt: evaluatedAt.toISOString() };
}

function countsBody({ inputs, exclude, paths, ...counts }: NonNullable<CompositionPreview['counts']>) {
  return { ...counts, inputs: [...inputs], ...(exclude && { exclude: [...exclude] }), ...(paths && { paths: [...paths] }) };
}
