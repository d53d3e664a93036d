/** What mail led to, by kind: from the columns of messages, over some days. */
import type { Sql } from "../../core/db/postgres.ts";

export interface KindInsights {
  kind: string;
  decided: number;
  sent: number;
  failed: number;
  pressed: number;
  goals: number;
  bounced: number;
  complained: number;
  /** Of those that were scored. */
  deliverability_score: number | null;
  /** Seconds from being sent to the goal, of half of them. */
  seconds_to_goal: number | null;
}

export async function insightsOf(sql: Sql, days: number): Promise<KindInsights[]> {
  return await sql<KindInsights[]>`
    select kind, count(*)::int as decided, count(sent_at)::int as sent, count(failed_at)::int as failed,
      count(pressed_at)::int as pressed, count(goal_at)::int as goals, count(bounced_at)::int as bounced,
      count(complained_at)::int as complained, avg(score)::float8 as deliverability_score,
      percentile_cont(0.5) within group (order by extract(epoch from goal_at - sent_at))::float8 as seconds_to_goal
    from email_message where decided_at > now() - make_interval(days => ${days})
    group by kind order by decided desc`;
}
