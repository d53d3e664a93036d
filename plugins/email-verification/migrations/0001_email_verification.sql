-- A request to prove that somebody reads an address; one per flow.
create table email_verification (
  flow_id uuid primary key references flow on delete cascade,
  purpose text not null check (purpose in ('registration', 'email_change')),
  account_id uuid not null references account on delete cascade,
  email text not null,
  email_key text not null,
  locale text not null,
  first_name text,
  request_id text,
  -- HMAC of flow and code, of the newest mail; older codes are void.
  code_hash bytea not null,
  -- Mails sent for it, reminders included; the number also names the mail.
  sends integer not null default 1,
  reminders integer not null default 0,
  state text not null default 'open'
    check (state in ('open', 'verified', 'applied', 'refused', 'superseded', 'expired')),
  issued_at timestamptz not null default now(),
  expires_at timestamptz not null,
  verified_at timestamptz
);
create index email_verification_open on email_verification (email_key) where state = 'open';
create index email_verification_of_account on email_verification (account_id) where state = 'open';

-- The links of all its mails: each works until one is used.
create table email_verification_token (
  -- SHA-256 of the token.
  token_hash bytea primary key,
  flow_id uuid not null references email_verification on delete cascade
);
create index email_verification_token_of_flow on email_verification_token (flow_id);

-- Wrong codes by a keyed hash of the address, whether or not anything waits for it: strangers learn nothing.
create table email_code_attempt (
  address_hash bytea primary key,
  -- Since the last mail that was asked for.
  attempts integer not null default 0,
  -- Since `since`, which begins anew after a code's lifetime.
  attempts_total integer not null default 0,
  since timestamptz not null default now()
);
create index email_code_attempt_age on email_code_attempt (since);
