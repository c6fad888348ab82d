/** A refusal of the HTTP API: the status and the text the caller reads. */
export class HttpError extends Error {
  constructor(
    readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 429 | 500 | 503,
    message: string,
  ) {
    super(message);
  }
}
