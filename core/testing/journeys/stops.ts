/**
 * Holds a step in the middle of its transaction, by triggers in the test's own database, so that whoever runs it can be
 * killed just there. The service's code knows nothing of it.
 */
import { connect, type Pool } from "../../db/postgres.ts";
import { eventually } from "./whole.ts";

/**
 * `work`: everything is done and nothing committed; what is killed here never was. `commit`: the commit has been asked
 * for, and goes through when the stop is released, though whoever asked is dead by then and has heard nothing.
 */
export type Moment = "work" | "commit";
export type Stop = `${string}/${Moment}`;

export interface Stops extends AsyncDisposable {
  /** Waits until this many steps stand still. */
  held(count: number): Promise<void>;
  /** Lets them all go on, and stops nothing any more. */
  release(): Promise<void>;
}

const LOCK = 4711;

/**
 * The first to come to each of these stops waits there; whoever comes later passes.
 * @param stops such as `create_account/work`; `registration/commit` holds the commit of an intent itself, and
 *   `password_reset/work` the opening of a reset, whose step is written down after it
 */
export async function stopAt(database_url: string, stops: Stop[]): Promise<Stops> {
  const sql = connect(database_url, { max: 2, statement_timeout_seconds: 60, application_name: "stops" });
  const holder = await sql.reserve();
  await holder`select pg_advisory_lock(${LOCK})`;
  await install(sql, stops);
  return {
    async held(count) {
      await eventually(
        `${count} steps held of ${stops.join(", ")}`,
        async () =>
          (await sql`select 1 from pg_locks where locktype = 'advisory' and not granted and objid = ${LOCK}
                     and database = (select oid from pg_database where datname = current_database())`).length,
        (held) => held >= count,
      );
    },
    async release() {
      await holder`select pg_advisory_unlock(${LOCK})`;
    },
    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 1 });
    },
  };
}

async function install(sql: Pool, stops: Stop[]): Promise<void> {
  // A sequence is counted outside of transactions: exactly one gets the first number.
  for (const stop of stops) await sql.unsafe(`create sequence "stop_${stop}"`);
  await sql.unsafe(`
    create or replace function stop_here() returns trigger language plpgsql as $$
    declare stop text := 'public."stop_' || coalesce(to_jsonb(new) ->> 'step', tg_table_name) || '/' || tg_argv[0] || '"';
    begin
      if to_regclass(stop) is not null and nextval(stop::regclass) = 1 then
        perform pg_advisory_xact_lock_shared(${LOCK});
      end if;
      return new;
    end $$;
    create or replace trigger stop_work before insert or update on flow_step
      for each row execute function stop_here('work');
    drop trigger if exists stop_commit on flow_step;
    create constraint trigger stop_commit after insert or update on flow_step
      deferrable initially deferred for each row execute function stop_here('commit');
    drop trigger if exists stop_commit on registration;
    create constraint trigger stop_commit after insert on registration
      deferrable initially deferred for each row execute function stop_here('commit');
    create or replace trigger stop_work before update on password_reset
      for each row when (old.state = 'requested') execute function stop_here('work');
    drop trigger if exists stop_commit on password_reset;
    create constraint trigger stop_commit after update on password_reset
      deferrable initially deferred for each row when (old.state = 'requested')
      execute function stop_here('commit')`);
}
