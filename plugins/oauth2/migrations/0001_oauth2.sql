-- Clients, what people allowed them, and what was handed out. Every secret is hashed (SHA-256 of 256 random bits)
-- or sealed; every table that grows has an expiry and an index on it, so that what is over can leave.

create table oauth_client (
  client_id text primary key check (length(client_id) between 1 and 200),
  -- As registered (RFC 7591 §2), checked, with the defaults written in.
  metadata jsonb not null,
  -- Sealed rather than hashed: `client_secret_jwt` needs the secret itself.
  client_secret_sealed bytea,
  client_secret_expires_at timestamptz,
  registration_access_token_hash bytea unique,
  -- Who made it: a setting (OAUTH2_CLIENT_ID), a command, a registration, or the demo.
  origin text not null check (origin in ('setting', 'command', 'registration', 'demo')),
  -- Goes up with every change, so that a consent given to an older client is asked for again.
  revision integer not null default 1,
  expiry_noticed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  used_at timestamptz
);
create index oauth_client_unused on oauth_client (created_at) where origin = 'registration' and used_at is null;
create index oauth_client_secret_end on oauth_client (client_secret_expires_at)
  where client_secret_expires_at is not null and expiry_noticed_at is null;

-- RFC 7591 §3: who holds one may register so many clients.
create table initial_access_token (
  token_hash bytea primary key,
  uses_left integer not null check (uses_left >= 0),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index initial_access_token_expiry on initial_access_token (expires_at);

-- A request that waits: pushed by its client (RFC 9126), or held while a person signs in and consents.
create table authorization_request (
  -- SHA-256 of the reference: the last part of `request_uri`, or of the address the pages come back to.
  request_hash bytea primary key,
  client_id text not null references oauth_client on delete cascade,
  origin text not null check (origin in ('pushed', 'browser')),
  -- Checked parameters, as authorize/parameters.ts reads them.
  parameters jsonb not null,
  -- Of the proof that came with the push (RFC 9449 §10.1).
  dpop_jkt text,
  -- What the person has decided so far: see authorization_request.ts.
  decision jsonb not null default '{}',
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  -- A code was issued, or the request was refused: it serves once (RFC 9126 §4).
  used_at timestamptz
);
create index authorization_request_expiry on authorization_request (expires_at);

-- What one person allowed one client at one time; tokens hang on it and end with it.
create table oauth_grant (
  grant_id uuid primary key,
  client_id text not null references oauth_client on delete cascade,
  account_id uuid not null references account on delete cascade,
  -- The browser's session it was given in; null for device and exchanged ones.
  session_id uuid,
  scope text[] not null,
  -- RFC 8707: where its access tokens may go; empty: the default audience.
  resource text[] not null default '{}',
  -- The parameter `claims` (OpenID Connect Core §5.5), checked.
  claims jsonb,
  nonce text,
  acr text not null,
  amr text[] not null,
  auth_time timestamptz not null,
  -- `offline_access` was given: it outlives the session.
  offline boolean not null default false,
  -- Key that every refresh token of a public client is bound to (RFC 9449 §5).
  dpop_jkt text,
  created_at timestamptz not null default now(),
  -- No token of it lives longer.
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoke_reason text
);
create index oauth_grant_of_account on oauth_grant (account_id, client_id) where revoked_at is null;
create index oauth_grant_of_session on oauth_grant (session_id) where session_id is not null and revoked_at is null;
create index oauth_grant_expiry on oauth_grant (expires_at);

create table authorization_code (
  code_hash bytea primary key,
  grant_id uuid not null references oauth_grant on delete cascade,
  client_id text not null,
  -- As the request gave it; null when it gave none (RFC 6749 §4.1.3).
  redirect_uri text,
  code_challenge text,
  dpop_jkt text,
  issued_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index authorization_code_expiry on authorization_code (expires_at);
create index authorization_code_of_grant on authorization_code (grant_id);

create table oauth_refresh_token (
  token_hash bytea primary key,
  grant_id uuid not null references oauth_grant on delete cascade,
  generation integer not null default 0,
  issued_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index oauth_refresh_token_of_grant on oauth_refresh_token (grant_id);
create index oauth_refresh_token_expiry on oauth_refresh_token (expires_at);

-- Access tokens of clients that want opaque ones; JWTs are not stored.
create table oauth_access_token (
  token_hash bytea primary key,
  -- Null for client_credentials.
  grant_id uuid references oauth_grant on delete cascade,
  client_id text not null references oauth_client on delete cascade,
  -- What a JWT would say (RFC 9068 §2.2).
  claims jsonb not null,
  expires_at timestamptz not null
);
create index oauth_access_token_expiry on oauth_access_token (expires_at);
create index oauth_access_token_of_grant on oauth_access_token (grant_id);

-- JWTs that were revoked one by one (RFC 7009), until they would have ended by themselves.
create table revoked_access_token (
  jti text primary key,
  expires_at timestamptz not null
);
create index revoked_access_token_expiry on revoked_access_token (expires_at);

create table oauth_consent (
  account_id uuid not null references account on delete cascade,
  client_id text not null references oauth_client on delete cascade,
  scope text[] not null,
  resource text[] not null default '{}',
  -- Names asked for by `claims` beyond the scopes.
  claims text[] not null default '{}',
  given_at timestamptz not null default now(),
  used_at timestamptz not null default now(),
  primary key (account_id, client_id)
);

-- RFC 8628.
create table device_code (
  device_code_hash bytea primary key,
  user_code_hash bytea not null unique,
  client_id text not null references oauth_client on delete cascade,
  scope text[] not null,
  resource text[] not null default '{}',
  state text not null default 'pending' check (state in ('pending', 'allowed', 'denied', 'used')),
  grant_id uuid references oauth_grant on delete cascade,
  dpop_jkt text,
  interval_seconds integer not null,
  polled_at timestamptz,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index device_code_expiry on device_code (expires_at);

-- Which apps a session was used for, and under which `sid` each knows it (Front-Channel Logout §3).
create table client_session (
  session_id uuid not null,
  client_id text not null references oauth_client on delete cascade,
  account_id uuid not null references account on delete cascade,
  sid uuid not null unique default gen_random_uuid(),
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (session_id, client_id)
);
create index client_session_over on client_session (ended_at) where ended_at is not null;

-- A logout that a client has to be told of (Back-Channel Logout §2.5).
create table logout_delivery (
  flow_id uuid primary key references flow on delete cascade,
  client_id text not null references oauth_client on delete cascade,
  account_id uuid references account on delete set null,
  sid uuid not null,
  sub text not null,
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'given_up')),
  attempts integer not null default 0,
  -- What went wrong last, without anything the client said.
  last_error text,
  next_attempt_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  -- One for each end of a session at a client, whoever notices it and how often.
  unique (client_id, sid)
);
create index logout_delivery_of_client on logout_delivery (client_id, created_at);

-- `sub` of pairwise clients (OpenID Connect Core §8.1): made once, so that it survives a change of SECRET_KEYS.
create table pairwise_subject (
  sector_identifier text not null,
  account_id uuid not null references account on delete cascade,
  sub text not null unique,
  primary key (sector_identifier, account_id)
);

-- What a person tells apps beyond name and address (OpenID Connect Core §5.1).
create table standard_claims (
  account_id uuid primary key references account on delete cascade,
  claims jsonb not null,
  updated_at timestamptz not null default now()
);
