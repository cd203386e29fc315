export { demoShop } from './demo-shop.ts';
export type { DemoShopOptions } from './demo-shop.ts';
export type { DemoRecord } from './records.ts';
