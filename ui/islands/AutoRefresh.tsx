/// <reference lib="dom" />
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Alert } from "../components/basics.tsx";
import { pageClient } from "./client.ts";

interface Props {
  sign_in_href: string;
  t: { ended: string; sign_in: string };
}

/** Keeps the page's access token fresh, and says so when the session has ended elsewhere. */
export default function AutoRefresh({ sign_in_href, t }: Props) {
  const ended = useSignal(false);
  useEffect(() => pageClient().keepFresh(() => ended.value = true), []);
  if (!ended.value) return null;
  return (
    <Alert tone="warn">
      {t.ended} <a href={sign_in_href}>{t.sign_in}</a>
    </Alert>
  );
}
