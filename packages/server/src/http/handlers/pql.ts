/** Checking and estimating queries. */
import type { PqlCheck } from '@kindred/contract';
import { check, describe, methodsOf, positionOf, ruleWords } from '@kindred/pql';
import type { Eligibility, Plan } from '@kindred/pql';
import { membersOf } from '../members.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

/** Members shown with an estimate. */
const SAMPLE = 10;

export function pqlHandlers(rooms: Rooms): Handlers<'checkPql' | 'estimatePql'> {
  const { segmentation, tables, metrics, clock } = rooms;
  return {
    checkPql: async ({ body }) => checkOf(rooms, body.pql),
    async estimatePql({ body, signal }) {
      const now = body.now === undefined ? clock() : new Date(body.now);
      const { sample, evaluatedAt, ...estimate } = await segmentation.estimate(body.pql, { now, signal, sample: SAMPLE });
      metrics.evaluations.observe({ kind: 'estimate' }, estimate.tookMs / 1000);
      return { ...estimate, evaluatedAt: evaluatedAt.toISOString(), sample: await membersOf(tables, sample) };
    },
  };
}

function methodsAnswer(plan: Plan): PqlCheck['methods'] {
  const { batch, streaming, edge } = methodsOf(plan);
  const answer = ({ eligible, reasons }: Eligibility) => ({ eligible, reasons: [...reasons] });
  return { batch: answer(batch), streaming: answer(streaming), edge: answer(edge) };
}

function checkOf({ segmentation, tables }: Rooms, pql: string): PqlCheck {
  const { plan, ast, problems } = segmentation.check(pql);
  return {
    ok: plan !== null,
    problems: problems.map((problem) => ({ ...problem, ...positionOf(pql, problem.span.from) })),
    type: ast && check(ast, tables.schema).type,
    rule: plan && ruleWords(plan),
    sentence: plan && describe(plan),
    methods: plan && methodsAnswer(plan),
  };
}
