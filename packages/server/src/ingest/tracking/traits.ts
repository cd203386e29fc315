/** Traits of a person as fields of XDM; those XDM has no field for go into maps of the tenant. */
import type { Json } from './values.ts';
import { freeFields, object, text, without } from './values.ts';

const KNOWN = ['firstName', 'lastName', 'name', 'email', 'phone', 'address', 'birthday', 'gender'];
const GENDERS = new Set(['male', 'female', 'not_specified', 'non_specific']);

export function traitFields(traits: Json, tenant: string): Json {
  const birthday = text(traits['birthday']);
  const gender = text(traits['gender'])?.toLowerCase();
  const known = without({
    person: without({
      name: without({ firstName: text(traits['firstName']), lastName: text(traits['lastName']), fullName: text(traits['name']) }),
      birthDate: birthday !== undefined && /^\d{4}-\d{2}-\d{2}/.test(birthday) ? birthday.slice(0, 10) : undefined,
      gender: gender !== undefined && GENDERS.has(gender) ? gender : undefined,
    }),
    personalEmail: without({ address: text(traits['email']) }),
    mobilePhone: without({ number: text(traits['phone']) }),
    homeAddress: address(object(traits['address']) ?? {}),
  });
  const others = Object.fromEntries(Object.entries(traits).filter(([name]) => !KNOWN.includes(name)));
  const { values, numbers } = freeFields(others);
  const tracking = without({ traits: values, traitNumbers: numbers });
  return without({ ...known, [`_${tenant}`]: without({ tracking }) });
}

function address(told: Json): Json {
  return without({
    street1: text(told['street']),
    city: text(told['city']),
    postalCode: text(told['postalCode'] ?? told['zip']),
    state: text(told['state']),
    country: text(told['country']),
  });
}
