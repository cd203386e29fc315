/** Settings that cannot be used, all of them at once. */

export interface SettingProblem {
  readonly setting: string;
  readonly message: string;
  readonly hint: string;
}

export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code = 'bad-settings';
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    super(problems.map(({ message, hint }) => `${message} ${hint}`).join('\n'));
    this.problems = problems;
  }
}
