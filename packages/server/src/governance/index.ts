export { createKey, listKeys, revokeKey, ROLES, verifyKey } from './keys.ts';
export type { ApiKey, CreatedKey, NewKey, Role } from './keys.ts';
export type { Order, OrderReport, OrderRequest } from './privacy/order.ts';
export { PrivacyError } from './privacy/order.ts';
export { PrivacyOrders } from './privacy/orders.ts';
