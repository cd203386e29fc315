import { Invalid, show } from '../../values.ts';
import { define } from './function.ts';
import { boolean, optional, text } from './params.ts';

const family = 'URL';
const PORTS: Readonly<Record<string, number>> = { ftp: 21, ssh: 22, sftp: 22, http: 80, ws: 80, https: 443, wss: 443 };

const partOf = (name: string, doc: string, example: readonly [string, string | number], part: (url: URL) => string | number | undefined) =>
  define({
    name,
    family,
    params: [text('URL')],
    returns: typeof example[1] === 'number' ? 'integer' : 'text',
    doc: `${doc}; nothing for what is no URL.`,
    examples: [[`${name}(${JSON.stringify(example[0])})`, example[1]]],
    call: ([input]) => {
      const url = URL.parse(input);
      return url === null ? undefined : part(url);
    },
  });

export const urlFunctions = [
  partOf('get_url_protocol', 'The protocol', ['https://platform.adobe.com/home', 'https'], ({ protocol }) => protocol.slice(0, -1)),
  partOf('get_url_host', 'The host', ['https://platform.adobe.com/home', 'platform.adobe.com'], ({ hostname }) => hostname || undefined),
  partOf('get_url_port', 'The port, or else the usual one of the protocol', ['sftp://example.com//home/joe/employee.csv', 22], (url) =>
    url.port === '' ? PORTS[url.protocol.slice(0, -1)] : Number(url.port),
  ),
  define({
    name: 'get_url_path',
    family,
    params: [text('URL'), optional(boolean('FULL_PATH'))],
    returns: 'text',
    doc: 'The path; with false only the end of it. Nothing for what is no URL.',
    examples: [
      ['get_url_path("sftp://example.com//home/joe/employee.csv")', '//home/joe/employee.csv'],
      ['get_url_path("sftp://example.com//home/joe/employee.csv", false)', 'employee.csv'],
    ],
    call: ([input, full = true]) => {
      const path = URL.parse(input)?.pathname;
      return full || path === undefined ? path : path.slice(path.lastIndexOf('/') + 1);
    },
  }),
  define({
    name: 'get_url_query_str',
    family,
    params: [text('URL'), text('ANCHOR')],
    returns: 'object',
    doc: 'The query as an object. ANCHOR: "retain" leaves the anchor at the last value, "remove" takes it away, "append" adds it as _anchor_. A name that comes again has an array of values.',
    examples: [
      ['get_url_query_str("foo://example.com:8042/over/there?name=ferret#nose", "retain")', { name: 'ferret#nose' }],
      ['get_url_query_str("foo://example.com:8042/over/there?name=ferret#nose", "remove")', { name: 'ferret' }],
      ['get_url_query_str("foo://example.com:8042/over/there?name=ferret#nose", "append")', { name: 'ferret', _anchor_: 'nose' }],
    ],
    check: ([, anchor]) =>
      typeof anchor !== 'string' || ANCHORS.includes(anchor)
        ? null
        : { argument: 1, code: 'wrong-type', message: `ANCHOR is one of ${ANCHORS.join(', ')}.` },
    call: ([input, anchor]) => queryOf(input, anchor),
  }),
  define({
    name: 'url_encode',
    family,
    params: [text('URL')],
    returns: 'text',
    doc: 'With reserved characters as %XX, a space as %20.',
    examples: [['url_encode("https://example.com/a b!")', 'https%3A%2F%2Fexample.com%2Fa%20b%21']],
    call: ([input]) =>
      encodeURIComponent(input.toWellFormed()).replaceAll(
        /[!'()*~]/g,
        (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
  }),
  define({
    name: 'url_decode',
    family,
    params: [text('URL')],
    returns: 'text',
    doc: 'With %XX as the characters they stand for.',
    examples: [['url_decode("https%3A%2F%2Fexample.com%2Fa%20b%21")', 'https://example.com/a b!']],
    call: ([input]) => {
      try {
        return decodeURIComponent(input);
      } catch {
        return new Invalid(`url_decode: ${show(input)} has a % that begins no character`);
      }
    },
  }),
];

const ANCHORS = ['retain', 'remove', 'append'];

function queryOf(input: string, anchor: string): object | undefined | Invalid {
  if (!ANCHORS.includes(anchor)) return new Invalid(`get_url_query_str, ANCHOR: expected ${ANCHORS.join(', ')}, found ${show(anchor)}`);
  const url = URL.parse(input);
  if (url === null) return undefined;
  const query: Record<string, string | string[]> = {};
  const pairs = [...url.searchParams];
  for (const [index, [name, value]] of pairs.entries()) {
    const given = anchor === 'retain' && index === pairs.length - 1 ? value + url.hash : value;
    const before = Object.hasOwn(query, name) ? query[name] : undefined;
    set(query, name, before === undefined ? given : [before, given].flat());
  }
  if (anchor === 'append' && url.hash !== '') query['_anchor_'] = url.hash.slice(1);
  return query;
}

/** Also a name such as `__proto__` is only a name. */
export function set<T>(target: Record<string, T>, name: string, value: T): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
