/**
 * The API from a browser. Access tokens live in memory only and are renewed before they end, once at a time in a
 * tab and, where the browser has Web Locks, across its tabs.
 */
/// <reference lib="dom" />
import { ApiError, problemFrom } from "./api_error.ts";
import type {
  AccessToken,
  Me,
  MeChanges,
  PasswordVerdict,
  RegisterRequest,
  RegisterResponse,
  SignInOutcome,
} from "./api_types.ts";
import type { RegistrationStatus, SessionView } from "./types.ts";

export { ApiError } from "./api_error.ts";

/** Where a refresh token is kept. Pages keep none: their session cookie stands for it. */
export interface TokenStorage {
  get(): string | null;
  set(refresh_token: string | null): void;
}

export interface ClientOptions {
  /** Origin and prefix of the API; default: that of the page. */
  base?: string;
  fetch?: typeof fetch;
  storage?: TokenStorage;
  /** Whole call, default 15000. */
  timeout_ms?: number;
  now?: () => number;
}

interface CallOptions {
  body?: unknown;
  signal?: AbortSignal;
}

interface Held {
  token: string;
  expires_at: number;
}

/** Renewed this long before its end, so that no call sets out with a token that dies on the way. */
const EARLY_MS = 45_000;
const LOCK = "flow-shield-refresh";

export type ApiClient = ReturnType<typeof createClient>;

export function createClient(options: ClientOptions = {}) {
  const { base = "", timeout_ms = 15_000, now = Date.now, storage = memory() } = options;
  // Called through a closure: a browser's fetch refuses any `this` but the window.
  const send = options.fetch ?? ((input: RequestInfo | URL, init?: RequestInit) => fetch(input, init));
  let held: Held | null = null;
  let renewing: Promise<Held> | null = null;

  async function exchange(method: string, path: string, { body, signal }: CallOptions, token?: string) {
    const limit = AbortSignal.timeout(timeout_ms);
    try {
      return await send(base + path, {
        method,
        headers: {
          accept: "application/json",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: "same-origin",
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
    } catch (cause) {
      if (signal?.aborted) throw cause;
      const code = limit.aborted ? "request_timeout" : "network_error";
      throw new ApiError(0, code, limit.aborted ? "no answer in time" : "no connection", { cause });
    }
  }

  async function read<T>(response: Response): Promise<T> {
    if (!response.ok) throw await problemFrom(response);
    // Besides 204, a 202 too may come without a body.
    const text = await response.text();
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  /** A call that nobody has to be signed in for. */
  async function open<T>(method: string, path: string, call: CallOptions = {}): Promise<T> {
    return await read<T>(await exchange(method, path, call));
  }

  /** A call of somebody who is signed in; a token that was refused is renewed once. */
  async function signedIn<T>(method: string, path: string, call: CallOptions = {}): Promise<T> {
    const { token } = await fresh();
    let response = await exchange(method, path, call, token);
    if (response.status === 401) {
      await response.body?.cancel();
      response = await exchange(method, path, call, (await renew(token)).token);
    }
    return await read<T>(response);
  }

  async function fresh(): Promise<Held> {
    return held && held.expires_at - EARLY_MS > now() ? held : await renew(held?.token);
  }

  /** Gets a token other than `old`; callers who come while one is on its way share it. */
  async function renew(old?: string): Promise<Held> {
    if (held && held.token !== old && held.expires_at > now()) return held;
    renewing ??= exclusively(async () => {
      const refresh_token = storage.get();
      try {
        return keep(
          await open<AccessToken>("POST", "/auth/refresh", { body: refresh_token ? { refresh_token } : {} }),
        );
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) forget();
        throw error;
      }
    }).finally(() => renewing = null);
    return await renewing;
  }

  function keep(tokens: AccessToken): Held {
    if (tokens.refresh_token) storage.set(tokens.refresh_token);
    return held = { token: tokens.access_token, expires_at: now() + tokens.expires_in * 1000 };
  }

  function forget() {
    held = null;
    storage.set(null);
  }

  async function outcome(call: Promise<SignInOutcome>): Promise<SignInOutcome> {
    const answer = await call;
    if (answer.kind === "session") keep(answer);
    return answer;
  }

  return {
    register: (body: RegisterRequest) => open<RegisterResponse>("POST", "/auth/register", { body }),
    registration: (registration_id: string, signal?: AbortSignal) =>
      open<RegistrationStatus>("GET", `/auth/registrations/${encodeURIComponent(registration_id)}`, {
        signal,
      }),
    verifyEmail: (body: { token: string } | { email: string; code: string }) =>
      open<{ status: "active"; method: string }>("POST", "/auth/verify-email", { body }),
    /** @param registration_id which sign-up, where an address has several; default: the newest */
    resendVerification: (email: string, registration_id?: string) =>
      open<void>("POST", "/auth/verify-email/resend", { body: { email, registration_id } }),
    signIn: (body: { email: string; password: string }) =>
      outcome(open<SignInOutcome>("POST", "/auth/login", { body })),
    answerChallenge: (challenge_id: string, body: { method: string } & Record<string, unknown>) =>
      outcome(open<SignInOutcome>("POST", `/auth/challenge/${encodeURIComponent(challenge_id)}`, { body })),
    /** @param body the password, and what is known of whoever chose it */
    analyzePassword: (body: { password: string } & Record<string, string>, signal?: AbortSignal) =>
      open<PasswordVerdict>("POST", "/auth/password/analyze", { body, signal }),
    requestPasswordReset: (email: string) =>
      open<void>("POST", "/auth/password-reset/request", { body: { email } }),
    confirmPasswordReset: (body: { token: string; new_password: string }) =>
      open<unknown>("POST", "/auth/password-reset/confirm", { body }),
    async signOut() {
      await signedIn<void>("POST", "/auth/logout", { body: {} });
      forget();
    },
    me: () => signedIn<Me>("GET", "/users/me"),
    updateMe: (body: MeChanges) => signedIn<Me>("PUT", "/users/me", { body }),
    sessions: () => signedIn<{ sessions: SessionView[] }>("GET", "/users/me/sessions"),
    revokeSession: (session_id: string) =>
      signedIn<void>("DELETE", `/users/me/sessions/${encodeURIComponent(session_id)}`),
    /** Ends every session but this one. */
    revokeOtherSessions: () => signedIn<void>("DELETE", "/users/me/sessions"),
    /** A second factor is asked for there again. */
    forgetDevice: (device_id: string) =>
      signedIn<void>("DELETE", `/users/me/devices/${encodeURIComponent(device_id)}`),
    /** A fresh access token, for calls this client has no name for. */
    accessToken: async () => (await fresh()).token,
    /**
     * Renews the token before it ends, for as long as the page is open and seen.
     * @returns stops it
     */
    keepFresh: (onEnded: () => void) => keepFresh(fresh, () => held?.expires_at ?? null, now, onEnded),
  };
}

function memory(): TokenStorage {
  let value: string | null = null;
  return { get: () => value, set: (next) => value = next };
}

/** Tabs share one session: two that renew at once would present the same refresh token twice. */
async function exclusively<T>(work: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks;
  if (!locks) return await work();
  let result: { value: T } | undefined;
  await locks.request(LOCK, async () => {
    result = { value: await work() };
  });
  if (!result) throw new Error("a lock was granted without running its work");
  return result.value;
}

function keepFresh(
  fresh: () => Promise<unknown>,
  expires_at: () => number | null,
  now: () => number,
  onEnded: () => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  let failures = 0;

  async function turn() {
    clearTimeout(timer);
    if (stopped || hidden()) return;
    try {
      await fresh();
      failures = 0;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        stop();
        return onEnded();
      }
      failures++;
    }
    if (stopped) return;
    // A failure is tried again after 2, 4, 8 … seconds; a success when the token comes near its end.
    const wait = failures
      ? Math.min(60_000, 1000 * 2 ** failures)
      : (expires_at() ?? now()) - EARLY_MS - now() + 50;
    timer = setTimeout(turn, Math.max(1_000, Math.min(wait, 2 ** 31 - 1)));
  }

  function stop() {
    stopped = true;
    clearTimeout(timer);
    globalThis.document?.removeEventListener("visibilitychange", turn);
  }

  globalThis.document?.addEventListener("visibilitychange", turn);
  turn();
  return stop;
}

function hidden(): boolean {
  return globalThis.document?.visibilityState === "hidden";
}
