/** The ways into the shop: marketing channels in XDM's words, with what each leaves on the first event of a visit. */
import { Weighted } from './random.ts';
import type { Fields } from './records.ts';
import type { Arrival } from './shopper.ts';

const TYPES = 'https://ns.adobe.com/xdm/channel-types';

function channel(type: string, mediaType: 'paid' | 'owned' | 'earned', mediaAction = 'clicks'): Fields {
  return { _id: `https://shop.example/channels/${type}-${mediaType}`, _type: `${TYPES}/${type}`, mediaType, mediaAction };
}

function tracked(code: string, campaignName: string, campaignGroup: string): Fields {
  return { trackingCode: code, campaignName, campaignGroup };
}

interface WayIn extends Arrival {
  readonly share: { readonly customers: number; readonly anonymous: number };
}

const WAYS_IN: readonly WayIn[] = [
  {
    share: { customers: 42, anonymous: 14 },
    landing: 'home',
    referrer: { type: 'typed_bookmarked' },
    fields: { channel: channel('direct', 'owned') },
  },
  {
    share: { customers: 24, anonymous: 34 },
    landing: 'category',
    referrer: { type: 'search_engine' },
    fields: { channel: channel('search', 'earned') },
  },
  {
    share: { customers: 14, anonymous: 24 },
    landing: 'product',
    referrer: { type: 'search_engine' },
    fields: { channel: channel('search', 'paid'), marketing: tracked('sea-brand', 'Search: our name', 'search') },
  },
  {
    share: { customers: 8, anonymous: 14 },
    landing: 'product',
    referrer: { type: 'social' },
    fields: { channel: channel('social', 'paid'), marketing: tracked('soc-outdoor', 'Social: outdoors', 'social') },
  },
  {
    share: { customers: 6, anonymous: 6 },
    landing: 'category',
    referrer: { type: 'external' },
    fields: { channel: channel('affiliate', 'paid'), marketing: tracked('aff-tests', 'Partners: product tests', 'affiliate') },
  },
  {
    share: { customers: 6, anonymous: 8 },
    landing: 'category',
    referrer: { type: 'external' },
    fields: { channel: channel('display', 'paid'), marketing: tracked('dis-retarget', 'Display: seen before', 'display') },
  },
];

export const customerArrival = new Weighted<Arrival>(WAYS_IN, (way) => (way as WayIn).share.customers);
export const anonymousArrival = new Weighted<Arrival>(WAYS_IN, (way) => (way as WayIn).share.anonymous);

/** By the link of a mail. */
export function mailArrival(campaign: { readonly id: string; readonly name: string; readonly group: string }): Arrival {
  return {
    landing: 'category',
    referrer: { type: 'email' },
    fields: { channel: channel('email', 'owned'), marketing: tracked(campaign.id, campaign.name, campaign.group) },
  };
}

/** By opening the app. */
export const APP_ARRIVAL: Arrival = { landing: 'home', referrer: null, fields: { channel: channel('apps', 'owned') } };
