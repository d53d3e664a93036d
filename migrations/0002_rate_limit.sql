-- What is counted against limits; keys are keyed hashes, never addresses. Losing it in a crash of the database costs
-- nothing but a fresh count, so it is not written ahead. The shape is that of rate-limiter-flexible.
create unlogged table rate_limit (
  key varchar(255) primary key,
  points integer not null default 0,
  -- Milliseconds since 1970.
  expire bigint
);
create index rate_limit_expiry on rate_limit (expire);
