-- Who gets a mail of tips, and when their account is looked at next.
create table security_digest (
  account_id uuid primary key references account on delete cascade,
  -- What its holder said; null: nothing, and the service's setting decides.
  wanted boolean,
  said_at timestamptz not null default now(),
  next_at timestamptz not null,
  looked_at timestamptz
);
create index security_digest_due on security_digest (next_at) where wanted is not false;
