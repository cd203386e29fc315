/** What a trained prediction has to show. */
import { routes } from '@kindred/contract';
import type { Prediction, PredictionModel, PredictionScores } from '@kindred/contract';
import { call } from '../../api/session.ts';
import { useResource } from '../../api/use-resource.ts';
import type { Resource } from '../../api/use-resource.ts';

/** The card of the model in force, or of another version. */
export function useModel(id: string, version: number | null): Resource<PredictionModel> {
  return useResource(`model ${id} ${version}`, (signal) =>
    call(routes.getPredictionModel, { params: { id }, query: version === null ? {} : { version }, signal }),
  );
}

export function useScores({ id, scores }: Prediction): Resource<PredictionScores> {
  return useResource(`scores ${id}`, (signal) => call(routes.getPredictionScores, { params: { id }, signal }), {
    refreshOn: scores?.scoredAt,
  });
}
