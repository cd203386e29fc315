export type { Identity, Person, ProfileIdentity, SeenPerson } from './identity.ts';
export type { Move, Resolved } from './identities.ts';
export { Identities, UNIVERSE } from './identities.ts';
export type { LinkingRules } from './linking-rules.ts';
export { STITCH_ALL } from './linking-rules.ts';
export type { IdentityType, Namespace } from './namespaces.ts';
export { identityProblem, Namespaces } from './namespaces.ts';
export type { Succession } from './succession.ts';
export { identityOfXid, xidOf } from './xid.ts';
