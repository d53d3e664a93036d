/**
 * Clients, a few seconds old at most: every request asks for one, and they seldom change. What this process changes
 * is forgotten at once; another replica's change is seen when the entry is old.
 */
import type { Sql } from "../../core/db/postgres.ts";
import { type Client, findClient } from "./client.ts";

const freshMilliseconds = 3000;
const entriesMax = 5000;

export interface ClientCache {
  /** Null when there is no such client. */
  find(client_id: string): Promise<Client | null>;
  forget(client_id: string): void;
}

export function createClientCache(sql: Sql, now: () => number = Date.now): ClientCache {
  const entries = new Map<string, { at: number; client: Promise<Client | null> }>();
  return {
    async find(client_id) {
      // Nothing that long was ever given out, and the database cannot store a NUL.
      if (client_id === "" || client_id.length > 200 || client_id.includes("\0")) return null;
      const known = entries.get(client_id);
      if (known && now() - known.at < freshMilliseconds) return await known.client;
      const entry = { at: now(), client: findClient(sql, client_id) };
      if (entries.size >= entriesMax) entries.delete(entries.keys().next().value!);
      entries.delete(client_id);
      entries.set(client_id, entry);
      try {
        const client = await entry.client;
        // Strangers' ids must not push clients out.
        if (client === null && entries.get(client_id) === entry) entries.delete(client_id);
        return client;
      } catch (error) {
        if (entries.get(client_id) === entry) entries.delete(client_id);
        throw error;
      }
    },
    forget: (client_id) => void entries.delete(client_id),
  };
}
