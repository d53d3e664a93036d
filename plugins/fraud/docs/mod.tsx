/** `/docs/fraud`: how risk is scored, what is kept, and what an operator does with it. */
import type { Page } from "../../../core/http/route.ts";
import { Code, Table } from "../../../ui/components/prose.tsx";
import { acts, commands, endpoints, policy, settings, sources } from "./tables.ts";

function Docs() {
  return (
    <article class="prose" lang="en">
      <h1>Risk and fraud</h1>
      <p>
        <a href="/docs">← API docs</a>
      </p>
      <p>
        Before a session, an account or a change comes to be, this service asks itself how likely it is not
        what it says. The score is computed in the process, by a model that lies on this machine; nothing
        about it leaves. Each score comes with its reasons, with the version and hash of what scored it, and
        with the numbers it was made from. Operators read them under{" "}
        <a href="/operate/fraud">Operate → Risk</a>.
      </p>
      <Scoring />
      <Policy />
      <Refused />
      <Learning />
      <Kept />
      <Trying />
      <Reference />
    </article>
  );
}

function Scoring() {
  return (
    <section id="scored">
      <h2>What is scored, and by what</h2>
      <Table
        about="Acts that are scored"
        head={["act", "when it is asked", "what policy can do"]}
        rows={acts}
      />
      <p>
        About a hundred numbers are measured of each act. What is not known counts as not known, never as
        suspicious: without a GeoIP database there is no country, without script no typing.
      </p>
      <Table
        about="Where the numbers come from"
        head={["about", "such as", "from"]}
        rows={sources}
        code={false}
      />
      <p>
        Three can answer. A <strong>trained</strong> model has learnt from this deployment. The{" "}
        <strong>prior</strong>{" "}
        comes with the service and has learnt from a simulator of attacks: it is a start, and it says so.{" "}
        <strong>Rules</strong>{" "}
        written by hand answer where no model does: its file is missing or altered, it throws, or it takes
        longer than 20 ms. Then the decision says why.
      </p>
    </section>
  );
}

function Policy() {
  return (
    <section id="policy">
      <h2>From a score to a decision</h2>
      <p>
        Policy is a small table: for each act, what follows from which score on. Below all of them the act is
        allowed; of several the highest counts. These are the defaults.
      </p>
      <Table
        about="What follows from a score"
        head={["act", "setting", "from which score on"]}
        rows={policy}
      />
      <p>
        <code>challenge</code>{" "}
        asks for one more proof: a second factor where there is one, else a code by mail. A sign-up that is
        challenged goes on, and the first sign-in with it shows that its mailbox is read. <code>review</code>
        {" "}
        lets it pass and puts it before an operator. A sign-in whose risk rises while it runs is asked for
        more. Nobody is refused on a score that can hardly be relied on. Accounts, sessions and passwords are
        never changed by a score.
      </p>
      <p>
        In <strong>shadow mode</strong>{" "}
        (<code>FRAUD_SHADOW=on</code>) everything is scored and noted and nothing is carried out: begin with
        it where people are already signed up, look at the decisions for some days, and then take it away. In
        development requests from your own machine are always only noted, so that nobody locks themselves out
        (<code>FRAUD_LOCAL_ADDRESSES</code>).
      </p>
    </section>
  );
}

function Refused() {
  return (
    <section id="refused">
      <h2>Who is refused</h2>
      <p>
        A person reads one sentence, in their language, with a code such as{" "}
        <code>7K3M-Q2XD</code>. No score and no reason is shown to them. The code finds the whole decision on
        the operator's page, and at <code>GET /fraud/decisions/{"{code}"}</code>. Apps get 403{" "}
        <code>sign_in_denied</code>, <code>registration_denied</code> or <code>email_change_denied</code> with
        {" "}
        <code>reference</code>.
      </p>
      <p>
        In development the answers of sign-in and sign-up carry <code>fraud_score</code>,{" "}
        <code>confidence</code>, <code>risk_level</code>, <code>decision</code>, <code>risk_factors</code>,
        {" "}
        <code>ai_insights</code>, <code>decision_id</code> and{" "}
        <code>model</code>, so that one sees what happens.
      </p>
    </section>
  );
}

function Learning() {
  return (
    <section id="learning">
      <h2>Verdicts and retraining</h2>
      <p>
        An operator calls a decision <em>good</em>, <em>bad</em> or{" "}
        <em>unsure</em>. Between trainings verdicts move the calibration a little. A session that its owner
        disowns counts as bad by itself.
      </p>
      <p>
        Training takes the stored numbers, never people's data; it runs in a thread of its own, is tested on
        decisions later than those it learnt from, and takes the place of the present model only if it is
        better by a margin. Older versions are kept, and one click goes back. It runs on a schedule, and by
        {" "}
        <code>POST /fraud/models/train</code>.
      </p>
      <p>
        <strong>Drift</strong>{" "}
        is how far the numbers that come in now are from those a model was trained on: a population stability
        index below 0.1 is small, from 0.25 on it is large, and then the model judges what it does not know.
      </p>
    </section>
  );
}

function Kept() {
  return (
    <section id="privacy">
      <h2>What is kept, and for how long</h2>
      <ul>
        <li>
          With a decision: the numbers, the score, its reasons, the address it came from, the name the browser
          gave itself, and which account it was about. What the numbers were computed from is sealed with the
          service's key. All of it is removed after <code>FRAUD_RETENTION_DAYS</code>{" "}
          (180), or with the account, when it is erased.
        </li>
        <li>
          Counters of the last 24 hours and what accounts share hold keyed hashes: of addresses, of the kind
          of client, of a password's tag. The key is this deployment's own, so they say nothing elsewhere.
        </li>
        <li>
          Of typing: how many keys, how long they were held, how evenly they came, and whether a field was
          pasted or filled in. Never which keys, and never the text.
        </li>
        <li>
          Workflows in Temporal carry ids and scores, never addresses, names or numbers of the evidence.
        </li>
        <li>
          No score is made of names, of what somebody wrote about themselves, or of anything another company
          says. Whoever is refused can ask a person: that is what the code is for (GDPR, Article 22).
        </li>
      </ul>
    </section>
  );
}

function Trying() {
  return (
    <section id="simulate">
      <h2>Trying it</h2>
      <p>
        A command plays people and attackers against a running development service: real requests, over HTTP,
        with made-up addresses that are nobody's.
      </p>
      <Code>{commands}</Code>
      <p>
        Then look at the decisions, at the review queue and at the rings; give verdicts, train, and see what
        has changed. Take the model's file away, and rules answer and say so.
      </p>
    </section>
  );
}

function Reference() {
  return (
    <section id="reference">
      <h2>Endpoints and settings</h2>
      <p>
        All of them are for operators: <code>main.ts user roles EMAIL add operator</code>{" "}
        makes one, or the one-time link that is printed at the first start.
      </p>
      <Table about="Endpoints" head={["endpoint", "what it does"]} rows={endpoints} />
      <Table about="Settings" head={["setting", "what it does"]} rows={settings} />
    </section>
  );
}

export const fraudDocs: Page = {
  path: "/docs/fraud",
  docs: "Risk and fraud",
  access: "public",
  get: () => Promise.resolve({ title: "Risk and fraud", nav: "docs", view: <Docs /> }),
};
