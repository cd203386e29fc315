/** Settings from the environment, checked. */
import { SettingsError } from './errors.ts';
import type { SettingProblem } from './errors.ts';
import { nearest } from '@kindred/pql';
import { defaultOf, SETTINGS } from './table.ts';
import type { LogLevel, Setting } from './table.ts';

export interface Settings {
  /** 0 takes a free port. */
  readonly port: number;
  readonly host: string;
  /** Absolute path. */
  readonly dataFolder: string;
  /** Absent: embedded. */
  readonly clickhouseUrl: string | undefined;
  /** Absent: embedded. */
  readonly postgresUrl: string | undefined;
  /** Without the underscore that its fields have. */
  readonly tenant: string;
  /** Absolute path. */
  readonly fieldGroups: string | undefined;
  /** Absolute path. */
  readonly datasets: string;
  readonly logLevel: LogLevel;
  readonly sandbox: string;
  /** Queries that ClickHouse runs at a time. */
  readonly querySlots: number;
  /** Records of the stream that are logged and not stored yet, at most. */
  readonly streamLag: number;
  /** 0: for ever. */
  readonly membershipLogDays: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads all settings; an empty value counts as not set. Throws SettingsError with every problem there is. */
export function readSettings(env: Environment): Settings {
  const problems = unknownNames(env);
  const entries = Object.entries(SETTINGS).map(([key, setting]: [string, Setting<unknown>]) => {
    const text = env[setting.name] ?? '';
    const value = text === '' ? defaultOf(setting) : setting.kind.read(text);
    if (text !== '' && value === undefined) problems.push(refused(setting, text));
    return [key, value];
  });
  if (problems.length > 0) throw new SettingsError(problems);
  return Object.fromEntries(entries) as Settings;
}

const NAMES = Object.values(SETTINGS).map(({ name }) => name);

function unknownNames(env: Environment): SettingProblem[] {
  const names = Object.keys(env).filter((name) => name.startsWith('KINDRED_') && !NAMES.some((known) => known === name));
  return names.toSorted().map((setting) => {
    // Most names have the prefix, and so do those that only seem to.
    const near = NAMES.find((known) => setting === `KINDRED_${known}`) ?? nearest(setting, NAMES);
    const hint = near === null ? `Settings are ${NAMES.join(', ')}.` : `Did you mean ${near}?`;
    return { setting, message: `There is no setting ${setting}.`, hint };
  });
}

function refused(setting: Setting<unknown>, text: string): SettingProblem {
  const value = setting.secret === true ? 'what it is set to' : JSON.stringify(text);
  return { setting: setting.name, message: `${setting.name} cannot be ${value}.`, hint: `It takes ${setting.kind.allowed}.` };
}
