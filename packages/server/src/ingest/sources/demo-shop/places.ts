/** Where the shop's visitors live. Prices are in euro everywhere, as the shop ships from one euro price list. */
import { Weighted } from './random.ts';

export interface City {
  readonly name: string;
  readonly country: string;
  readonly postalCode: string;
  readonly timeZone: string;
  /** BCP 47 tag of the language spoken here by default. */
  readonly language: string;
  /** A shop of ours is in town. */
  readonly hasStore: boolean;
  readonly share: number;
}

interface Country {
  readonly code: string;
  readonly timeZone: string;
  readonly language: string;
  readonly share: number;
  /** `name postalCode`, largest first; `*` marks a town with a store. */
  readonly cities: readonly string[];
}

const COUNTRIES: readonly Country[] = [
  {
    code: 'DE',
    timeZone: 'Europe/Berlin',
    language: 'de-DE',
    share: 26,
    cities: [
      '*Berlin 10115',
      '*München 80331',
      '*Hamburg 20095',
      'Köln 50667',
      'Leipzig 04109',
      'Freiburg 79098',
      'Nürnberg 90402',
      'Kiel 24103',
    ],
  },
  {
    code: 'FR',
    timeZone: 'Europe/Paris',
    language: 'fr-FR',
    share: 15,
    cities: ['*Paris 75001', '*Lyon 69001', 'Grenoble 38000', 'Annecy 74000', 'Nîmes 30000', 'Besançon 25000'],
  },
  {
    code: 'ES',
    timeZone: 'Europe/Madrid',
    language: 'es-ES',
    share: 10,
    cities: ['*Madrid 28001', '*Barcelona 08001', 'Bilbao 48001', 'A Coruña 15001', 'Málaga 29001'],
  },
  {
    code: 'IT',
    timeZone: 'Europe/Rome',
    language: 'it-IT',
    share: 9,
    cities: ['*Milano 20121', 'Torino 10121', 'Bologna 40121', 'Trento 38121', 'Forlì 47121'],
  },
  {
    code: 'AT',
    timeZone: 'Europe/Vienna',
    language: 'de-AT',
    share: 7,
    cities: ['*Wien 1010', 'Innsbruck 6020', 'Graz 8010', 'Sankt Pölten 3100'],
  },
  {
    code: 'NL',
    timeZone: 'Europe/Amsterdam',
    language: 'nl-NL',
    share: 7,
    cities: ['*Amsterdam 1012', 'Utrecht 3511', 'Groningen 9711', 'Eindhoven 5611'],
  },
  { code: 'IE', timeZone: 'Europe/Dublin', language: 'en-IE', share: 5, cities: ['*Dublin D02', 'Cork T12', 'Galway H91'] },
  { code: 'FI', timeZone: 'Europe/Helsinki', language: 'fi-FI', share: 4, cities: ['*Helsinki 00100', 'Jyväskylä 40100', 'Oulu 90100'] },
  { code: 'PT', timeZone: 'Europe/Lisbon', language: 'pt-PT', share: 4, cities: ['Lisboa 1100-148', 'Porto 4000-322', 'Évora 7000-508'] },
  {
    code: 'PL',
    timeZone: 'Europe/Warsaw',
    language: 'pl-PL',
    share: 4,
    cities: ['Warszawa 00-001', 'Kraków 30-001', 'Łódź 90-001', 'Gdańsk 80-001'],
  },
  {
    code: 'SE',
    timeZone: 'Europe/Stockholm',
    language: 'sv-SE',
    share: 3,
    cities: ['Stockholm 111 20', 'Göteborg 411 03', 'Malmö 211 20'],
  },
  { code: 'CZ', timeZone: 'Europe/Prague', language: 'cs-CZ', share: 2, cities: ['Praha 110 00', 'Brno 602 00', 'Plzeň 301 00'] },
  { code: 'GR', timeZone: 'Europe/Athens', language: 'el-GR', share: 2, cities: ['Αθήνα 105 57', 'Θεσσαλονίκη 546 24'] },
  { code: 'BG', timeZone: 'Europe/Sofia', language: 'bg-BG', share: 1, cities: ['София 1000', 'Пловдив 4000'] },
  { code: 'JP', timeZone: 'Asia/Tokyo', language: 'ja-JP', share: 0.6, cities: ['東京 100-0001', '札幌 060-0001'] },
  { code: 'US', timeZone: 'America/New_York', language: 'en-US', share: 0.4, cities: ['Boston 02108', 'Burlington 05401'] },
];

function citiesOf(country: Country): City[] {
  const weights = country.cities.map((_, rank) => 1 / (rank + 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return country.cities.map((entry, rank) => {
    const hasStore = entry.startsWith('*');
    const [, name, postalCode] = /^\*?(.+?) (\S*\d\S*(?: \d+)?)$/.exec(entry)!;
    const share = (country.share * weights[rank]!) / total;
    return {
      name: name!,
      country: country.code,
      postalCode: postalCode!,
      timeZone: country.timeZone,
      language: country.language,
      hasStore,
      share,
    };
  });
}

const CITIES: readonly City[] = COUNTRIES.flatMap(citiesOf);

export const cityByPopulation = new Weighted(CITIES, (city) => city.share);
