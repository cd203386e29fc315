/** Random rules over the schema of shop.ts that have much in common, so that many of them are answered together. */
import * as fc from 'fast-check';
import { query } from './queries.ts';

const pick = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);

const WINDOW = pick(
  '',
  ' and timestamp occurs < 1 day before now',
  ' and timestamp occurs < 7 days before now',
  ' and timestamp occurs <= 30 days before now',
  ' and timestamp occurs > 7 days before now',
  ' and timestamp occurs today',
  ' and timestamp occurs this month',
  ' and timestamp occurs <= 1 hour after now',
);
const WHAT = pick(
  'eventType = "view"',
  'eventType = "buy"',
  'eventType in ["buy", "cart"]',
  'note.isNotNull()',
  'eventType = "view" and paid',
);
const ABOUT = pick(
  '',
  '',
  ' and channel = "web"',
  ' and channel = "app"',
  ' and channel = ""',
  ' and channel in ["web", "app", "tv"]',
  ' and note = "a"',
  ' and note.equals("ab", true)',
  ' and note = "" and channel = "web"',
  ' and note in ["a", "A"] and channel in ["web", "app"]',
  ' and place.name = "it\'s"',
);
const ASKED = pick(
  '',
  '',
  '.count() >= 2',
  '.count() = 1',
  '.count() < 3',
  '.count() != 2',
  '.sum(total) > 1',
  '.sum(total) > 3',
  '.sum(total) <= 2',
  '.sum(total) = 0',
  '.sum(quantity) >= 3',
  '.average(total) < 2',
  '.average(total) != 1',
  '.min(total) <= 0',
  '.min(quantity) = 2',
  '.max(total) >= 10',
  '.max(total * 2) > 2',
);

const events = fc.tuple(WHAT, ABOUT, WINDOW, ASKED).map(([what, about, window, asked]) => `xEvent[${what}${about}${window}]${asked}`);

const sequence = fc
  .tuple(
    pick('view', 'cart'),
    ABOUT,
    pick('', ' WHEN(< 30 days before now)', ' WHEN(<= 7 days before now)'),
    pick('buy', 'mail'),
    pick('<= 7 days', '< 1 day', '> 1 day', '= 1 hour', ''),
  )
  .map(([first, about, window, then, gap]) => {
    const when = gap === '' ? '' : ` WHEN(${gap} after A)`;
    return `chain(xEvent, timestamp, [A: WHAT(eventType = "${first}"${about})${window}, B: WHAT(eventType = "${then}")${when}])`;
  });

const attributes = pick(
  'vip',
  'not vip',
  'level = "gold"',
  'level != "gold"',
  'points > 1',
  'points.isNull()',
  'name.contains("a")',
  'birth occurs this month',
  'signup occurs < 7 days before now',
  'prefs.get("a").isNotNull()',
);

/** Rules of one leaf or two. */
export const rule: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: events },
  { weight: 2, arbitrary: sequence },
  { weight: 2, arbitrary: attributes },
  {
    weight: 2,
    arbitrary: fc
      .tuple(events, pick('and', 'and not', 'or'), fc.oneof(events, attributes))
      .map(([a, joint, b]) => `(${a}) ${joint} (${b})`),
  },
  { weight: 2, arbitrary: query },
);
