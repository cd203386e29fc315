/** Mistakes in PQL while it is written: of a condition on one event, or of a rule about people. */
import { routes } from '@kindred/contract';
import type { Problem } from '@kindred/contract';
import { useEffect, useState } from 'react';
import { call } from '../api/session.ts';

const QUIET_MS = 200;
const BEFORE = 'xEvent[';

export type Scope = 'event' | 'profile';

interface Checked {
  readonly text: string;
  readonly problems: readonly Problem[];
}

/** Problems of exactly this text; empty while it is checked, and when the server does not answer: saving tells why. */
export function useConditionCheck(text: string, scope: Scope): readonly Problem[] {
  const [checked, setChecked] = useState<Checked | null>(null);
  useEffect(() => {
    if (text.trim() === '') return undefined;
    const controller = new AbortController();
    const ask = async () => {
      const pql = scope === 'event' ? `${BEFORE}${text}]` : text;
      const { problems } = await call(routes.checkPql, { body: { pql }, signal: controller.signal });
      setChecked({ text, problems: scope === 'event' ? problems.map((problem) => within(problem, text.length)) : problems });
    };
    const timer = setTimeout(() => void ask().catch(() => undefined), QUIET_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text, scope]);
  return checked?.text === text ? checked.problems : [];
}

/** A place in `xEvent[…]` as one in what the brackets hold. */
function within({ fix, ...problem }: Problem, length: number): Problem {
  const inside = (offset: number): number => Math.min(length, Math.max(0, offset - BEFORE.length));
  const moved = ({ from, to }: Problem['span']): Problem['span'] => ({ from: inside(from), to: inside(to) });
  const column = problem.line === 1 ? Math.max(1, problem.column - BEFORE.length) : problem.column;
  return { ...problem, column, span: moved(problem.span), ...(fix !== undefined && { fix: { ...fix, span: moved(fix.span) } }) };
}
