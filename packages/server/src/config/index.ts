export { settingsDocument } from './document.ts';
export { SettingsError } from './errors.ts';
export type { SettingProblem } from './errors.ts';
export { readSettings } from './settings.ts';
export type { Environment, Settings } from './settings.ts';
export { LOG_LEVELS } from './table.ts';
export type { LogLevel } from './table.ts';
