import { type ApiClient, createClient } from "../api_client.ts";

let client: ApiClient | undefined;

/** One client for all islands of a page, so that they share one access token. */
export function pageClient(): ApiClient {
  return client ??= createClient();
}
