/** Documents as they come without a schema, and queries about whatever is in them. */
import type { DataObject, ObjectType, Type } from '@kindred/pql';
import * as fc from 'fast-check';

const NOW = Date.UTC(2026, 3, 30, 10, 20, 30, 400);
const TIMES = ['2026-04-30T10:20:30.400Z', '2026-04-30', '2024-02-29T23:59:59+01:00', '2026-03-29T01:30:00Z', '1969-12-31T23:59:59.999Z'];
const SCALARS: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('', 'a', 'A', 'ab', 'gold', '10', 'true', '😀', 'ß', 'a\nb') },
  { weight: 2, arbitrary: fc.constantFrom(0, -0, 1, 2, -1, 3, 10, 100, 2 ** 53) },
  fc.constantFrom(0.5, 2.5, -1.25, 1e21, 1e-7),
  fc.boolean(),
  { weight: 2, arbitrary: fc.constantFrom(...TIMES) },
  fc.constantFrom(NOW, NOW - 86_400_000, NOW + 1),
  fc.constant(null),
);
/** Names that queries can spell, and names that they cannot, or that tables use themselves. */
const NAMES = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'c', 'name', 'Name', 'size_', '_tenant') },
  fc.constantFrom('profile', 'id', 'e', 'x', 't1', 'version', 'events', 'timestamp', 'eventType', 'constructor', 'count', 'members'),
  fc.constantFrom('a.b', 'x/y', '', '#', '{}', 'ß', 'a b', '`', "it's"),
);

/** One kind of value for a name, mostly: what most documents have there. */
const VALUES = fc.letrec<{ readonly value: unknown; readonly object: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'value' },
    { weight: 5, arbitrary: SCALARS },
    { weight: 2, arbitrary: tie('object') },
    { weight: 2, arbitrary: fc.array(tie('object'), { maxLength: 3, depthIdentifier: 'value' }) },
    { weight: 2, arbitrary: fc.array(SCALARS, { maxLength: 3 }) },
    fc.array(fc.array(SCALARS, { maxLength: 2 }), { maxLength: 2 }),
    fc.array(fc.array(tie('object'), { maxLength: 2, depthIdentifier: 'value' }), { maxLength: 2 }),
  ),
  object: fc.dictionary(NAMES, tie('value'), { maxKeys: 4, noNullPrototype: true, depthIdentifier: 'value' }),
}));

const EVENT = fc
  .tuple(
    VALUES.object,
    fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...TIMES, NOW, NOW - 1000, NOW - 86_400_000) }, fc.constantFrom(null, 'never')),
    fc.option(fc.constantFrom('view', 'buy', 'View', ''), { freq: 4 }),
  )
  .map(([fields, timestamp, eventType]) => ({
    ...fields,
    ...(timestamp === null ? {} : { timestamp }),
    ...(eventType === null ? {} : { eventType }),
  }));

/** Alike documents, since those of one file are: each is one of few, some fields of it changed. */
export const anyDocuments: fc.Arbitrary<readonly DataObject[]> = fc.array(VALUES.object, { minLength: 1, maxLength: 4 }).chain((kinds) =>
  fc.array(
    fc
      .tuple(
        fc.constantFrom(...kinds),
        fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, VALUES.object),
        fc.option(fc.array(EVENT, { maxLength: 4 })),
      )
      .map(([kind, changed, xEvent]) => ({ ...kind, ...changed, ...(xEvent === null ? {} : { xEvent }) })),
    { minLength: 1, maxLength: 25 },
  ),
);

interface Found {
  readonly path: string;
  readonly type: Type;
}

const IDENTIFIER = /^[A-Za-z_][\w$]*$/;
const RESERVED =
  /^(count|select|from|where|exists|forall|over|let|in|not|and|or|if|like|matches|occurs|on|between|before|after|now|this|last|next|date|chain|xEvent|profile|constructor)$/;

function pathsOf({ fields }: ObjectType, prefix: string, depth: number): readonly Found[] {
  return Object.entries(fields).flatMap(([name, { type }]): readonly Found[] => {
    if (!IDENTIFIER.test(name) || RESERVED.test(name)) return [];
    const path = prefix + name;
    const inner = type.kind === 'array' ? type.items : type;
    return [{ path, type }, ...(inner.kind === 'object' && depth > 0 ? pathsOf(inner, `${path}.`, depth - 1) : [])];
  });
}

const one = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);
const COMPARISON = one('=', '!=', '<', '<=', '>', '>=');
const TEXT = one('"a"', '"ab"', '"10"', '""', '"true"', '"2026-04-30"');
const NUMBER = one('0', '1', '2.5', '10', '100');

function joined(...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> {
  return fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((texts) => texts.join(''));
}

function testOf({ path, type }: Found): fc.Arbitrary<string> {
  const known = joined(path, one('.isNull()', '.isNotNull()'));
  switch (type.kind) {
    case 'integer':
    case 'number':
      return fc.oneof(
        joined(path, ' ', COMPARISON, ' ', NUMBER),
        joined(path, ' % 2 = ', NUMBER),
        joined(path, ' in [1, 2.5, 0]'),
        joined(path, ' occurs <= 30 days before now'),
        known,
      );
    case 'string':
      return fc.oneof(
        joined(path, ' = ', TEXT),
        joined(path, '.contains(', TEXT, one('', ', false'), ')'),
        joined(path, ' in ["a", "A", "10"]'),
        joined(path, '.matches("^a")'),
        joined(path, ' != "a"'),
        known,
      );
    case 'boolean':
      return fc.oneof(fc.constant(path), joined(path, ' = ', one('true', 'false', '"true"')), known);
    case 'date':
    case 'datetime':
      return fc.oneof(
        joined(path, ' occurs ', one('on date(2026, 4, 30)', '<= 1 day before now', 'before today', 'this month')),
        joined(path, '.getYear() = 2026'),
        joined(path, ' = "2026-04-30"'),
        known,
      );
    case 'array':
      return listTest(path, type.items);
    case 'object':
      return fc.oneof(
        known,
        joined(path, '.keys().count() > 1'),
        joined(path, '.get("a") = ', NUMBER),
        joined(path, '.values().count() = 1'),
      );
    default:
      return fc.oneof(
        known,
        joined(path, ' = ', fc.oneof(TEXT, NUMBER, one('true', 'now'))),
        joined(path, ' > 1'),
        joined(path, ' in ["a", 1, true]'),
        fc.constant(path),
      );
  }
}

function listTest(path: string, items: Type): fc.Arbitrary<string> {
  const any = fc.oneof(
    joined(path, '.count() ', COMPARISON, ' ', one('0', '1', '2')),
    joined(path, '.distinct().count() ', COMPARISON, ' ', one('1', '2')),
    joined(path, '.head().isNull()'),
    joined(path, one('.isNull()', '.isNotNull()')),
    joined(path, ' = ', path),
    joined(path, '.intersects(', path, ')'),
  );
  if (items.kind === 'object') {
    const fields = pathsOf(items, '', 1);
    if (fields.length === 0) return any;
    return fc.oneof(
      any,
      fc
        .constantFrom(...fields)
        .chain((field) =>
          joined(path, one('.exists(', '['), testOf(field)).map(
            (text) => text + (text.includes('.exists(') && !text.startsWith(`${path}[`) ? ')' : ']'),
          ),
        ),
    );
  }
  const item = items.kind === 'string' ? TEXT : NUMBER;
  return fc.oneof(
    any,
    joined(path, '.includes(', item, ')'),
    joined(path, ' = ', item),
    joined(path, one('.sum()', '.max()', '.min()'), ' > 1'),
    joined(item, ' in ', path),
  );
}

/** Queries about the fields of documents; some are invalid. */
export function queriesAbout({ profile, event }: { readonly profile: ObjectType; readonly event: ObjectType }): fc.Arbitrary<string> {
  const fields = pathsOf(profile, '', 3).filter(({ path }) => !/^(identityMap|segmentMembership)/.test(path));
  const ofEvents = pathsOf(event, '', 3);
  const about = (paths: readonly Found[]): fc.Arbitrary<string> =>
    paths.length === 0 ? fc.constant('true') : fc.constantFrom(...paths).chain(testOf);
  const chosen = joined('xEvent[', about(ofEvents), ']');
  const single = fc.oneof(
    { weight: 5, arbitrary: about(fields) },
    { weight: 3, arbitrary: chosen },
    joined(chosen, '.count() ', COMPARISON, ' ', one('0', '1', '2')),
    joined('(forall E from xEvent : E.eventType = "view")'),
    joined('xEvent.head().eventType = "view"'),
    joined('xEvent.topN(timestamp, 1).head().eventType = "buy"'),
    joined('xEvent.groupBy(eventType).count() = ', one('1', '2')),
    joined('chain(xEvent, timestamp, [A: WHAT(', about(ofEvents), '), B: WHAT(', about(ofEvents), ') WHEN(<= 1 day after A)])'),
  );
  return fc.oneof(
    { weight: 3, arbitrary: single },
    joined('not (', single, ')'),
    joined('(', single, one(') and (', ') or ('), single, ')'),
  );
}
