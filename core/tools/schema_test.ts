import { expect } from "expect";
import { testDatabase } from "../testing/postgres.ts";
import { currentSchema, describeSchema, expectedSchema } from "./schema.ts";

Deno.test("migrations/schema.sql is what the migrations make", async () => {
  expect(await currentSchema()).toBe(await expectedSchema());
});

Deno.test("describeSchema() tells columns, defaults, constraints, indexes, triggers, types and functions", async () => {
  await using db = await testDatabase({ migrated: false });
  await db.sql.unsafe(`
    create type mood as enum ('sad', 'happy');
    create table b (
      b_id bigint generated always as identity primary key,
      mood mood not null default 'sad',
      size integer check (size > 0),
      double integer generated always as (size * 2) stored,
      unique (mood, size)
    );
    create table a (a_id uuid primary key default gen_random_uuid(), b_id bigint references b on delete cascade);
    create index a_of_b on a (b_id) where b_id is not null;
    create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
    create trigger a_touch before update on a for each row execute function touch();
    alter table a add column dropped text;
    alter table a drop column dropped;`);
  expect(await describeSchema(db.sql)).toMatch(
    new RegExp(`create table a \\(
  a_id uuid default gen_random_uuid\\(\\) not null,
  b_id bigint,
  constraint a_pkey PRIMARY KEY \\(a_id\\),
  constraint a_b_id_fkey FOREIGN KEY \\(b_id\\) REFERENCES b\\(b_id\\) ON DELETE CASCADE
\\);
CREATE INDEX a_of_b ON public.a USING btree \\(b_id\\) WHERE \\(b_id IS NOT NULL\\);
CREATE TRIGGER a_touch .*

create table b \\(
  b_id bigint generated always as identity not null,
  mood mood default 'sad'::mood not null,
  size integer,
  double integer generated always as \\(\\(size \\* 2\\)\\) stored,
  constraint b_pkey PRIMARY KEY \\(b_id\\),
  constraint b_mood_size_key UNIQUE \\(mood, size\\),
  constraint b_size_check CHECK \\(size > 0\\)
\\);

create type mood as enum \\('sad', 'happy'\\);

CREATE OR REPLACE FUNCTION public.touch\\(\\)`),
  );
});
