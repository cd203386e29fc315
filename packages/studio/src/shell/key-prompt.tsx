import { Button } from '@react-spectrum/s2/Button';
import { ButtonGroup } from '@react-spectrum/s2/ButtonGroup';
import { Content, Dialog, DialogContainer, Heading } from '@react-spectrum/s2/Dialog';
import { Form } from '@react-spectrum/s2/Form';
import { TextField } from '@react-spectrum/s2/TextField';
import { useState, useSyncExternalStore } from 'react';
import { session, setKey } from '../api/session.ts';

/** Asks for an API key when the server wants one. There is no way around it, so the dialog cannot be dismissed. */
export function KeyPrompt() {
  const { locked, refused } = useSyncExternalStore(session.subscribe, session.current);
  return <DialogContainer onDismiss={() => undefined}>{locked && <Prompt refused={refused} />}</DialogContainer>;
}

function Prompt({ refused }: { readonly refused: boolean }) {
  const [key, change] = useState('');
  const entered = key.trim();
  return (
    <Dialog size="S" isKeyboardDismissDisabled>
      <Heading slot="title">This server asks for a key</Heading>
      <Content>
        <Form
          id="key-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (entered !== '') setKey(entered);
          }}
        >
          <p>
            Create one on the server with <code>./kindred key create</code>. It is kept for this browser tab only.
          </p>
          <TextField
            label="API key"
            type="password"
            autoComplete="off"
            autoFocus
            value={key}
            onChange={change}
            isInvalid={refused && entered === ''}
            errorMessage="That key was refused: it is mistyped or revoked."
          />
        </Form>
      </Content>
      <ButtonGroup>
        <Button variant="accent" type="submit" form="key-form" isDisabled={entered === ''}>
          Continue
        </Button>
      </ButtonGroup>
    </Dialog>
  );
}
