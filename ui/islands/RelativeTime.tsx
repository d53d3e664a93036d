/// <reference lib="dom" />
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { relativeTime } from "./texts.ts";

interface Props {
  when: string;
  locale: string;
  /** What the server wrote: the time in UTC. Stays when there is no script. */
  text: string;
}

/** Says how long ago, and on asking the exact time where the reader is. */
export default function RelativeTime({ when, locale, text }: Props) {
  const shown = useSignal(text);
  const title = useSignal<string | undefined>(undefined);

  useEffect(() => {
    title.value = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "medium" }).format(
      new Date(when),
    );
    const tick = () => shown.value = relativeTime(locale, when, Date.now());
    tick();
    const timer = setInterval(tick, 20_000);
    return () => clearInterval(timer);
  }, [when]);

  return <time dateTime={when} title={title.value}>{shown.value}</time>;
}
