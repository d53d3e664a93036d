-- Links that make whoever opens one the first operator. Of no use once there is an operator.
create table setup_link (
  token_hash bytea primary key,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  used_by uuid
);

-- Few accounts run the service, and they are asked for at every start.
create index account_operator on account (account_id) where roles @> '{operator}';
