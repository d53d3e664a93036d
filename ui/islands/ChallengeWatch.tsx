/// <reference lib="dom" />
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Alert } from "../components/basics.tsx";
import { poll } from "./poll.ts";

interface Props {
  challenge_id: string;
  /** As the page shows them. */
  methods: string[];
  /** What of them is on the page already. */
  shown: string;
  /** Address of the page; `method` is added. */
  href: string;
  start_over_href: string;
  words: Record<string, string>;
  t: { others: string; raised: string; over: string; start_over: string };
}

/**
 * The other ways to answer. What a sign-in asks for may grow while its page is open: that is noticed here, and nothing
 * that was typed is lost.
 */
export default function ChallengeWatch(props: Props) {
  const { challenge_id, methods, shown, href, start_over_href, words, t } = props;
  const listed = useSignal(methods);
  const over = useSignal(false);

  useEffect(() =>
    poll(3_000, 20_000, async () => {
      const answer = await fetch(`/auth/challenge/${encodeURIComponent(challenge_id)}`, {
        headers: { accept: "application/json" },
        signal: AbortSignal.timeout(8_000),
      });
      if (answer.status === 400) {
        over.value = true;
        return false;
      }
      if (!answer.ok) throw new Error(`the challenge answers ${answer.status}`);
      const { methods } = await answer.json();
      if (methods.join() !== listed.value.join()) listed.value = methods;
    }), []);

  const others = listed.value.filter((method) => method !== shown);
  const added = others.filter((method) => !methods.includes(method));
  const link = (method: string) => (
    <a href={`${href}&method=${encodeURIComponent(method)}`}>
      {Object.hasOwn(words, method) ? words[method] : method}
    </a>
  );
  return (
    <div class="stack stack--tight">
      <div role="status">
        {over.value
          ? (
            <Alert tone="warn">
              {t.over} <a href={start_over_href}>{t.start_over}</a>
            </Alert>
          )
          : added.length > 0
          ? (
            <Alert tone="info">
              {t.raised} {added.map((method) => link(method))}
            </Alert>
          )
          : null}
      </div>
      {others.length > 0
        ? (
          <>
            <h2 class="challenge__others">{t.others}</h2>
            <ul class="challenge__ways">{others.map((method) => <li key={method}>{link(method)}</li>)}</ul>
          </>
        )
        : null}
    </div>
  );
}
