/** What keeps the service from running and whoever operates it can mend: the message says how, and is all they need. */
export class OperatorError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "OperatorError";
  }
}
