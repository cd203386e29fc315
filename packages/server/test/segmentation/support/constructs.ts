/**
 * Random queries that nest every construct of the language in every other one, over the schema of shop.ts: values and tests
 * are made by type, each with the names that are in scope where it stands. Every query is valid.
 */
import * as fc from 'fast-check';
import { EVENT_TYPES, TEXTS } from './shop.ts';

type Kind = 'profile' | 'event' | 'item' | 'part' | 'topic';
type Sort = 'number' | 'text' | 'boolean' | 'time' | 'numbers' | 'texts' | 'times' | 'items' | 'parts' | 'events' | 'topics';

const ITEM_LISTS = {
  numbers: (path: string) => [`${path}.price`, `${path}.quantity`, `${path}.parts.weight`],
  texts: (path: string) => [`${path}.sku`, `${path}.labels`, `${path}.parts.code`],
  times: (path: string) => [`${path}.sold`],
  parts: (path: string) => [`${path}.parts`],
};

/** What can be read of an object of each kind. */
const FIELDS: Readonly<Record<Kind, Partial<Record<Sort, readonly string[]>>>> = {
  profile: {
    number: ['points', 'visits', 'home.geo.lat', 'home.zip', 'ranks.get("a")', 'ranks.get(name)', 'unused.number'],
    text: [
      'name',
      'level',
      'home.city',
      'prefs.get("a")',
      'prefs.get(level)',
      'topics.get("a").note',
      'consents.marketing.email.val',
      'consents.marketing.email.subscriptions.get("a").val',
      'unused.text',
    ],
    boolean: ['vip', 'topics.get("b").on', 'topics.get(name).on'],
    time: ['birth', 'signup', 'topics.get("a").since'],
    numbers: ['scores', 'ranks.values()', 'xEvent.total', ...ITEM_LISTS.numbers('carts'), ...ITEM_LISTS.numbers('xEvent.items')],
    texts: [
      'tags',
      'prefs.keys()',
      'prefs.values()',
      'groups.get("a")',
      'xEvent.eventType',
      'xEvent.labels',
      'identityMap.get("Email").id',
      'identityMap.keys()',
      'identityMap.values().id',
      'consents.marketing.email.subscriptions.keys()',
      ...ITEM_LISTS.texts('carts'),
    ],
    times: ['stamps', 'xEvent.timestamp', 'xEvent.due', ...ITEM_LISTS.times('carts')],
    items: ['carts', 'xEvent.items'],
    parts: ITEM_LISTS.parts('carts'),
    topics: ['topics.values()'],
    events: ['xEvent'],
  },
  event: {
    number: ['total', 'quantity', 'place.code', 'items.price.max()'],
    text: ['eventType', 'channel', 'note', 'place.name', 'extra.get("a")', 'unused'],
    boolean: ['paid'],
    time: ['timestamp', 'due'],
    numbers: ITEM_LISTS.numbers('items'),
    texts: ['labels', 'extra.keys()', ...ITEM_LISTS.texts('items')],
    times: ITEM_LISTS.times('items'),
    items: ['items'],
    parts: ITEM_LISTS.parts('items'),
  },
  item: {
    number: ['price', 'quantity', 'parts.weight.sum()'],
    text: ['sku'],
    boolean: ['gift'],
    time: ['sold'],
    numbers: ['parts.weight'],
    texts: ['labels', 'parts.code'],
    parts: ['parts'],
  },
  part: { number: ['weight'], text: ['code'] },
  topic: { boolean: ['on'], text: ['note'], time: ['since'] },
};

const MEMBERS: Partial<Record<Sort, Kind>> = { items: 'item', parts: 'part', events: 'event', topics: 'topic' };

/** Levels of filters, outermost first, and variables. */
interface Scope {
  readonly levels: readonly Kind[];
  readonly variables: readonly (readonly [name: string, sort: Sort | Kind])[];
}

const NUMBERS = ['0', '1', '2', '-1', '0.5', '3', '10', '2.5', '100'];
const PATTERNS = ['"a"', '"^a"', '"(?i)B"', '"[a-c]+$"', '"."', '"^$"', '"a.b"'];
const GROUPS = ['"^(.)", 1', '"(a+)(b)?", 2', '"(a)|b", 1', '"b", 0', '"(?i)(.)(.)", 2', '"^([^a]*)", 1'];
const UNITS = ['millisecond', 'second', 'minute', 'hour', 'day', 'week', 'month', 'year', 'decade'];
const WORDS = [
  'now',
  'today',
  'yesterday',
  'tomorrow',
  'this month',
  'last week',
  'next year',
  'last hour',
  'this day',
  'date(2024, 2, 29)',
];
const COMPARISONS = ['=', '!=', '<', '<=', '>', '>='];

class Writer {
  #state: number;
  #names = 0;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 to before `below`. */
  #roll(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }

  #one<Item>(items: readonly Item[]): Item {
    return items[this.#roll(items.length)] as Item;
  }

  /** One of several ways to go on. */
  #way(...ways: readonly (() => string)[]): string {
    return this.#one(ways)();
  }

  #fresh(): string {
    return `V${++this.#names}`;
  }

  #comparison(): string {
    return this.#one(COMPARISONS);
  }

  #equality(): string {
    return this.#one(['=', '!=']);
  }

  #literal(sort: 'number' | 'text' | 'boolean' | 'time'): string {
    switch (sort) {
      case 'number':
        return this.#one(NUMBERS);
      case 'text':
        return JSON.stringify(this.#one([...TEXTS, ...EVENT_TYPES]));
      case 'boolean':
        return this.#one(['true', 'false']);
      case 'time':
        return this.#one(['now', 'today', 'yesterday', 'date(2000, 1, 31)']);
      default:
        return sort satisfies never;
    }
  }

  /** Something of a sort that is in scope: its path, or null. */
  #read(sort: Sort, { levels, variables }: Scope): string | null {
    const paths: string[] = variables.filter(([, of]) => of === sort).map(([name]) => name);
    for (const [name, kind] of variables) {
      if (kind in FIELDS) for (const field of FIELDS[kind as Kind][sort] ?? []) paths.push(`${name}.${field}`);
    }
    const innermost = levels.length - 1;
    for (const [index, kind] of levels.entries()) {
      const prefix = index === innermost ? '' : index === 0 && this.#roll(2) === 0 ? 'profile.' : `${'^'.repeat(innermost - index)}.`;
      // The nearest is what most conditions are about.
      const share = index === innermost ? 2 : 1;
      for (const field of FIELDS[kind][sort] ?? []) for (let time = 0; time < share; time++) paths.push(this.#within(prefix, field));
    }
    return paths.length === 0 ? null : this.#one(paths);
  }

  /** A path from an outer level; keys in it are read there too, and events need no way up. */
  #within(prefix: string, field: string): string {
    if (field.startsWith('xEvent')) return field;
    return prefix + field.replace(/\.get\((name|level)\)/, (_, key: string) => `.get(${prefix}${key})`);
  }

  number(scope: Scope, depth: number): string {
    const path = (): string => this.#read('number', scope) ?? this.#literal('number');
    if (depth <= 0) return this.#way(path, path, () => this.#literal('number'));
    return this.#way(
      path,
      path,
      () => this.#literal('number'),
      () => `(${this.number(scope, depth - 1)} ${this.#one(['+', '-', '*', '/', '%'])} ${this.number(scope, depth - 1)})`,
      () => `if(${this.test(scope, depth - 1)}, ${this.number(scope, depth - 1)}, ${this.number(scope, depth - 1)})`,
      () => `${this.numbers(scope, depth - 1)}.${this.#one(['sum', 'average', 'min', 'max'])}()`,
      () => `${this.anyList(scope, depth - 1)}.count()`,
      () => this.#aggregated(scope, depth - 1),
      () => `${this.time(scope, depth - 1)}.${this.#one(['getYear', 'getMonth', 'getDayOfMonth'])}()`,
      () => this.#let('number', scope, depth - 1, (inner) => this.number(inner, depth - 1)),
      () => this.#prefixAggregate(scope, depth - 1),
      () => `${this.numbers(scope, depth - 1)}.head()`,
      () => `{"k": ${this.number(scope, depth - 1)}, "t": ${this.text(scope, depth - 1)}}.k`,
      () => this.#perGroup(scope, depth - 1, (inner) => this.number(inner, depth - 1)) + `.${this.#one(['sum', 'max', 'min'])}()`,
      () => this.#groupMap(scope, depth - 1),
    );
  }

  text(scope: Scope, depth: number): string {
    const path = (): string => this.#read('text', scope) ?? this.#literal('text');
    if (depth <= 0) return this.#way(path, path, () => this.#literal('text'));
    return this.#way(
      path,
      path,
      () => this.#literal('text'),
      () => `if(${this.test(scope, depth - 1)}, ${this.text(scope, depth - 1)}, ${this.text(scope, depth - 1)})`,
      () => `${path()}.regexGroup(${this.#one(GROUPS)})`,
      () => `${this.texts(scope, depth - 1)}.head()`,
      () => this.#let('text', scope, depth - 1, (inner) => this.text(inner, depth - 1)),
      () => `${this.ranked(scope, depth - 1)}.head().sku`,
    );
  }

  time(scope: Scope, depth: number): string {
    const path = (): string => this.#read('time', scope) ?? this.#literal('time');
    if (depth <= 0) return this.#way(path, path, () => this.#literal('time'));
    return this.#way(
      path,
      path,
      () => `${this.list('times', scope, depth - 1)}.${this.#one(['max', 'min', 'head'])}()`,
      () => `if(${this.test(scope, depth - 1)}, ${path()}, ${path()})`,
      () =>
        `date(${this.#way(
          () => '2024',
          () => `${path()}.getYear()`,
          () => this.number(scope, 0),
        )}, ${this.#way(
          () => '2',
          () => this.number(scope, 0),
        )}, ${this.#one(['1', '28', '29', '31'])} + 0)`,
    );
  }

  numbers(scope: Scope, depth: number): string {
    return this.list('numbers', scope, depth);
  }

  texts(scope: Scope, depth: number): string {
    return this.list('texts', scope, depth);
  }

  /** A list of simple values. */
  list(sort: 'numbers' | 'texts' | 'times', scope: Scope, depth: number): string {
    const single = ({ numbers: 'number', texts: 'text', times: 'time' } as const)[sort];
    const written = (): string => `[${this.#value(single, scope, 0)}, ${this.#literal(single)}]`;
    const path = (): string => this.#read(sort, scope) ?? written();
    if (depth <= 0) return this.#way(path, path, path, written);
    return this.#way(
      path,
      path,
      () => `[${this.#value(single, scope, depth - 1)}, ${this.#value(single, scope, depth - 1)}]`,
      () => `${this.list(sort, scope, depth - 1)}.distinct()`,
      () => `${this.list(sort, scope, depth - 1)}.intersection(${this.list(sort, scope, depth - 1)})`,
      () => `if(${this.test(scope, depth - 1)}, ${this.list(sort, scope, depth - 1)}, ${this.list(sort, scope, depth - 1)})`,
      () => this.#mapped(scope, depth - 1, (inner) => this.#value(single, inner, depth - 1)),
      () => this.#perGroup(scope, depth - 1, (inner) => this.#value(single, inner, depth - 1)),
      () => this.#let(sort, scope, depth - 1, (inner) => this.list(sort, inner, depth - 1)),
      () => this.#selected(scope, depth - 1, (name, kind) => this.#fieldOf(name, kind, single)) ?? path(),
    );
  }

  #value(sort: 'number' | 'text' | 'time', scope: Scope, depth: number): string {
    return sort === 'number' ? this.number(scope, depth) : sort === 'text' ? this.text(scope, depth) : this.time(scope, depth);
  }

  #fieldOf(name: string, kind: Kind, sort: 'number' | 'text' | 'time'): string | null {
    const fields = FIELDS[kind][sort]?.filter((field) => !field.includes('('));
    return fields === undefined ? null : `${name}.${this.#one(fields)}`;
  }

  /** A list of objects and what its members are. */
  objects(scope: Scope, depth: number): readonly [list: string, kind: Kind] {
    const sorts = (['items', 'items', 'parts', 'events', 'topics'] as const).filter((sort) => this.#read(sort, scope) !== null);
    if (sorts.length === 0) return ['xEvent', 'event'];
    const sort = this.#one(sorts);
    return [this.objectList(sort, scope, depth), MEMBERS[sort] ?? 'item'];
  }

  objectList(sort: 'items' | 'parts' | 'events' | 'topics', scope: Scope, depth: number): string {
    const kind = MEMBERS[sort] ?? 'item';
    const path = (): string => this.#read(sort, scope) ?? (sort === 'events' ? 'xEvent' : 'profile.carts');
    if (depth <= 0 || this.#read(sort, scope) === null) return path();
    const by = (): string => this.#value(this.#one(['number', 'number', 'time'] as const), this.#level(scope, kind), 0);
    return this.#way(
      path,
      path,
      () => `${this.objectList(sort, scope, depth - 1)}[${this.test(this.#level(scope, kind), depth - 1)}]`,
      () => `${this.objectList(sort, scope, depth - 1)}.filter(${this.test(this.#level(scope, kind), depth - 1)})`,
      () =>
        `${this.objectList(sort, scope, depth - 1)}.${this.#one(['topN', 'bottomN'])}(${by()}, ${this.#way(
          () => this.#one(['1', '2', '3']),
          () => this.number(scope, 0),
        )})`,
      () => `if(${this.test(scope, depth - 1)}, ${this.objectList(sort, scope, depth - 1)}, ${this.objectList(sort, scope, depth - 1)})`,
      () => `${this.objectList(sort, scope, depth - 1)}.distinct()`,
      () => this.#lambda((name) => [`${path()}.filter((${name}) => `, this.test(this.#variable(scope, name, kind), depth - 1), ')']),
    );
  }

  ranked(scope: Scope, depth: number): string {
    const list = this.#read('items', scope) === null ? 'profile.carts' : this.objectList('items', scope, depth);
    return `${list}.${this.#one(['topN', 'bottomN'])}(${this.#one(['price', 'quantity', 'sold'])}, ${this.#one(['1', '2'])})`;
  }

  anyList(scope: Scope, depth: number): string {
    return this.#way(
      () => this.numbers(scope, depth),
      () => this.texts(scope, depth),
      () => this.objects(scope, depth)[0],
      () => this.#tuples(scope, depth),
      () => {
        const [list, kind] = this.objects(scope, depth);
        return `${list}.groupBy(${this.#key(this.#level(scope, kind))})`;
      },
    );
  }

  #key(scope: Scope): string {
    return this.#way(
      () => this.text(scope, 0),
      () => this.number(scope, 0),
      () => `${this.number(scope, 0)} > 1`,
    );
  }

  #level(scope: Scope, kind: Kind): Scope {
    return { ...scope, levels: [...scope.levels, kind] };
  }

  #variable(scope: Scope, name: string, sort: Sort | Kind): Scope {
    return { ...scope, variables: [...scope.variables, [name, sort]] };
  }

  #lambda(parts: (name: string) => readonly string[]): string {
    return parts(this.#fresh()).join('');
  }

  #let(sort: Sort, scope: Scope, depth: number, body: (inner: Scope) => string): string {
    const name = this.#fresh();
    const value =
      sort === 'number' || sort === 'text' || sort === 'time'
        ? this.#value(sort, scope, depth)
        : this.list(sort as 'numbers', scope, depth);
    return `(let ${name} = (${value}) in ${body(this.#variable(scope, name, sort))})`;
  }

  #mapped(scope: Scope, depth: number, body: (inner: Scope) => string): string {
    const [list, kind] = this.objects(scope, depth);
    return this.#way(
      () => `${list}.map(${body(this.#level(scope, kind))})`,
      () => this.#lambda((name) => [`${list}.map((${name}) => `, body(this.#variable(scope, name, kind)), ')']),
    );
  }

  #aggregated(scope: Scope, depth: number): string {
    const [list, kind] = this.objects(scope, depth);
    return `${list}.${this.#one(['sum', 'average', 'min', 'max'])}(${this.number(this.#level(scope, kind), depth)})`;
  }

  #perGroup(scope: Scope, depth: number, body: (inner: Scope) => string): string {
    const [list, kind] = this.objects(scope, depth);
    const [key, members] = [this.#fresh(), this.#fresh()];
    const by = this.text(this.#level(scope, kind), 0);
    const sort = (Object.keys(MEMBERS) as Sort[]).find((each) => MEMBERS[each] === kind) ?? 'items';
    const inner = this.#variable(this.#variable(scope, key, 'text'), members, sort);
    return `${list}.groupBy(${by}).map((${key}, ${members}) => ${body(inner)})`;
  }

  /** A map made of groups, and a number of it. */
  #groupMap(scope: Scope, depth: number): string {
    const [list, kind] = this.objects(scope, depth);
    const by = this.text(this.#level(scope, kind), 0);
    const map = `${list}.groupBy(${by}).map((K, G) => mapEntry(K, ${this.#one(['G.count()', 'G.count() * 2'])}))`;
    return this.#way(
      () => `${map}.get(${this.text(scope, 0)})`,
      () => `${map}.values().${this.#one(['sum', 'max'])}()`,
      () => `${map}.keys().count()`,
    );
  }

  #declaration(scope: Scope, depth: number, separator = ' where '): readonly [text: string, inner: Scope, name: string, kind: Kind] {
    const [list, kind] = this.objects(scope, depth);
    const name = this.#fresh();
    const inner = this.#variable(scope, name, kind);
    const where = this.#roll(3) === 0 ? '' : `${separator}${this.test(inner, depth)}`;
    return [`${name} from ${list}${where}`, inner, name, kind];
  }

  #tuples(scope: Scope, depth: number): string {
    const [first, inner] = this.#declaration(scope, depth);
    const [second] = this.#declaration(inner, depth);
    return `(select ${this.#roll(3) === 0 ? first : `${first}, ${second}`})`;
  }

  #selected(scope: Scope, depth: number, field: (name: string, kind: Kind) => string | null): string | null {
    const [declaration, , , kind] = this.#declaration(scope, depth);
    return field(`(select ${declaration})`, kind);
  }

  #prefixAggregate(scope: Scope, depth: number): string {
    const [first, inner] = this.#declaration(scope, depth);
    const [second, both] = this.#declaration(inner, depth);
    const pair = this.#roll(2) === 0;
    const value = `(${this.number(pair ? both : inner, 0)})`;
    return `(${this.#one(['sum', 'average', 'min', 'max'])} ${value} over ${pair ? `${first}, ${second}` : first})`;
  }

  test(scope: Scope, depth: number): string {
    if (depth <= 0)
      return this.#way(
        () => this.#textTest(scope, 0),
        () => this.#numberTest(scope, 0),
        () => this.#timeTest(scope, 0),
        () => this.#booleanTest(scope),
      );
    const lower = depth - 1;
    return this.#way(
      () => this.#textTest(scope, lower),
      () => this.#numberTest(scope, lower),
      () => this.#timeTest(scope, lower),
      () => this.#booleanTest(scope),
      () => `(${this.test(scope, lower)} ${this.#one(['and', 'or'])} ${this.test(scope, lower)})`,
      () => `not (${this.test(scope, lower)})`,
      () => this.#listTest(scope, lower),
      () => this.#listTest(scope, lower),
      () => this.#quantified(scope, lower),
      () => this.#quantified(scope, lower),
      () => `${this.anyList(scope, lower)}.${this.#one(['isNull', 'isNotNull'])}()`,
      () => `if(${this.test(scope, lower)}, (${this.test(scope, lower)}) and true, (${this.test(scope, lower)}) or false)`,
      () => this.#chain(scope, lower),
      () => `inSegment("${this.#one(['odd', 'low', 'none'])}")`,
    );
  }

  #booleanTest(scope: Scope): string {
    const path = this.#read('boolean', scope);
    return path === null
      ? 'true'
      : this.#way(
          () => path,
          () => `${path} ${this.#equality()} ${this.#literal('boolean')}`,
          () => `${path}.isNull()`,
        );
  }

  #textTest(scope: Scope, depth: number): string {
    const text = this.text(scope, depth);
    const flag = this.#one(['', ', true', ', false']);
    return this.#way(
      () => `${text} ${this.#equality()} ${this.text(scope, depth)}`,
      () =>
        `(${text}).${this.#one(['contains', 'startsWith', 'endsWith', 'doesNotContain', 'doesNotStartWith', 'equals', 'notEqualTo'])}(${this.text(scope, 0)}${flag})`,
      () => `(${text}).matches(${this.#one(PATTERNS)})`,
      () =>
        `${text} like ${this.#way(
          () => this.#one(['"a%"', '"_"', '"%b%"']),
          () => this.text(scope, 0),
        )}`,
      () => `${text} ${this.#one(['in', 'notIn'])} ${this.texts(scope, depth)}`,
      () =>
        `stringCompare("${this.#one(['equals', 'contains', 'doesNotContain'])}", ${text}, ${this.texts(scope, 0)}, ${this.#literal('boolean')})`,
      () => `(${text}).isNotNull()`,
    );
  }

  #numberTest(scope: Scope, depth: number): string {
    return this.#way(
      () => `${this.number(scope, depth)} ${this.#comparison()} ${this.number(scope, depth)}`,
      () => `${this.number(scope, depth)} ${this.#comparison()} ${this.#literal('number')}`,
      () => `${this.number(scope, depth)} ${this.#one(['in', 'notIn'])} ${this.numbers(scope, depth)}`,
      () => `(${this.number(scope, depth)}).isNull()`,
    );
  }

  #timeTest(scope: Scope, depth: number): string {
    return this.#way(
      () => `${this.time(scope, depth)} occurs ${this.#when(scope)}`,
      () => `${this.time(scope, depth)} ${this.#comparison()} ${this.time(scope, 0)}`,
      () => `${this.#read('time', scope) ?? 'now'} ${this.#comparison()} ${this.#one(['"2024-02-29T12:00:00Z"', '"2026-03-29"'])}`,
      () => `${this.list('times', scope, depth)} occurs ${this.#when(scope)}`,
    );
  }

  #when(scope: Scope): string {
    const reference = (): string =>
      this.#way(
        () => this.#one(WORDS),
        () => this.#one(WORDS),
        () => this.#read('time', scope) ?? 'now',
      );
    return this.#way(
      () => `${this.#comparison()} ${this.#roll(40)} ${this.#one(UNITS)} ${this.#one(['before', 'after'])} ${reference()}`,
      () => `${this.#one(['before', 'after', 'on'])} ${reference()}`,
      () => `between ${reference()} and ${reference()}`,
    );
  }

  #listTest(scope: Scope, depth: number): string {
    const sort = this.#one(['numbers', 'texts'] as const);
    const list = (): string => this.list(sort, scope, depth);
    const [objects, kind] = this.objects(scope, depth);
    return this.#way(
      () => `${list()}.${this.#one(['intersects', 'subsetOf', 'supersetOf'])}(${list()})`,
      () => `${list()} ${this.#equality()} ${list()}`,
      () => `${list()}.includes(${this.#value(sort === 'numbers' ? 'number' : 'text', scope, depth)})`,
      () => `${objects}.exists(${this.test(this.#level(scope, kind), depth)})`,
      () => `${objects}[${this.test(this.#level(scope, kind), depth)}]`,
      () => `${objects}[${this.test(this.#level(scope, kind), depth)}].count() ${this.#comparison()} ${this.#literal('number')}`,
      () => `${objects}.${this.#one(['subsetOf', 'supersetOf', 'intersects'])}(${this.objects(scope, 0)[0]})`,
    );
  }

  #quantified(scope: Scope, depth: number): string {
    const separator = this.#one([' where ', ' : ']);
    const [first, inner] = this.#declaration(scope, depth, separator);
    const [second] = this.#declaration(inner, depth, separator);
    return `(${this.#one(['exists', 'exists', 'forall'])} ${this.#roll(2) === 0 ? first : `${first}, ${second}`})`;
  }

  #chain(scope: Scope, depth: number): string {
    const inner = this.#level(scope, 'event');
    const labels: string[] = [];
    const steps: string[] = [];
    for (let count = 1 + this.#roll(3); count > 0; count--) {
      const negated = this.#roll(4) === 0;
      const at = labels.reduce((each, label) => this.#variable(each, label, 'event'), inner);
      const label = this.#fresh();
      const clauses = [`${negated ? 'NOT ' : ''}WHAT(${this.test(at, Math.min(depth, 1))})`];
      if (this.#roll(3) === 0) clauses.push(`WHEN(${this.#gap(labels, scope)})`);
      if (this.#roll(4) === 0 && !negated) clauses.push(`COUNT(${1 + this.#roll(3)})`);
      if (this.#roll(4) === 0) clauses.push(`WHERE(${this.test(at, 0)})`);
      steps.push(`${label}: ${clauses.join(' ')}`);
      if (!negated) labels.push(label);
    }
    const events = this.#roll(4) === 0 ? this.objectList('events', scope, Math.min(depth, 1)) : 'xEvent';
    return `chain(${events}, timestamp, [${steps.join(', ')}])`;
  }

  #gap(labels: readonly string[], scope: Scope): string {
    if (labels.length === 0 || this.#roll(2) === 0) return this.#when({ ...scope, levels: [], variables: [] });
    return `${this.#comparison()} ${this.#roll(40)} ${this.#one(UNITS.slice(0, 7))} after ${this.#one(labels)}`;
  }
}

/** A test on the profile, as deep as it is large. */
export const nestedTest: fc.Arbitrary<string> = fc
  .tuple(fc.noShrink(fc.integer({ min: 0, max: 2 ** 31 - 1 })), fc.integer({ min: 1, max: 4 }))
  .map(([seed, depth]) => new Writer(seed).test({ levels: ['profile'], variables: [] }, depth));
