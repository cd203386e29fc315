/** Why a server did not start, when the settings or the machine are the reason. */

/**
 * - `port-in-use`: another process listens there
 * - `address-refused`: the address is not of this machine, or the port is not for this user
 * - `key-needed`: bound beyond loopback without any API key
 */
export type StartErrorCode = 'port-in-use' | 'address-refused' | 'key-needed';

export class StartError extends Error {
  override readonly name = 'StartError';
  readonly code: StartErrorCode;
  readonly hint: string;

  constructor(code: StartErrorCode, message: string, hint: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.hint = hint;
  }
}

/** What a failed `listen` means; an error of another kind comes back as it is. */
export function listenError(error: unknown, { host, port }: { readonly host: string; readonly port: number }): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'EADDRINUSE') {
    return new StartError(
      'port-in-use',
      `PORT ${port} of ${host} is in use by another process.`,
      'Stop that process, or choose another port with PORT.',
      error,
    );
  }
  if (code === 'EACCES') {
    return new StartError('address-refused', `This user may not listen on PORT ${port}.`, 'Choose a port above 1023 with PORT.', error);
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new StartError(
      'address-refused',
      `KINDRED_HOST ${host} is no address of this machine.`,
      'Take 127.0.0.1, or 0.0.0.0 for all addresses.',
      error,
    );
  }
  return error;
}
