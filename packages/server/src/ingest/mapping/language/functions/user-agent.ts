import { parse } from 'bowser';
import { Invalid } from '../../values.ts';
import { define } from './function.ts';
import { text } from './params.ts';

const family = 'User agent';
const LONGEST = 2048;
const SAMPLE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 5_1_1 like Mac OS X) AppleWebKit/534.46 (KHTML, like Gecko) Version/5.1 Mobile/9B206 Safari/7534.48.3';

const DEVICES: Readonly<Record<string, string>> = { mobile: 'Phone', tablet: 'Tablet', desktop: 'Desktop', tv: 'TV', bot: 'Robot' };

/** Records of one source have few different ones. */
const cache = new Map<string, ReturnType<typeof parse>>();

function parsed(userAgent: string): ReturnType<typeof parse> {
  let result = cache.get(userAgent);
  if (result === undefined) {
    if (cache.size >= 1000) cache.clear();
    cache.set(userAgent, (result = parse(userAgent)));
  }
  return result;
}

const about = (name: string, doc: string, example: string, part: (agent: ReturnType<typeof parse>) => string | undefined) =>
  define({
    name,
    family,
    params: [text('USER_AGENT')],
    returns: 'text',
    doc: `${doc}; nothing when the text does not tell.`,
    examples: [[`${name}(${JSON.stringify(SAMPLE)})`, example]],
    call: ([input]) =>
      input === '' ? undefined : input.length > LONGEST ? new Invalid(`${name}: longer than ${LONGEST} characters`) : part(parsed(input)),
  });

/** Null when one of the parts is not known. */
const both = (name: string | undefined, version: string | undefined): string | undefined =>
  name === undefined || version === undefined ? undefined : `${name} ${version}`;

const major = (version: string | undefined): string | undefined => version?.split('.')[0];

export const userAgentFunctions = [
  about('ua_os_name', 'The operating system', 'iOS', ({ os }) => os.name),
  about('ua_os_version_major', 'The operating system and the first number of its version', 'iOS 5', ({ os }) =>
    both(os.name, major(os.version)),
  ),
  about('ua_os_version', 'The version of the operating system', '5.1.1', ({ os }) => os.version),
  about('ua_os_name_version', 'The operating system and its version', 'iOS 5.1.1', ({ os }) => both(os.name, os.version)),
  about('ua_agent_version', 'The version of the browser', '5.1', ({ browser }) => browser.version),
  about('ua_agent_version_major', 'The browser and the first number of its version', 'Safari 5', ({ browser }) =>
    both(browser.name, major(browser.version)),
  ),
  about('ua_agent_name', 'The browser', 'Safari', ({ browser }) => browser.name),
  about(
    'ua_device_class',
    'Phone, Tablet, Desktop, TV, Robot or Unknown',
    'Phone',
    ({ platform }) => DEVICES[platform.type ?? ''] ?? 'Unknown',
  ),
];
