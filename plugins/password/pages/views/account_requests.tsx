import { Card, DefinitionList, EmptyState, StatusDot, type Tone } from "../../../../ui/components/basics.tsx";
import { AccountLayout, Time } from "../../../../ui/components/layouts.tsx";
import { type StepItem, StepList, type StepState } from "../../../../ui/components/steps.tsx";
import { paths } from "../../../../ui/paths.ts";
import { lookUp } from "../../../../ui/status.ts";
import type { RequestStep, RequestView, Strings } from "../../../../ui/types.ts";

export interface AccountRequestsProps {
  t: Strings;
  /** Newest first. */
  requests: RequestView[];
}

const tones: Record<RequestView["status"], Tone | "calm" | "live"> = {
  running: "live",
  waiting: "live",
  completed: "good",
  expired: "calm",
  compensated: "calm",
  failed: "bad",
};

export function AccountRequests({ t, requests }: AccountRequestsProps) {
  const a = t.account;
  return (
    <AccountLayout
      t={t}
      current={paths.requests}
      title={a.requests_title}
      lead={a.requests_lead}
    >
      {requests.length === 0
        ? (
          <Card>
            <EmptyState title={a.requests_empty}>{a.requests_empty_text}</EmptyState>
          </Card>
        )
        : null}
      {requests.map((request, index) => (
        <Request key={request.flow_id} t={t} request={request} open={index === 0} />
      ))}
    </AccountLayout>
  );
}

function Request({ t, request, open }: { t: Strings; request: RequestView; open: boolean }) {
  const a = t.account;
  const words = t.requests;
  const unfinished = request.finished_at === null;
  return (
    <section class="card request" aria-labelledby={`request-${request.flow_id}`}>
      <div class="request__head">
        <h2 id={`request-${request.flow_id}`}>{lookUp(words.kinds, request.kind)}</h2>
        <StatusDot tone={tones[request.status]}>{words.states[request.status]}</StatusDot>
      </div>
      <DefinitionList
        inline
        facts={{
          [a.started]: <Time t={t} when={request.created_at} />,
          [a.took]: took(t, request),
          [t.requests.method]: methodWords(t, request.method),
          [a.request_id]: <span class="mono" title={request.flow_id}>{request.flow_id.slice(0, 8)}</span>,
        }}
      />
      {request.steps.length
        ? (
          <details class="more" open={open || unfinished}>
            <summary>{a.steps}</summary>
            <StepList
              label={a.steps}
              steps={inOrder(request.steps).map((step) => stepItem(t, step, unfinished))}
            />
          </details>
        )
        : null}
    </section>
  );
}

/** As they began, but a mail before the wait for its answer, which began earlier to be ready for it. */
function inOrder(steps: RequestStep[]): RequestStep[] {
  const wait = steps.findIndex(({ step }) => step.startsWith("check_"));
  const mail = steps.findIndex(({ step }) => step === "send_email");
  if (wait < 0 || mail < wait) return steps;
  return [...steps.slice(0, wait), steps[mail], ...steps.slice(wait, mail), ...steps.slice(mail + 1)];
}

function stepItem(t: Strings, step: RequestStep, unfinished: boolean): StepItem {
  const words = t.requests;
  // A step that failed in a story that goes on is tried again, which is what the person needs to know.
  const retrying = step.state === "failed" && unfinished;
  const state: StepState = retrying ? "delayed" : step.state;
  return {
    key: step.step,
    label: lookUp(words.steps, step.step),
    state,
    meta: {
      state: words.step_states[retrying ? "retrying" : step.state],
      when: <Time t={t} when={step.finished_at ?? step.first_started_at} />,
      // How often something was looked at that went well is of no use to anybody.
      attempts: state === "delayed" || state === "failed" ? words.attempts(step.attempts) : null,
    },
  };
}

function took(t: Strings, request: RequestView): string | null {
  if (!request.finished_at) return null;
  const ms = Date.parse(request.finished_at) - Date.parse(request.created_at);
  return ms < 1000 ? `${t.format.number(Math.max(0, Math.round(ms)))} ms` : t.format.duration(ms / 1000);
}

function methodWords(t: Strings, method: string | null): string | null {
  if (!method) return null;
  return method.startsWith("direct_") ? t.requests.methods.direct : lookUp(t.requests.methods, method);
}
