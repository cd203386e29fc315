/** What the editor is made of. */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { lintKeymap } from '@codemirror/lint';
import { EditorState, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import type { Extension } from '@codemirror/state';
import { Decoration, drawSelection, EditorView, highlightSpecialChars, keymap, placeholder, tooltips } from '@codemirror/view';
import type { DecorationSet } from '@codemirror/view';
import { classify } from './classify.ts';
import type { Shade } from './classify.ts';
import { pqlCompletion } from './completion.ts';
import type { Vocabulary } from './completion.ts';
import { editorTheme } from './editor-theme.ts';

/** What to complete from, which arrives after the editor. */
export const setVocabulary = StateEffect.define<Vocabulary>();
const vocabularyField = StateField.define<Vocabulary | null>({
  create: () => null,
  update: (vocabulary, { effects }) => effects.findLast((effect) => effect.is(setVocabulary))?.value ?? vocabulary,
});

const marks = new Map<Shade, Decoration>();

function markOf(shade: Shade): Decoration {
  const mark = marks.get(shade) ?? Decoration.mark({ class: `pql-${shade}` });
  marks.set(shade, mark);
  return mark;
}

function colour(text: string): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to, shade } of classify(text)) builder.add(from, to, markOf(shade));
  return builder.finish();
}

/** Rules are short, so all of a text is coloured anew at every change. */
const colours = StateField.define<DecorationSet>({
  create: (state) => colour(state.doc.toString()),
  update: (set, transaction) => (transaction.docChanged ? colour(transaction.state.doc.toString()) : set),
  provide: (field) => EditorView.decorations.from(field),
});

/** Tab leaves the editor, as everywhere on a page; completion is accepted with Enter. */
const KEYS: Extension = keymap.of([...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap]);

export interface EditorWords {
  readonly label?: string | undefined;
  readonly example?: string | undefined;
}

const EXAMPLE = 'Who belongs? For example: homeAddress.countryCode = "DE"';

export function createState(
  doc: string,
  onChange: (text: string) => void,
  { label = 'Rule in PQL', example = EXAMPLE }: EditorWords = {},
): EditorState {
  return EditorState.create({
    doc,
    extensions: [
      vocabularyField,
      colours,
      KEYS,
      history(),
      closeBrackets(),
      bracketMatching(),
      highlightSpecialChars(),
      drawSelection(),
      EditorView.lineWrapping,
      placeholder(example),
      autocompletion({
        override: [(context) => pqlCompletion(context, context.state.field(vocabularyField))],
        icons: false,
        maxRenderedOptions: 50,
        aboveCursor: false,
      }),
      tooltips({ position: 'fixed' }),
      EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', autocapitalize: 'off', autocorrect: 'off' }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) onChange(update.state.doc.toString());
      }),
      editorTheme,
    ],
  });
}
