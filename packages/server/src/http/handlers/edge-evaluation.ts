/** Evaluation in the request, and what evaluation without one takes. */
import type { DataObject } from '@kindred/pql';
import { withoutIdentities } from '../../ingest/index.ts';
import type { Definition, EdgeProjection } from '../../segmentation/index.ts';
import { firstChoice } from '../edge-choice.ts';
import { namesOf, profileOf, visit } from '../edge-visit.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

type EdgeRoutes = 'evaluateAtEdge' | 'listEdgePlans' | 'projectForEdge';

export function edgeEvaluationHandlers(rooms: Rooms): Handlers<EdgeRoutes> {
  const { segmentation, clock } = rooms;
  return {
    async evaluateAtEdge({ body: { identities, events, attributes, evaluation, choices } }) {
      const now = clock();
      const asked = (choices ?? []).flatMap(({ audience }) => audience ?? []);
      if (asked.length > 0) await segmentation.edge.requireAudiences(asked, evaluation);
      const { known, consent, audiences } = await visit(rooms, {
        identities,
        events: events.map((event) => ({ timestamp: now.toISOString(), ...withoutIdentities(event) })),
        attributes: attributes as DataObject,
        now,
        scope: evaluation,
      });
      const choice = firstChoice(choices ?? [], new Set(audiences.map(({ id }) => id)));
      return { known, evaluatedAt: now.toISOString(), consent, audiences: named(audiences), choice: choice ?? null };
    },
    async listEdgePlans({ query: { evaluation } }) {
      return plansBody(await segmentation.edge.project({ profile: null, now: clock().getTime() }, evaluation));
    },
    async projectForEdge({ body: { identities, evaluation } }) {
      const now = clock();
      const profile = profileOf(rooms, namesOf(rooms, identities));
      const projection = await segmentation.edge.project({ profile, now: now.getTime() }, evaluation);
      return {
        ...plansBody(projection),
        known: profile !== null,
        evaluatedAt: now.toISOString(),
        consent: projection.consent,
        projections: projection.projections.map(({ state, events }) => ({ state, events: events.map((event) => ({ ...event })) })),
        attributes: { ...projection.memberships },
      };
    },
  };
}

function plansBody({ audiences, left, plans }: Pick<EdgeProjection, 'audiences' | 'left' | 'plans'>) {
  return { audiences: named(audiences), left: named(left), plans: plans.map((each) => ({ ...each })) };
}

function named(audiences: readonly Definition[]) {
  return audiences.map(({ id, name }) => ({ id, name }));
}
