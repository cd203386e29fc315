/** Problems of a query, for a terminal. */
import type { Problem } from '@kindred/contract';
import { ApiError } from '@kindred/contract';
import type { Problem as PqlProblem } from '@kindred/pql';
import { renderProblem } from '@kindred/pql';
import { CommandError } from './exit-codes.ts';

export function describeProblems(pql: string, problems: readonly Problem[]): string {
  // The API sends the problems of the language as they are; only their codes travel as plain strings.
  return problems.map((each) => renderProblem(pql, each as PqlProblem)).join('\n\n');
}

/** Runs a call that sends a query; a refusal for its problems becomes an error that shows them in place. */
export async function explained<T>(pql: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'pql-invalid') throw error;
    throw new CommandError('invalid', `the query has problems\n\n${describeProblems(pql, error.details as readonly Problem[])}`);
  }
}
