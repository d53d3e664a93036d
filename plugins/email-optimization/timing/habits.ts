/** The only file that names email_habit and email_habit_all: at which hours of the day (UTC) people are about. */
import type { Sql } from "../../../core/db/postgres.ts";

/** What is older counts less: half after this. */
const halfLifeDays = 60;

const aged = (sql: Sql) =>
  sql`weight * power(0.5, extract(epoch from now() - updated_at) / ${halfLifeDays * 86_400})`;

/** They were about. Told twice it counts twice, which changes a habit as little as it says. */
export async function learnHabit(sql: Sql, account_id: string, at = new Date()): Promise<void> {
  await sql`
    insert into email_habit as old (account_id, hour, weight)
    select account_id, ${at.getUTCHours()}, 1 from account where account_id = ${account_id}
    on conflict (account_id, hour) do update set updated_at = now(), weight = 1 +
      old.weight * power(0.5, extract(epoch from now() - old.updated_at) / ${halfLifeDays * 86_400})`;
}

export interface Habits {
  /** 24 numbers each. */
  habit: number[];
  deployment: number[];
}

/** Of one account and of everybody, in one statement. */
export async function readHabits(sql: Sql, account_id: string): Promise<Habits> {
  const rows = await sql<{ own: boolean; hour: number; weight: number }[]>`
    select true as own, hour, (${
    aged(sql)
  })::float8 as weight from email_habit where account_id = ${account_id}
    union all select false, hour, weight from email_habit_all`;
  const habits: Habits = { habit: new Array(24).fill(0), deployment: new Array(24).fill(0) };
  for (const { own, hour, weight } of rows) (own ? habits.habit : habits.deployment)[hour] = weight;
  return habits;
}

/** Adds up everybody's, once an hour by one of all replicas; nobody's sign-in waits for another's. */
export async function refreshDeployment(sql: Sql): Promise<void> {
  await sql`
    insert into email_habit_all as old (hour, weight)
    select hour, sum(${aged(sql)}) from email_habit
    where not exists (select 1 from email_habit_all where updated_at > now() - interval '1 hour')
    group by hour
    on conflict (hour) do update set weight = excluded.weight, updated_at = now()`;
}
