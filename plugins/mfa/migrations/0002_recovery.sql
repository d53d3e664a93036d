-- Somebody with the password says that the second factors are lost. Proven by the mailbox, it waits, and can be called
-- off; then all of them are removed. Its links are derived from its id, so nothing of them is stored.
create table factor_recovery (
  flow_id uuid primary key references flow on delete cascade,
  account_id uuid not null references account on delete cascade,
  -- asked: waits for the mailbox; waiting: for its time.
  state text not null default 'asked' check (state in ('asked', 'waiting', 'cancelled', 'expired', 'done')),
  created_at timestamptz not null default now(),
  -- Of the link that proves the mailbox.
  expires_at timestamptz not null,
  -- When the mailbox was proven, and so the waiting began.
  proven_at timestamptz,
  -- When the factors are removed.
  due_at timestamptz,
  -- Notices that were sent while it waits.
  notices integer not null default 0,
  ended_at timestamptz,
  -- Who called it off: mail, session, operator or factor.
  ended_by text
);
create unique index factor_recovery_open on factor_recovery (account_id) where state in ('asked', 'waiting');

-- Sessions whose account's owner says that they did not start them.
create table disowned_session (
  session_id uuid primary key references session on delete cascade,
  disowned_at timestamptz not null default now()
);
