import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadModel, MODEL_VERSION, modelHash, predictMargins, saveModel, trainBoosted, trainLogistic } from '../src/index.ts';
import type { ModelDocument, SavedModel } from '../src/index.ts';
import { madeUp } from './support/made-up.ts';

const train = madeUp(120);
const boosted: SavedModel = {
  model: await trainBoosted({ train, options: { trees: 6, maxLeaves: 6, learningRate: 0.3 } }),
  calibration: { a: 0.9, b: 1.1, c: -0.2 },
};
const logistic: SavedModel = { model: await trainLogistic({ train }), calibration: null };
const { table } = madeUp(20, 5);

/** Through text, as files and databases do it. */
const sent = (document: ModelDocument): ModelDocument => JSON.parse(JSON.stringify(document)) as ModelDocument;

describe('a saved model', () => {
  test.each([boosted, logistic])('scores as the one that was saved, to the last bit', (saved) => {
    const loaded = loadModel(sent(saveModel(saved)));
    expect(loaded).toEqual(saved);
    expect(predictMargins(loaded.model, table)).toEqual(predictMargins(saved.model, table));
  });

  test('has the hash of what it says, in any order of keys', () => {
    const document = sent(saveModel(boosted));
    const turned = (value: unknown): unknown =>
      value === null || typeof value !== 'object'
        ? value
        : Array.isArray(value)
          ? value.map(turned)
          : Object.fromEntries(
              Object.entries(value)
                .toReversed()
                .map(([key, each]) => [key, turned(each)]),
            );
    expect(modelHash(turned(document.content))).toBe(document.sha256);
    expect(loadModel(turned(document))).toEqual(boosted);
    expect(saveModel(logistic).sha256).not.toBe(document.sha256);
  });

  test('that was changed is refused', () => {
    const text = JSON.stringify(saveModel(boosted)).replace('"base":', '"base":1');
    expect(() => loadModel(JSON.parse(text))).toThrow(expect.objectContaining({ code: 'damaged-model' }));
  });

  test.each([
    null,
    'text',
    {},
    { format: 'onnx', version: 1 },
    { ...saveModel(logistic), version: MODEL_VERSION + 1 },
    { ...saveModel(logistic), version: 0 },
  ])('of another kind or a newer version is refused: %#', (document) =>
    expect(() => loadModel(document)).toThrow(expect.objectContaining({ code: 'unknown-model' })),
  );

  /** One document of every version there ever was, with what it said of the rows of `table`. UPDATE_GOLDEN=1 writes that of a new version. */
  test.each(Array.from({ length: MODEL_VERSION }, (_, at) => at + 1))('of version %i scores as it did', (version) => {
    const path = new URL(`fixtures/model-${version}.json`, import.meta.url);
    if (process.env['UPDATE_GOLDEN'] && version === MODEL_VERSION)
      writeFileSync(
        path,
        `${JSON.stringify([boosted, logistic].map((saved) => ({ document: saveModel(saved), margins: [...predictMargins(saved.model, table)] })))}\n`,
      );
    const kept = JSON.parse(readFileSync(path, 'utf8')) as readonly { document: unknown; margins: readonly number[] }[];
    for (const { document, margins } of kept) expect([...predictMargins(loadModel(document).model, table)]).toEqual(margins);
    // The trainer of today may well train another model; the one kept is still what it was.
    expect(kept).toHaveLength(2);
  });
});
