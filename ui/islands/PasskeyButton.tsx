/// <reference lib="dom" />
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Alert, Button } from "../components/basics.tsx";
import {
  askOptions,
  canFillIn,
  create,
  faultOf,
  OptionsRefused,
  type PasskeyFault,
  type PasskeyWords,
  show,
  stopAsking,
  supported,
} from "./passkey.ts";

interface Props {
  /** `get`: shows a passkey there is; `create`: makes one. */
  ceremony: "get" | "create";
  /** Where the options of the ceremony are asked for, when somebody begins it … */
  ask?: { path: string; body: Record<string, unknown> };
  /** … or the options themselves. */
  options?: unknown;
  /** This is not the only way on the page. */
  beside?: boolean;
  /** Offers passkeys where the user name is typed, too. */
  fill_in?: boolean;
  label: string;
  /** What to say for answers of the service, by their code. */
  problems?: Record<string, string>;
  t: PasskeyWords;
}

/**
 * Puts a passkey's answer into the field `credential` of the form it stands in, and sends that. Without script there is no
 * button, for there are no passkeys either.
 */
export default function PasskeyButton(props: Props) {
  const { ceremony, ask, options, beside, fill_in, label, problems = {}, t } = props;
  const root = useRef<HTMLDivElement>(null);
  const state = useSignal<"asleep" | "ready" | "busy" | "unsupported">("asleep");
  const said = useSignal("");

  async function run(quiet: boolean) {
    const asked = ask ? await askOptions(ask.path, ask.body) : options;
    const credential = ceremony === "create" ? await create(asked) : await show(asked, quiet);
    const form = root.current?.closest("form");
    const field = form?.elements.namedItem("credential");
    if (!form || !(field instanceof HTMLInputElement)) throw new Error("no form takes the passkey");
    field.value = credential;
    form.requestSubmit();
  }

  function tell(error: unknown) {
    const fault: PasskeyFault | null = faultOf(error);
    if (error instanceof OptionsRefused && Object.hasOwn(problems, error.code)) {
      said.value = problems[error.code];
    } else said.value = fault ? t[fault] : "";
  }

  async function press() {
    if (state.value === "busy") return;
    state.value = "busy";
    said.value = "";
    try {
      await run(false);
    } catch (error) {
      tell(error);
      state.value = "ready";
    }
  }

  /** Waits for somebody to pick one; what goes wrong unasked is not worth a word, the button is there. */
  async function offer() {
    try {
      if (await canFillIn()) await run(true);
    } catch {
      // Pressed the button instead, or picked nothing in time.
    }
  }

  useEffect(() => {
    state.value = supported() ? "ready" : "unsupported";
    if (state.value === "ready" && fill_in) offer();
    // Options are good for a few minutes, a page stays open for longer.
    const again = setInterval(() => {
      if (fill_in && state.value === "ready" && document.visibilityState === "visible") offer();
    }, 4 * 60_000);
    // Coming back with the browser's back button, the page is as it was left.
    const onShow = () => {
      if (state.value === "busy") state.value = "ready";
    };
    globalThis.addEventListener("pageshow", onShow);
    return () => {
      globalThis.removeEventListener("pageshow", onShow);
      clearInterval(again);
      stopAsking();
    };
  }, []);

  const busy = state.value === "busy";
  return (
    <div class="stack stack--tight" ref={root}>
      {state.value === "ready" || busy
        ? (
          <div>
            <Button
              type="button"
              look={beside ? "quiet" : "primary"}
              full={beside}
              onClick={press}
              busy={busy}
            >
              {label}
            </Button>
          </div>
        )
        : null}
      <div role="status">
        {busy ? <p class="small muted">{t.waiting}</p> : null}
        {state.value === "unsupported" && !beside ? <p class="small">{t.unsupported}</p> : null}
      </div>
      {said.value ? <Alert tone="warn">{said.value}</Alert> : null}
    </div>
  );
}
