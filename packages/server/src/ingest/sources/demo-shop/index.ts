export { demoShop } from './demo-shop.ts';
export type { DemoShopOptions } from './demo-shop.ts';
export type { DemoRecord } from './records.ts';
export { demoTraffic } from './traffic.ts';
export type { DemoTrafficOptions } from './traffic.ts';
