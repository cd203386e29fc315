/** Who was decided while everybody was being evaluated: about them the evaluation knows less than has been told. */
import { Bitmap } from './bitmap/index.ts';

/** People who were decided anew, whether or not that changed anything. */
export interface Decided {
  /** Versions of the rules by id of the audience. */
  readonly audiences: ReadonlyMap<string, number>;
  /** Null: everybody. */
  readonly people: Bitmap | null;
}

export class Meanwhile {
  readonly #decided: Decided[] = [];
  #forgotten = Bitmap.empty;

  note(decided: Decided): void {
    const last = this.#decided.at(-1);
    if (last?.audiences === decided.audiences && last.people !== null && decided.people !== null)
      this.#decided[this.#decided.length - 1] = { ...decided, people: last.people.or(decided.people) };
    else this.#decided.push(decided);
  }

  noteForgotten(people: Bitmap): void {
    this.#forgotten = this.#forgotten.or(people);
  }

  /** The members by an evaluation that began before; those decided since are where they were told to be. */
  membersOf(audience: string, version: number, { found, told }: { readonly found: Bitmap; readonly told: Bitmap }): Bitmap {
    let since = Bitmap.empty;
    for (const { audiences, people } of this.#decided) {
      if (audiences.get(audience) !== version) continue;
      if (people === null) return told.andNot(this.#forgotten);
      since = since.or(people);
    }
    const members = since.size === 0 ? found : found.andNot(since).or(told.and(since));
    return this.#forgotten.size === 0 ? members : members.andNot(this.#forgotten);
  }
}
