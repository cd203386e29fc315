/** What to show: the first choice whose audience somebody is in. */

/** @param audience null: everybody */
export function firstChoice<Choice extends { readonly audience: string | null }>(
  choices: readonly Choice[],
  members: ReadonlySet<string>,
): Choice | undefined {
  return choices.find(({ audience }) => audience === null || members.has(audience));
}
