/** The shape of the table: requests that are sent to two providers, and what is expected to come of them. */
import type { Stage } from "./stage.ts";

/** What came of a request, as far as the RFCs decide it. */
export interface Outcome {
  /** Sent to the client's address; a page for the person; JSON for the client. */
  kind: "redirect" | "page" | "json";
  /** Of a page and of JSON; 0 for redirects, where 302 and 303 are equally good (RFC 6749 §1.7). */
  status: number;
  /** The code of the error; null when there is none. */
  error: string | null;
  /** How a redirect carries its answer: `query`, `fragment`, `form`; else empty. */
  where: string;
  /** Parameters of a redirect besides the error and its description, sorted. */
  has: string[];
}

/** An outcome on one line, as the rows write it: `redirect query login_required iss state`, `json 401 invalid_client`. */
export function told({ kind, status, error, where, has }: Outcome): string {
  return [kind, where, status || "", error ?? "", ...has].filter((part) => part !== "").join(" ");
}

/** Where we end otherwise than they do, and are right. */
export interface Difference {
  /** The section that allows or asks for ours, and what it says. */
  because: string;
  /** As `told()` writes them. */
  ours: string;
  theirs: string;
  /** Titles of rows. */
  of: string[];
}

/** A value or several of one name; null takes the name away. */
export type Params = Record<string, string | string[] | null>;

/** Constant, or made for one provider. */
export type Made<T> = T | ((stage: Stage) => T | Promise<T>);

export type ClientName =
  | "web"
  | "loose"
  | "spa"
  | "native"
  | "post"
  | "assertion"
  | "secret_jwt"
  | "machine"
  | "device"
  | "device_other"
  | "two"
  | "other"
  | "signed"
  | "pushed"
  | "bound"
  | "fresh"
  | "modest";

interface Row {
  /** What is asked, as a title. */
  claim: string;
}

/** Starts from a well-formed request of the client, with PKCE. */
export interface AuthorizeCase extends Row {
  client?: ClientName;
  /** Changes to the well-formed request. */
  with: Made<Params>;
  method?: "POST";
  /**
   * `willing` (default) signs in and agrees where a page asks; `returning` does, too, and has agreed to the well-formed
   * request before. So has `consented`, `signed_in` to another client's, and `nobody` has no session: these three answer
   * no pages.
   */
  person?: "willing" | "returning" | "consented" | "signed_in" | "nobody";
}

/** A request of a client, to an endpoint that answers JSON. */
export interface DirectCase extends Row {
  to: "token" | "par" | "introspect" | "revoke" | "device_authorization" | "userinfo";
  client?: ClientName;
  /** Whole parameters, without the client's authentication. */
  with: Made<Params>;
  /** How the client shows who it is. Default: as it is registered. */
  as?: Made<ClientProof>;
  headers?: Made<Record<string, string>>;
  method?: "GET" | "POST" | "PUT";
  /** In place of the form. */
  body?: { type: string; text: string };
}

/** Parameters and headers that authenticate a client. */
export interface ClientProof {
  params?: Params;
  headers?: Record<string, string>;
}

/** A registration request: metadata as JSON. */
export interface RegisterCase extends Row {
  metadata: Made<unknown>;
  /** In place of the JSON. */
  raw?: { type: string; text: string };
}
