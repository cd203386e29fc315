/** E-mails: who gets them, opens them, follows their links, or has had enough. */
import type { Campaign } from './calendar.ts';
import { HOUR, MINUTE } from './calendar.ts';
import type { Fields } from './records.ts';
import { ONE } from './records.ts';
import type { Shopper } from './shopper.ts';

/** A reminder goes out this long after a cart was left, ms. */
export const REMINDER_AFTER = 4 * HOUR;

interface Mail {
  readonly id: string;
  readonly name: string;
  readonly group: Campaign['group'] | 'cart';
  readonly time: number;
}

const CLICKS: Readonly<Record<Mail['group'], number>> = { newsletter: 0.09, sale: 0.15, cart: 0.24 };

export const CART_REMINDER = { id: 'cart-reminder', name: 'You left something in your cart', group: 'cart' } as const;

/** Sends a mail if the person wants mails. Answers when its link was followed (epoch ms), or null. */
export function sendMail(shopper: Shopper, mail: Mail): number | null {
  const { random, visitor } = shopper;
  const { customer, persona } = visitor;
  if (!customer || customer.emailConsent !== 'y' || customer.since > mail.time || shopper.unsubscribedAt !== null) return null;
  const sent = mail.time + random.unit() * 2 * HOUR;
  record(shopper, mail, { time: sent, eventType: 'directMarketing.emailSent', counter: 'sends' });
  if (random.chance(0.008)) {
    record(shopper, mail, { time: sent + MINUTE, eventType: 'directMarketing.emailBounced', counter: 'bounces' });
    return null;
  }
  const gone = sent > shopper.leftAt;
  if (!random.chance(persona.opens * shopper.satisfaction * (gone ? 0.3 : 1))) return null;
  const opened = sent + 2 * MINUTE + random.exponential(7 * HOUR);
  record(shopper, mail, { time: opened, eventType: 'directMarketing.emailOpened', counter: 'opens' });
  if (random.chance(gone || shopper.satisfaction < 1 ? 0.03 : 0.008)) {
    shopper.unsubscribedAt = opened + MINUTE;
    record(shopper, mail, { time: shopper.unsubscribedAt, eventType: 'directMarketing.emailUnsubscribed', counter: 'unsubscriptions' });
    return null;
  }
  if (gone || !random.chance(CLICKS[mail.group])) return null;
  const clicked = opened + 3000 + random.exponential(40_000);
  record(shopper, mail, { time: clicked, eventType: 'directMarketing.emailClicked', counter: 'clicks' });
  return clicked + 2000;
}

interface MailEvent {
  readonly time: number;
  readonly eventType: string;
  readonly counter: string;
}

function record({ history, visitor }: Shopper, mail: Mail, { time, eventType, counter }: MailEvent): void {
  const fields: Fields = {
    directMarketing: { [counter]: ONE, messageID: `${mail.id}-${visitor.number + 1}` },
    marketing: { trackingCode: mail.id, campaignName: mail.name, campaignGroup: mail.group },
  };
  history.add(time, eventType, visitor.customer!.mailOrigin, fields);
}
