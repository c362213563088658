/** A failure with the code that the engine, the server or the page gave it. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "Refusal";
    this.code = code;
  }

  /** Any failure as one with a code. */
  static of(error: unknown): Refusal {
    if (error instanceof Refusal) return error;
    const { code, message } = error as { code?: unknown; message?: unknown };
    return new Refusal(
      typeof code === "string" ? code : "unexpected",
      typeof message === "string" ? message : String(error),
    );
  }
}
