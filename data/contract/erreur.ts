/** The one family of expected errors: everything else thrown is a bug. Messages are French sentences. */
export class UserError extends Error {
  /** What to do about it, a French sentence. */
  readonly hint: string | undefined;
  /** Process exit code of the CLI: 1 refused input, 2 wrong usage, 3 missing program, 4 audit failure. */
  readonly code: number;
  constructor(message: string, options: { hint?: string; code?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'UserError';
    this.hint = options.hint;
    this.code = options.code ?? 1;
  }
}
