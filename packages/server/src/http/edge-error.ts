/** Errors of the Edge Network in their documented form (RFC 7807). */

export type EdgeErrorCode = 'EXEG-0003-400';

export class EdgeError extends Error {
  override readonly name = 'EdgeError';
  readonly code: EdgeErrorCode;
  readonly requestId: string;

  constructor(code: EdgeErrorCode, message: string, requestId: string) {
    super(message);
    this.code = code;
    this.requestId = requestId;
  }

  get status(): number {
    return Number(this.code.slice(-3));
  }

  get body(): object {
    return {
      type: `https://ns.adobe.com/aep/errors/${this.code}`,
      status: this.status,
      title: 'Invalid datastream ID',
      detail: this.message,
      report: { requestId: this.requestId },
    };
  }
}
