/** Files for browsers, held in memory: there is no folder behind them that an address could climb out of. */
import { createHash } from "node:crypto";
import { gzip } from "node:zlib";
import type { Exchange, Rendered } from "./exchange.ts";
import { Problem } from "./problem.ts";

export interface Asset {
  body: Uint8Array;
  content_type: string;
  /** Its name holds a hash of its content, so it may be kept for ever. */
  immutable: boolean;
}

/** By whole path, such as `/assets/app-1f3c.css` or `/favicon.ico`. */
export type Assets = Map<string, Asset>;

interface Prepared extends Asset {
  etag: string;
  gzipped: Promise<Uint8Array> | null;
}

const compressible = /^(?:text\/|application\/(?:javascript|json|manifest\+json)|image\/svg)/;
const compressedFrom = 1024;

/** Answers null for a path that is no asset's. */
export function createAssetServer(assets: Assets): (exchange: Exchange) => Promise<Rendered> | null {
  const prepared = new Map<string, Prepared>();
  return (exchange) => {
    const asset = assets.get(exchange.path);
    if (!asset) return null;
    let ready = prepared.get(exchange.path);
    // The map may be filled anew while pages are being worked on.
    if (!ready || ready.body !== asset.body) prepared.set(exchange.path, ready = prepare(asset));
    exchange.kind = "asset";
    exchange.route = "/assets/*";
    return serve(ready, exchange);
  };
}

function prepare(asset: Asset): Prepared {
  const hash = createHash("sha256").update(asset.body).digest("base64url").slice(0, 22);
  return { ...asset, etag: `"${hash}"`, gzipped: null };
}

async function serve(asset: Prepared, { method, request }: Exchange): Promise<Rendered> {
  if (method !== "GET") {
    throw new Problem(405, "method_not_allowed", `${method} is not possible here.`, {
      headers: { allow: "GET, HEAD" },
    });
  }
  const headers: Record<string, string> = {
    "content-type": asset.content_type,
    "cache-control": asset.immutable ? "public, max-age=31536000, immutable" : "no-cache",
    etag: asset.etag,
    vary: "accept-encoding",
  };
  if (matches(request.headers.get("if-none-match"), asset.etag)) {
    return { status: 304, headers, cookies: [], body: null };
  }
  if (
    asset.body.length < compressedFrom || !compressible.test(asset.content_type) ||
    !acceptsGzip(request.headers.get("accept-encoding"))
  ) {
    return { status: 200, headers, cookies: [], body: asset.body };
  }
  const body = await (asset.gzipped ??= compress(asset.body));
  return { status: 200, headers: { ...headers, "content-encoding": "gzip" }, cookies: [], body };
}

/** Weak comparison (RFC 9110 §13.1.2). */
function matches(header: string | null, etag: string): boolean {
  if (header === null) return false;
  return header.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === etag);
}

function acceptsGzip(header: string | null): boolean {
  return header !== null &&
    /(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)/i.test(header);
}

/** Once for each asset, off the event loop. */
function compress(body: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => gzip(body, (error, out) => error ? reject(error) : resolve(out)));
}
