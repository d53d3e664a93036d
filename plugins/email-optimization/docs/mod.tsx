/** `/docs/mail`: what is decided of a mail, what is measured, and how it arrives. */
import type { Page } from "../../../core/http/route.ts";
import { Code, Table } from "../../../ui/components/prose.tsx";
import { commands, endpoints, kinds, reports, settings, suppressed } from "./tables.ts";

function Docs() {
  return (
    <article class="prose" lang="en">
      <h1>Mail</h1>
      <p>
        <a href="/docs">← API docs</a>
      </p>
      <p>
        A mail of this service is for something: an address confirmed, a password chosen. For each it is
        decided which words it has, when it goes, and whether it should go at all, and each decision is stored
        with its reasons. Operators read them under{" "}
        <a href="/operate/mail">Operate → Mail</a>. Should deciding fail or take longer than half a second,
        plain mail goes.
      </p>
      <Kinds />
      <Experiments />
      <Measured />
      <Arrives />
      <Stopped />
      <Trying />
      <Reference />
    </article>
  );
}

function Kinds() {
  return (
    <section id="kinds">
      <h2>Which mails, and what they are for</h2>
      <Table about="Mails with a goal" head={["mail", "goal", "counts within", "may wait"]} rows={kinds} />
      <p>
        Every other mail, such as one about a new device, goes at once in its own words. What must be said is
        the same in each wording: the link or the code, how long they are good, and why the mail was sent. A
        wording that loses one of them is not sent; the standard words are.
      </p>
    </section>
  );
}

function Experiments() {
  return (
    <section id="experiments">
      <h2>Experiments</h2>
      <p>
        None runs by default. An experiment tries wordings of one mail against each other. Each mail gets the
        wording that most likely is the best by what is known (Thompson sampling), so few people get the worse
        one while you learn. A tenth is spread evenly, so that no wording is given up too early, and a part is
        held out: it gets what would be sent without the experiment.
      </p>
      <p>
        The page shows for each wording its rate with the range that holds it with 95 %, how likely it is the
        best, and what choosing it may lose. These do not rest on when you stop, so look as often as you like.
        {" "}
        <em>Promote</em> sends one wording from then on. With <code>stop: "auto"</code>{" "}
        the service does so itself once little can be lost by it. <em>End</em>{" "}
        goes back to what was sent before.
      </p>
      <p>
        Which wording a mail gets follows from its id and from what was known then; it is written down before
        the first attempt and stays. All counts can be made anew from the events that are stored.
      </p>
    </section>
  );
}

function Measured() {
  return (
    <section id="measured">
      <h2>What is measured, and what is not</h2>
      <ul>
        <li>
          Whether a mail was opened is not watched: there are no pixels, and no links over other servers.
        </li>
        <li>
          A press counts when somebody who came by the link sends a form here. Programs that fetch links to
          look for malware send none. Between the two a cookie, <code>fs_mail</code>, lives for an hour.
        </li>
        <li>Goals are facts of the service itself: an address was confirmed, a password was set.</li>
        <li>
          The address is not kept with any of it, only a keyed hash. After{" "}
          <code>EMAIL_OPTIMIZATION_RETENTION_DAYS</code> (180) it all goes.
        </li>
      </ul>
    </section>
  );
}

function Arrives() {
  return (
    <section id="arrives">
      <h2>That it arrives</h2>
      <p>
        Receivers look at the sender's domain first. The page{" "}
        <a href="/operate/mail/domain">Sender's domain</a>{" "}
        and the command below look at it as they do, at SPF, DKIM, DMARC, MTA-STS and the names of the sending
        servers, and give each record that is missing, ready to be copied. The service makes its own key and
        signs with it once the record is seen.
      </p>
      <p>
        Before a mail goes its address is read, its domain is asked whether it takes mail, and the message is
        looked at as filters do. What they may mind is stored with the mail, as a score with reasons.
      </p>
      <h3>What mail services report</h3>
      <p>
        Bounces and complaints are reported to these addresses. Each answers 404 until its setting is given,
        and takes nothing whose signature is wrong or that is old.
      </p>
      <Table
        about="Reports of mail services"
        head={["endpoint", "of", "checked", "setting"]}
        rows={reports}
      />
    </section>
  );
}

function Stopped() {
  return (
    <section id="stopped">
      <h2>Addresses that get no mail</h2>
      <Table about="Why an address is stopped" head={["reason", "when", "until"]} rows={suppressed} />
      <p>
        Whoever signs in while mail to them comes back reads it on their account's pages, and can give another
        address. Mail one may do without has a link and a button of the mail program to leave by (RFC 8058);
        it works without signing in, and can be taken back at the same place.
      </p>
    </section>
  );
}

function Trying() {
  return (
    <section id="trying">
      <h2>Trying it</h2>
      <p>
        The first command looks at the domain. The others start a service and let made-up people sign up at
        it, of whom more answer to one wording than to the others. Begin an experiment first, under{" "}
        <a href="/operate/mail/experiments">Experiments</a>.
      </p>
      <Code>{commands}</Code>
    </section>
  );
}

function Reference() {
  return (
    <section id="reference">
      <h2>Endpoints and settings</h2>
      <p>All but those to leave by are for operators.</p>
      <Table about="Endpoints" head={["endpoint", "what it does"]} rows={endpoints} />
      <Table about="Settings" head={["setting", "what it does"]} rows={settings} />
    </section>
  );
}

export const mailDocs: Page = {
  path: "/docs/mail",
  docs: "Mail",
  access: "public",
  get: () => Promise.resolve({ title: "Mail", nav: "docs", view: <Docs /> }),
};
