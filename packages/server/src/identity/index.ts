export type { Identity, Person, ProfileIdentity } from './identities.ts';
export { Identities, UNIVERSE } from './identities.ts';
export type { IdentityType, Namespace } from './namespaces.ts';
export { identityProblem, Namespaces } from './namespaces.ts';
export { identityOfXid, xidOf } from './xid.ts';
