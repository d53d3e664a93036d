-- Verifiers are `fs1:{key_id}:{bcrypt}`: worth nothing without SECRET_KEYS.

create table password_credential (
  account_id uuid primary key references account on delete cascade,
  verifier text not null,
  changed_at timestamptz not null default now()
);

-- The intent "I want an account". One is written for every sign-up, also for an address that has an account, so
-- that both look the same from outside. What a person typed is emptied once it is decided.
create table registration (
  -- Deferred: whether a flow is begun depends on this row being new.
  flow_id uuid primary key references flow on delete cascade deferrable initially deferred,
  email text,
  email_key text,
  email_skeleton text,
  verifier text,
  username text,
  first_name text,
  last_name text,
  locale text not null,
  request_id text,
  account_id uuid references account on delete set null,
  -- The flow whose mail stands for this one's; another's when that mail was sent already today.
  mail_flow_id uuid,
  state text not null default 'open' check (state in ('open', 'verified', 'superseded', 'expired')),
  created_at timestamptz not null default now(),
  check (state <> 'open' or
    (email is not null and email_key is not null and email_skeleton is not null and verifier is not null))
);
-- The same person sending the same form again joins the sign-up that is open.
create unique index registration_open on registration (email_key, verifier) where state = 'open';
create index registration_of_account on registration (account_id) where state = 'open';

create table password_reset (
  flow_id uuid primary key references flow on delete cascade,
  -- Of whoever asked; emptied when the request is opened.
  email_key text,
  account_id uuid references account on delete cascade,
  -- SHA-256 of the link's token.
  token_hash bytea unique,
  locale text not null,
  state text not null default 'requested'
    check (state in ('requested', 'unanswered', 'open', 'confirmed', 'superseded', 'expired')),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index password_reset_of_account on password_reset (account_id, created_at);

-- The intent "this is my new password", from a reset link or from the account page.
create table password_change (
  flow_id uuid primary key references flow on delete cascade,
  account_id uuid not null references account on delete cascade,
  -- Emptied once it is the account's.
  verifier text,
  origin text not null check (origin in ('reset', 'change')),
  -- The session the change was asked for in: it goes on. Null after a reset.
  keep_session_id uuid,
  created_at timestamptz not null default now(),
  applied_at timestamptz
);
create index password_change_of_account on password_change (account_id);

-- Wrong passwords, by a keyed hash of the account's address or of the network address they came from.
create table login_backoff (
  pool_key text primary key,
  free_tries integer not null,
  failures integer not null,
  last_failure_at timestamptz not null default now(),
  blocked_until timestamptz
);
create index login_backoff_age on login_backoff (last_failure_at);

-- Where an account has signed in from before: a stranger's wrong passwords do not make it wait there.
create table login_known_source (
  account_id uuid not null references account on delete cascade,
  source_hash text not null,
  last_success_at timestamptz not null default now(),
  primary key (account_id, source_hash)
);
create index login_known_source_age on login_known_source (last_success_at);
