/** A request's headers, as far as anybody reads them; a web `Headers` is one, and costs more than most answers. */
export interface HeaderFields {
  /** In any case; null when there is none. */
  get(name: string): string | null;
  /** Names in lower case, in the order they came where the server tells it. */
  keys(): Iterable<string>;
}

/** Name and value in turns, as they came. Given twice they are joined, so that a second one is seen (RFC 9110 §5.3). */
export class RawHeaders implements HeaderFields {
  readonly #raw: string[];

  constructor(raw: string[]) {
    this.#raw = raw;
  }

  *keys(): Iterable<string> {
    for (let i = 0; i < this.#raw.length; i += 2) yield this.#raw[i].toLowerCase();
  }

  get(name: string): string | null {
    const raw = this.#raw;
    const wanted = name.toLowerCase();
    let found: string | null = null;
    for (let i = 0; i < raw.length; i += 2) {
      if (raw[i].length !== wanted.length || raw[i].toLowerCase() !== wanted) continue;
      found = found === null ? raw[i + 1] : `${found}, ${raw[i + 1]}`;
    }
    return found;
  }
}
