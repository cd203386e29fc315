/** Why somebody for whom the rule of a path holds is in, or is not. */
import type { WhyNode } from '@kindred/pql';
import type { PlannedChoice } from './choice.ts';
import { choiceInWords, inShare } from './choice.ts';

interface Explained {
  readonly evidence: WhyNode;
  readonly missing: readonly (readonly string[])[];
}

/** @param rule what there is to say of the rule alone */
export function explainChoice(
  rule: Explained,
  choice: PlannedChoice,
  { profile, member }: { readonly profile: number; readonly member: boolean },
): Explained {
  const isShare = choice.kind === 'share';
  const chosen: WhyNode = {
    kind: 'general',
    holds: isShare ? inShare(choice, profile) : member,
    label: isShare ? choiceInWords(choice) : `${choiceInWords(choice)}, at the last evaluation`,
    evidence: [],
    until: null,
    // A share is for good; of a ranking the next evaluation decides.
    exact: isShare,
    children: [],
  };
  const evidence: WhyNode = {
    kind: 'and',
    holds: member,
    label: 'all of',
    evidence: [],
    until: isShare && chosen.holds ? rule.evidence.until : null,
    exact: rule.evidence.exact && isShare,
    children: [rule.evidence, chosen],
  };
  return { evidence, missing: missingOf(rule, choice, { chosen: chosen.holds, member }) };
}

function missingOf(
  { evidence, missing }: Explained,
  choice: PlannedChoice,
  { chosen, member }: { readonly chosen: boolean; readonly member: boolean },
): Explained['missing'] {
  if (member) return [];
  // Nothing brings somebody into another share.
  if (choice.kind === 'share') return chosen ? missing : [];
  const further = `must come further up in the ranking by ${choice.by}`;
  return evidence.holds ? [[further]] : missing.map((way) => [...way, further]);
}
