/**
 * `deno task evaluate email DATA`: the bandit on a real campaign, and on simulated ones. DATA is a folder that holds
 * `hillstrom-email` and `open-bandit`, or one file in the shape of `hillstrom-dev.csv.gz`.
 */
import { readClickRates, readHillstrom } from "./campaign.ts";
import { fixed, type Policy, replay, thompson, ucb1, uniform } from "./replay.ts";
import { sendTimes } from "./send_time.ts";
import { coverage, regrets, stopping } from "./simulated.ts";

const shuffles = 200;

export async function evaluateMail(path: string, say: (line: string) => void): Promise<void> {
  const folder = (await Deno.stat(path)).isDirectory;
  await replayCampaign(folder ? `${path}/hillstrom-email/hillstrom-dev.csv.gz` : path, say);
  if (!folder) return;
  const rates = await readClickRates(`${path}/open-bandit/random-men.csv.gz`);
  say(
    `\n${rates.length} arms with click rates as in open-bandit, 100,000 mails, goals missed (mean of 10 runs):`,
  );
  for (const { name, regret } of regrets(rates, 100_000, 10)) {
    say(`  ${name.padEnd(22)} ${regret.toFixed(0)}`);
  }
  say(`\nIntervals of 95 % that hold the true rate, looked at at any time: ${percent(coverage(1500))}`);
  const loss_max = 0.005;
  const { loss, right, mails, undecided } = stopping(300, loss_max);
  say(
    `Stopped by expected loss under ${loss_max}: the winner is worse than the best by ${
      loss.toFixed(5)
    } on average, ` +
      `is the best in ${percent(right)}, after ${
        mails.toFixed(0)
      } mails; undecided after 20,000: ${undecided} of 300`,
  );
  tellSendTimes(say);
}

function tellSendTimes(say: (line: string) => void): void {
  for (const observations of [2, 10, 50]) {
    say(
      `\nSend time, ${observations} observations of each of 4,000 people: goals, and the gain over sending at once`,
    );
    for (const { policy, rate, gain } of sendTimes(observations)) {
      const points = [gain.mean, gain.low, gain.high].map((one) => (100 * one).toFixed(1));
      say(`  ${policy.padEnd(24)} ${percent(rate)}  +${points[0]} points, ${points[1]} to ${points[2]}`);
    }
  }
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

async function replayCampaign(path: string, say: (line: string) => void): Promise<void> {
  const { arms, rows } = await readHillstrom(path);
  for (const goal of ["visit", "conversion"] as const) {
    const logged = rows.map((row) => ({ arm: row.arm, reward: row[goal] }));
    const rate = (arm: number) => {
      const of = logged.filter((row) => row.arm === arm);
      return of.reduce((sum, { reward }) => sum + reward, 0) / of.length;
    };
    const rates = arms.map((_, i) => rate(i));
    const best = rates.indexOf(Math.max(...rates));
    say(`\n${goal}: ${rows.length} rows, ${shuffles} shuffles; mean, and where 95 % of the shuffles lie`);
    const policies: Policy[] = [
      ...[uniform, ucb1, thompson(0.1), thompson(0)],
      fixed(best, `always ${arms[best]}`),
    ];
    for (const policy of policies) {
      const { name, mean, low, high } = replay(
        logged,
        arms.length,
        policy,
        shuffles,
        `${goal}/${policy.name}`,
      );
      say(`  ${name.padEnd(22)} ${mean.toFixed(5)}  ${low.toFixed(5)} to ${high.toFixed(5)}`);
    }
  }
}
