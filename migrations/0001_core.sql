-- Tables the core owns. Ids are random; times are timestamptz; secrets are hashed or sealed.

create table account (
  account_id uuid primary key default gen_random_uuid(),
  email text not null check (length(email) <= 254),
  -- What addresses are compared by: see core/email_address.ts. Freed when a pending account expires.
  email_key text not null unique,
  -- The look of the address (UTS 39): two that look alike cannot both be accounts.
  email_skeleton text not null unique,
  email_verified_at timestamptz,
  status text not null default 'pending_verification'
    check (status in ('pending_verification', 'active', 'disabled')),
  username text,
  first_name text,
  last_name text,
  locale text not null default 'en',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table session (
  session_id uuid primary key default gen_random_uuid(),
  account_id uuid not null references account on delete cascade,
  -- The flow of the sign-in that made it.
  login_flow_id uuid not null,
  -- SHA-256 of the cookie's value; null for sessions that live by tokens alone.
  cookie_hash bytea unique,
  amr text[] not null check (cardinality(amr) > 0),
  acr text not null,
  auth_time timestamptz not null,
  ip text,
  user_agent text,
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  last_used_ip text,
  idle_seconds integer not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  end_reason text
);
create index session_of_account on session (account_id) where ended_at is null;
create index session_expiry on session (expires_at);
create index session_of_login on session (login_flow_id);

create table refresh_token (
  token_hash bytea primary key,
  session_id uuid not null references session on delete cascade,
  generation integer not null,
  issued_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index refresh_token_of_session on refresh_token (session_id);
create index refresh_token_expiry on refresh_token (expires_at);

-- An open question to somebody who signs in: which factors are still to be shown.
create table challenge (
  challenge_id uuid primary key default gen_random_uuid(),
  account_id uuid not null references account on delete cascade,
  amr text[] not null,
  auth_time timestamptz not null,
  -- Groups of methods: of each group one has to be shown.
  requirements jsonb not null,
  satisfied text[] not null default '{}',
  transport text not null,
  attempts integer not null default 0,
  attempts_max integer not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  closed_at timestamptz
);
create index challenge_expiry on challenge (expires_at);

create table signing_key (
  kid text primary key,
  alg text not null check (alg in ('EdDSA', 'ES256', 'RS256')),
  state text not null check (state in ('next', 'current', 'previous', 'retired')),
  public_jwk jsonb not null,
  -- Sealed with the newest of SECRET_KEYS.
  private_jwk_sealed bytea not null,
  created_at timestamptz not null default now(),
  state_changed_at timestamptz not null default now()
);
create unique index signing_key_one_current on signing_key (alg) where state = 'current';
create unique index signing_key_one_next on signing_key (alg) where state = 'next';

-- One request's story: the intent that must not be lost, and how far it has come.
create table flow (
  flow_id uuid primary key,
  kind text not null,
  -- The workflow type that tells the whole story; its id is '{workflow}/{flow_id}'.
  workflow text not null,
  account_id uuid,
  status text not null default 'running'
    check (status in ('running', 'waiting', 'completed', 'expired', 'compensated', 'failed')),
  -- Who served the request, as the response said.
  method text,
  -- Who carries the story now.
  executor text check (executor in ('temporal', 'direct')),
  request_id text,
  outcome text,
  last_error text,
  attempts integer not null default 0,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  -- When the story wants to be told on; the relay's index.
  next_tick_at timestamptz,
  -- Grows with every change that a waiting story has to hear of.
  pokes integer not null default 0
);
create index flow_due on flow (next_tick_at) where finished_at is null;
create index flow_of_account on flow (account_id, created_at desc);

create table flow_step (
  flow_id uuid not null references flow on delete cascade,
  step text not null,
  state text not null check (state in ('running', 'waiting', 'done', 'failed', 'compensated')),
  attempts integer not null default 0,
  executor text,
  result jsonb,
  last_error text,
  first_started_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (flow_id, step)
);

-- What another part has to be told, written in the transaction that made it true.
create table outbox (
  outbox_id bigint generated always as identity primary key,
  kind text not null check (kind in ('workflow', 'event')),
  -- workflow: {workflow, flow_id, kind}; event: {event, plugin, payload}. Ids only.
  payload jsonb not null,
  -- Low priority waits while people are being served.
  priority text not null default 'normal' check (priority in ('normal', 'low')),
  created_at timestamptz not null default now(),
  next_attempt_at timestamptz not null default now(),
  attempts integer not null default 0,
  last_error text
);
create index outbox_due on outbox (next_attempt_at);
create index outbox_of_flow on outbox ((payload ->> 'flow_id')) where kind = 'workflow';

create table mail (
  mail_id uuid primary key default gen_random_uuid(),
  dedupe_key text not null unique,
  kind text not null,
  flow_id uuid,
  account_id uuid,
  recipient text not null,
  locale text not null,
  request_id text,
  -- What the template shows, tokens included: sealed, and emptied once the mail is sent.
  data_sealed bytea,
  status text not null default 'queued' check (status in ('queued', 'sending', 'sent', 'failed')),
  attempts integer not null default 0,
  last_error text,
  created_at timestamptz not null default now(),
  next_attempt_at timestamptz not null default now(),
  lease_until timestamptz,
  expires_at timestamptz not null,
  sent_at timestamptz
);
create index mail_due on mail (next_attempt_at) where status in ('queued', 'sending');
create index mail_of_flow on mail (flow_id);

-- Mail captured while no mail server is configured; absent from production.
create table captured_mail (
  captured_mail_id uuid primary key default gen_random_uuid(),
  message_id text not null unique,
  recipient text not null,
  subject text not null,
  headers jsonb not null,
  text_body text not null,
  html_body text not null,
  captured_at timestamptz not null default now()
);
create index captured_mail_newest on captured_mail (captured_at desc);
