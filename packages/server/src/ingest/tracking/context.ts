/** What a tracking library says of the surroundings of an event, as fields of XDM. */
import type { Json } from './values.ts';
import { object, number, text, without } from './values.ts';

const DEVICE_TYPES = new Set(['mobile', 'tablet', 'desktop']);

export function contextFields(context: Json): Json {
  return without({
    environment: environment(context),
    device: device(context),
    application: application(context),
    marketing: campaign(object(context['campaign']) ?? {}),
    placeContext: place(context),
  });
}

function environment(context: Json): Json {
  const os = object(context['os']) ?? {};
  const screen = object(context['screen']) ?? {};
  const network = object(context['network']) ?? {};
  return without({
    ...address(text(context['ip'])),
    operatingSystem: text(os['name']),
    operatingSystemVersion: text(os['version']),
    carrier: text(network['carrier']),
    viewportHeight: whole(screen['height']),
    viewportWidth: whole(screen['width']),
    browserDetails: without({ userAgent: text(context['userAgent']) }),
    _dc: without({ language: text(context['locale']) }),
  });
}

function address(ip: string | undefined): Json {
  if (ip === undefined) return {};
  return ip.includes(':') ? { ipV6: ip } : { ipV4: ip };
}

function device(context: Json): Json {
  const described = object(context['device']) ?? {};
  const type = text(described['type'])?.toLowerCase();
  return without({
    typeID: text(described['id']),
    manufacturer: text(described['manufacturer']),
    model: text(described['model']),
    type: type !== undefined && DEVICE_TYPES.has(type) ? type : undefined,
  });
}

function application(context: Json): Json {
  const app = object(context['app']) ?? {};
  return without({ id: text(app['namespace']), name: text(app['name']), version: text(app['version']) });
}

function campaign(told: Json): Json {
  return without({
    campaignName: text(told['name']),
    campaignGroup: text(told['source']),
    trackingCode: text(told['content'] ?? told['term']),
  });
}

function place(context: Json): Json {
  const location = object(context['location']) ?? {};
  const country = text(location['country']);
  return without({
    ianaTimezone: text(context['timezone']),
    geo: without({
      city: text(location['city']),
      countryCode: country !== undefined && /^[A-Z]{2}$/.test(country) ? country : undefined,
      _schema: without({ latitude: number(location['latitude']), longitude: number(location['longitude']) }),
    }),
  });
}

function whole(value: unknown): number | undefined {
  const read = number(value);
  return read === undefined || read < 0 ? undefined : Math.round(read);
}
