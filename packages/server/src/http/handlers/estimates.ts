/** How many profiles a query has. */
import type { Body, Routes } from '@kindred/contract';
import { nodesBody } from '../estimate-nodes.ts';
import type { EstimateQuestion } from '../estimate-stream.ts';
import { estimateStream, SAMPLE } from '../estimate-stream.ts';
import { ordinalOf } from '../find-profile.ts';
import { membersOf } from '../members.ts';
import { nearMissesBody } from '../near-misses.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { explainedBody } from '../why.ts';

type EstimateRoutes = 'estimatePql' | 'estimateNodes' | 'nearMisses' | 'explainPql' | 'streamEstimate' | 'streamLongEstimate';

export function estimateHandlers(rooms: Rooms): Handlers<EstimateRoutes> {
  const { segmentation, tables, metrics, clock } = rooms;
  const questionOf = ({ pql, now, asOf, mergePolicyId }: Body<Routes['estimatePql']>, signal: AbortSignal): EstimateQuestion => ({
    pql,
    now: now === undefined ? clock() : new Date(now),
    ...(asOf !== undefined && { asOf: new Date(asOf) }),
    ...(mergePolicyId !== undefined && { mergePolicyId }),
    signal,
  });
  return {
    async estimatePql({ body, signal }) {
      const { pql, ...options } = questionOf(body, signal);
      const { sample, evaluatedAt, ...estimate } = await segmentation.estimate(pql, { ...options, sample: SAMPLE });
      metrics.evaluations.observe({ kind: 'estimate' }, estimate.tookMs / 1000);
      return { ...estimate, evaluatedAt: evaluatedAt.toISOString(), sample: await membersOf(tables, sample) };
    },
    async estimateNodes({ body, signal }) {
      const { pql, ...options } = questionOf(body, signal);
      return nodesBody(await segmentation.estimateNodes(pql, options));
    },
    async nearMisses({ body, signal }) {
      const { pql, ...options } = questionOf(body, signal);
      const { misses, estimate } = await segmentation.nearMisses(pql, options);
      return { ...estimate, evaluatedAt: estimate.evaluatedAt.toISOString(), ...(await nearMissesBody(rooms, misses)) };
    },
    async explainPql({ body: { identity, now, ...query } }) {
      const at = now === undefined ? clock() : new Date(now);
      const explained = await segmentation.whyQuery(query, ordinalOf(rooms, identity), at);
      return { holds: explained.evidence.holds, evaluatedAt: at.toISOString(), ...explainedBody(explained) };
    },
    streamEstimate: async ({ query, signal }) => estimateStream(rooms, questionOf(query, signal)),
    streamLongEstimate: async ({ body, signal }) => estimateStream(rooms, questionOf(body, signal)),
  };
}
