/** Checking queries. */
import type { PqlCheck } from '@kindred/contract';
import { check, describe, methodsOf, positionOf, ruleWords } from '@kindred/pql';
import type { Eligibility, Plan } from '@kindred/pql';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

export function pqlHandlers(rooms: Rooms): Handlers<'checkPql'> {
  return { checkPql: async ({ body }) => checkOf(rooms, body.pql) };
}

function methodsAnswer(plan: Plan): PqlCheck['methods'] {
  const { batch, streaming, edge } = methodsOf(plan);
  const answer = ({ eligible, reasons }: Eligibility) => ({ eligible, reasons: [...reasons] });
  return { batch: answer(batch), streaming: answer(streaming), edge: answer(edge) };
}

function checkOf({ segmentation, computed }: Rooms, pql: string): PqlCheck {
  const { plan, ast, problems } = segmentation.check(pql);
  return {
    ok: plan !== null,
    problems: problems.map((problem) => ({ ...problem, ...positionOf(pql, problem.span.from) })),
    type: ast && check(ast, computed.schema()).type,
    rule: plan && ruleWords(plan),
    sentence: plan && describe(plan),
    methods: plan && methodsAnswer(plan),
  };
}
