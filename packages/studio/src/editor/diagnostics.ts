import type { Action, Diagnostic } from '@codemirror/lint';
import type { Problem } from '@kindred/contract';
import { fixLabel } from './fix-label.ts';
import type { Fix } from './fix-label.ts';

/** The checker's problems as squiggles. A problem of no width, such as a missing value at the end, takes one character. */
export function diagnosticsOf(problems: readonly Problem[], length: number): Diagnostic[] {
  return problems.map(({ span, severity, message, hint, fix }) => {
    const to = Math.min(length, Math.max(span.to, span.from + 1));
    const from = Math.min(span.from, Math.max(0, to - 1));
    const text = hint === undefined ? message : `${message}\n${hint}`;
    return {
      from,
      to,
      severity,
      message: text,
      renderMessage: () => ticked(text),
      ...(fix === undefined ? {} : { actions: [actionOf(fix)] }),
    };
  });
}

function actionOf(fix: Fix): Action {
  const { span, text } = fix;
  return {
    name: fixLabel(fix),
    apply: (view) => view.dispatch({ changes: { from: span.from, to: span.to, insert: text }, userEvent: 'input.replace' }),
  };
}

/** The message with `code` in backticks, as the checker writes it. */
function ticked(text: string): HTMLElement {
  const node = document.createElement('div');
  text.split('`').forEach((part, index) => {
    const code = index % 2 === 1 ? node.appendChild(document.createElement('code')) : node;
    code.append(part);
  });
  return node;
}
