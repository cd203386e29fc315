/** Every function of the language, for the checker, the editor and the manual. */

export type Receiver = 'none' | 'any' | 'scalar' | 'string' | 'list' | 'map' | 'time';

export interface FunctionInfo {
  readonly name: string;
  /** What stands before the dot; `none` for functions called by name alone. */
  readonly receiver: Receiver;
  readonly signature: string;
  readonly doc: string;
  readonly example: string;
  /** Fewest and most arguments. */
  readonly arguments: readonly [least: number, most: number];
}

type Row = readonly [name: string, signature: string, least: number, most: number, doc: string, example: string];

const text = (name: string, doc: string): Row => [
  name,
  `S.${name}(text[, caseSensitive])`,
  1,
  2,
  `${doc} Case counts unless the second argument is false.`,
  `loyalty.level.${name}("gold", false)`,
];

const ROWS: Readonly<Record<Receiver, readonly Row[]>> = {
  none: [
    ['if', 'if(condition, value, otherwise)', 3, 3, 'One of two values.', 'if(visits > 9, "often", "seldom") = "often"'],
    ['date', 'date(year, month, day)', 3, 3, 'A calendar day.', 'timestamp occurs on date(2024, 2, 29)'],
    [
      'chain',
      'chain(xEvent, timestamp, [LABEL: WHAT(condition) WHEN(time) COUNT(n) WHERE(condition), …])',
      3,
      3,
      'Events in this order.',
      'chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "buy") WHEN(<= 1 day after A)])',
    ],
    [
      'inSegment',
      'inSegment("audience id")',
      1,
      1,
      'The profile is a member of an audience.',
      'inSegment("6f0c1a52-2f0c-4a0e-9a0a-1c2d3e4f5a6b")',
    ],
    [
      'stringCompare',
      'stringCompare("function", text, [values], caseSensitive)',
      3,
      4,
      'A string function against several values: any of them, none of them for negative functions.',
      'stringCompare("equals", loyalty.level, ["gold", "ruby"], false)',
    ],
    ['currentYear', 'currentYear()', 0, 0, 'The year of the evaluation.', 'cardYear = currentYear()'],
    ['currentMonth', 'currentMonth()', 0, 0, 'The month of the evaluation, 1 to 12.', 'person.birthDate.getMonth() = currentMonth()'],
    ['currentDayOfMonth', 'currentDayOfMonth()', 0, 0, 'The day of the month of the evaluation, 1 to 31.', 'currentDayOfMonth() <= 7'],
    [
      'mapEntry',
      'mapEntry(key, value)',
      2,
      2,
      'A map of one entry; from `map`, one map of them all.',
      'xEvent.groupBy(eventType).map((K, G) => mapEntry(K, G.count()))',
    ],
  ],
  any: [
    ['isNull', 'X.isNull()', 0, 0, 'The value is not there; an empty list or object is not there.', 'person.name.firstName.isNull()'],
    ['isNotNull', 'X.isNotNull()', 0, 0, 'The value is there.', 'person.name.firstName.isNotNull()'],
  ],
  scalar: [
    [
      'equals',
      'X.equals(value, …[, caseSensitive])',
      1,
      1000,
      'Equal to the value, or to one of several.',
      'loyalty.level.equals("gold", false)',
    ],
    ['notEqualTo', 'X.notEqualTo(value[, caseSensitive])', 1, 2, 'Known and different.', 'loyalty.level.notEqualTo("gold", false)'],
  ],
  string: [
    text('startsWith', 'Begins with the text.'),
    text('doesNotStartWith', 'Known, and does not begin with the text.'),
    text('endsWith', 'Ends with the text.'),
    text('doesNotEndWith', 'Known, and does not end with the text.'),
    text('contains', 'Holds the text somewhere.'),
    text('doesNotContain', 'Known, and holds the text nowhere.'),
    [
      'matches',
      'S.matches("regular expression")',
      1,
      1,
      'The regular expression (RE2) is found somewhere in the string.',
      'code.matches("^[A-Z]{2}\\\\d+$")',
    ],
    ['like', 'S.like("pattern")', 1, 1, 'The SQL pattern fits: % any characters, _ exactly one.', 'city.like("San %")'],
    [
      'regexGroup',
      'S.regexGroup("regular expression"[, group])',
      1,
      2,
      'What a group of the regular expression found; the first group unless told.',
      'mail.regexGroup("@(.+)$", 1) = "example.com"',
    ],
  ],
  list: [
    ['count', 'L.count()', 0, 0, 'How many members.', 'xEvent[eventType = "view"].count() >= 3'],
    ['sum', 'L.sum([value])', 0, 1, 'Sum over the members; 0 for none.', 'xEvent.sum(commerce.order.priceTotal) > 100'],
    ['average', 'L.average([value])', 0, 1, 'Mean over the members; null for none.', 'xEvent.average(commerce.order.priceTotal) > 100'],
    ['min', 'L.min([value])', 0, 1, 'Least of the members; null for none.', 'xEvent.min(commerce.order.priceTotal) > 100'],
    ['max', 'L.max([value])', 0, 1, 'Greatest of the members; null for none.', 'xEvent.max(commerce.order.priceTotal) > 100'],
    ['exists', 'L.exists(condition)', 1, 1, 'Some member satisfies the condition.', 'productListItems.exists(SKU.equals("Z9", false))'],
    [
      'filter',
      'L.filter(condition)',
      1,
      1,
      'The members that satisfy the condition; the same as L[condition].',
      'carts.filter(total > 5).count() > 1',
    ],
    ['map', 'L.map(value)', 1, 1, 'One result for each member; groups take (K, G) => value.', 'carts.map(total).max() > 5'],
    ['distinct', 'L.distinct()', 0, 0, 'Without repetitions, in the order of first occurrence.', 'carts.sku.distinct().count() > 2'],
    ['head', 'L.head()', 0, 0, 'The first member; null for none.', 'carts.topN(total, 1).head().sku = "Z9"'],
    ['topN', 'L.topN(value, n)', 2, 2, 'The n members with the greatest values, greatest first.', 'carts.topN(total, 3)'],
    ['bottomN', 'L.bottomN(value, n)', 2, 2, 'The n members with the least values, least first.', 'carts.bottomN(total, 3)'],
    ['groupBy', 'L.groupBy(value)', 1, 1, 'Groups of members with the same value.', 'carts.groupBy(store).count() > 1'],
    ['includes', 'L.includes(value)', 1, 1, 'The value is a member.', 'tags.includes("new")'],
    ['intersects', 'L.intersects(list)', 1, 1, 'The lists have a member in common.', 'tags.intersects(["a", "b"])'],
    ['intersection', 'L.intersection(list)', 1, 1, 'The members in common.', 'tags.intersection(["a", "b"]).count() = 2'],
    ['subsetOf', 'L.subsetOf(list)', 1, 1, 'Every member is in the other list; an empty list is.', 'owned.subsetOf(wanted)'],
    ['supersetOf', 'L.supersetOf(list)', 1, 1, 'Every member of the other list is in this one.', 'owned.supersetOf(["x"])'],
  ],
  map: [
    ['get', 'M.get(key)', 1, 1, 'The value at a key; null when absent.', 'prefs.get("lang") = "en"'],
    ['keys', 'M.keys()', 0, 0, 'All keys.', 'prefs.keys().includes("lang")'],
    ['values', 'M.values()', 0, 0, 'All values.', 'prefs.values().exists(on = true)'],
  ],
  time: [
    ['getYear', 'T.getYear()', 0, 0, 'The year of a time.', 'signup.getYear() = 2024'],
    ['getMonth', 'T.getMonth()', 0, 0, 'The month of a time, 1 to 12.', 'signup.getMonth() = currentMonth()'],
    ['getDayOfMonth', 'T.getDayOfMonth()', 0, 0, 'The day of the month of a time, 1 to 31.', 'signup.getDayOfMonth() = 1'],
  ],
};

export const functionCatalogue: readonly FunctionInfo[] = (Object.keys(ROWS) as Receiver[]).flatMap((receiver) =>
  ROWS[receiver].map(([name, signature, least, most, doc, example]) => ({
    name,
    receiver,
    signature,
    doc,
    example,
    arguments: [least, most] as const,
  })),
);

const METHODS: ReadonlyMap<string, FunctionInfo> = new Map(
  functionCatalogue.filter((each) => each.receiver !== 'none').map((each) => [each.name, each]),
);
const CALLS: ReadonlyMap<string, FunctionInfo> = new Map(
  functionCatalogue.filter((each) => each.receiver === 'none').map((each) => [each.name, each]),
);

const byLowerCase = (known: ReadonlyMap<string, FunctionInfo>): ReadonlyMap<string, string> =>
  new Map([...known.keys()].map((name) => [name.toLowerCase(), name]));
const METHOD_NAMES = byLowerCase(METHODS);
const CALL_NAMES = byLowerCase(CALLS);

/** The right spelling of a function's name, which may be written in any case; other names as they are. */
export const methodName = (name: string): string => METHOD_NAMES.get(name.toLowerCase()) ?? name;
export const callName = (name: string): string => CALL_NAMES.get(name.toLowerCase()) ?? name;

export const methodInfo = (name: string): FunctionInfo | null => METHODS.get(name) ?? null;
export const callInfo = (name: string): FunctionInfo | null => CALLS.get(name) ?? null;
