/** What a trained prediction has to show. */
import { routes } from '@kindred/contract';
import type { CheckedPredictionScoring, Prediction, PredictionModel, PredictionScores } from '@kindred/contract';
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

/** Scorings whose people are, or were, looked at again when the window was over. */
export function useOutcomes({ id, scores }: Prediction): Resource<readonly CheckedPredictionScoring[]> {
  return useResource(`outcomes ${id}`, async (signal) => (await call(routes.listPredictionOutcomes, { params: { id }, signal })).scorings, {
    refreshOn: scores?.scoredAt,
  });
}
