/**
 * What a whole decision of `fraud` costs, with its query, its score and its rows: `deno run -A bench/fraud_decisions.ts
 * [rows]`. So many signals (a million unless said) stand in the table before. Then 200 decisions a second are asked for, of
 * some hundred people, most of whom use the same browser; what is measured begins once every connection knows its queries.
 */
import { assess } from "../plugins/fraud/assess.ts";
import { browser, testFraud } from "../core/testing/fraud.ts";

const rows = Number(Deno.args[0] ?? 1_000_000);
const [perSecond, warmSeconds, seconds, people, batch] = [200, 3, 15, 200, 20_000];

await using h = await testFraud();
const { sql, ctx } = h;
const accounts: string[] = [];
for (let i = 0; i < people; i++) accounts.push((await h.person()).account_id);
for (let from = 0; from < rows; from += batch) {
  await sql`
    insert into fraud_signal (at, kind, ip, block, client, machine, device, account_id, identifier, password, domain)
    select now() - make_interval(secs => i * 2592000.0 / ${rows}::int),
      (array['sign_in', 'sign_in', 'sign_in', 'register', 'password_wrong', 'unknown_account'])[1 + i % 6],
      'i' || (random() * 200000)::int, 'b' || (random() * 50000)::int, 'c' || (power(random(), 3) * 2000)::int,
      'm' || (random() * 200000)::int, 'd' || (random() * 300000)::int,
      case when i % 6 < 3 then md5('a' || (random() * 100000)::int)::uuid end, 't' || (random() * 100000)::int,
      'p' || (random() * 300000)::int, 'o' || (power(random(), 3) * 5000)::int
    from generate_series(${from}::int + 1, ${Math.min(rows, from + batch)}::int) i`;
}
await sql`analyze fraud_signal`;

async function decide(i: number): Promise<number> {
  const began = performance.now();
  await assess(
    {
      ...{
        act: "sign_in",
        account_id: accounts[i % people],
        email: null,
        identifier_tag: `t${i}`,
        except: null,
        unread: [],
        device_known: null,
      },
      client: browser(`198.51.${i % 250}.${1 + i % 200}`),
    },
    { flow_id: null, session_id: null, request_id: null },
    ctx,
  );
  return performance.now() - began;
}

/** How long each took, in milliseconds, at that rate. */
async function atRate(seconds: number): Promise<number[]> {
  const running: Promise<number>[] = [];
  const start = performance.now();
  for (let i = 0; i < perSecond * seconds; i++) {
    const wait = start + i * 1000 / perSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    running.push(decide(i));
  }
  return await Promise.all(running);
}

await atRate(warmSeconds);
const took = await atRate(seconds);
took.sort((a, b) => a - b);
const at = (share: number) => took[Math.floor(share * (took.length - 1))].toFixed(1);
console.log(
  `${rows} signals, ${perSecond} decisions a second: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${
    at(0.99)
  } ms`,
);
