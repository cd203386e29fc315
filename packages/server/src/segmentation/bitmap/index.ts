export { Bitmap } from './bitmap.ts';
export { fromState, readState, toState } from './state.ts';
