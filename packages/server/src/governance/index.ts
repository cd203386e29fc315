export { createKey, listKeys, revokeKey, ROLES, verifyKey } from './keys.ts';
export type { ApiKey, CreatedKey, NewKey, Role } from './keys.ts';
