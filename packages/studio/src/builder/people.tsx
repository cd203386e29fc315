import { routes } from '@kindred/contract';
import type { Member } from '@kindred/contract';
import { useId, useState } from 'react';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { titleOf } from '../profiles/describe.ts';
import { MemberList } from '../profiles/member-list.tsx';
import { EvidenceTree, Missing } from '../profiles/why-panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import styles from './people.module.css';

export interface PeopleProps {
  readonly members: readonly Member[];
  /** The rule that they are asked about, as it stands. */
  readonly pql: string;
  /** Null: the default policy. */
  readonly mergePolicyId: string | null;
}

/** Some people, each of whom can be asked why the rule holds or not. */
export function People({ members, pql, mergePolicyId }: PeopleProps) {
  return <MemberList members={members} newTab below={(member) => <Why member={member} pql={pql} mergePolicyId={mergePolicyId} />} />;
}

type WhyProps = Omit<PeopleProps, 'members'> & { readonly member: Member };

function Why(props: WhyProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <div className={styles.why}>
      <button type="button" className={styles.ask} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        Why<span className="visually-hidden"> {titleOf(props.member)}</span>
      </button>
      <div id={id}>{open && <Reasons {...props} />}</div>
    </div>
  );
}

function Reasons({ member: { identity }, pql, mergePolicyId }: WhyProps) {
  const why = useResource(`why/${identity.namespace}:${identity.id}/${mergePolicyId}/${pql}`, (signal) =>
    call(routes.explainPql, { body: { pql, identity, ...(mergePolicyId !== null && { mergePolicyId }) }, signal }),
  );
  if (why.error) return <Failure error={why.error} retry={why.reload} title="The reasons could not be found" />;
  if (!why.data) return <Skeleton lines={2} height={18} label="Looking for the reasons" />;
  return (
    <>
      <EvidenceTree evidence={why.data.evidence} />
      <Missing ways={why.data.missing} />
    </>
  );
}
