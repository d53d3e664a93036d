import type { ComponentChildren } from "preact";
import { ButtonLink } from "../components/basics.tsx";
import { FlowArt } from "../components/flow_art.tsx";
import { paths } from "../paths.ts";
import type { Strings, Visitor } from "../types.ts";

export interface HomeProps {
  t: Strings;
  visitor: Visitor | null;
  /** Mail is caught on this machine and may be read. */
  dev: boolean;
  /** What to type to stop Temporal; null when this service did not start it. */
  stop_temporal_command?: string | null;
  /** Where plugins lead. */
  links?: { href: string; key: string }[];
}

export function Home({ t, visitor, dev, stop_temporal_command, links = [] }: HomeProps) {
  const { stops } = t.home;
  const done = visitor !== null;
  return (
    <>
      <section class="hero deep">
        <FlowArt shape="wide" />
        <h1>{t.home.lead_title}</h1>
        <p>{t.home.lead}</p>
        <div class="row">
          {visitor
            ? <ButtonLink look="deep" href={paths.account}>{t.home.to_account}</ButtonLink>
            : <ButtonLink look="deep" href={paths.sign_up}>{t.home.create}</ButtonLink>}
          <ButtonLink look="deep-quiet" href="#tour">{t.home.look_around}</ButtonLink>
        </div>
      </section>
      <section class="tour" id="tour" aria-labelledby="tour-title">
        <div class="tour__intro">
          <h2 id="tour-title">{t.home.tour_title}</h2>
          <p class="lead">{t.home.tour_lead}</p>
          {visitor
            ? <p class="small muted">{t.home.signed_in(visitor.display_name ?? visitor.email)}</p>
            : null}
        </div>
        <ol class="stops">
          <Stop t={t} done={done} {...stops.create} href={paths.sign_up} />
          <Stop
            t={t}
            done={done}
            title={stops.inbox.title}
            text={dev ? stops.inbox.text : stops.inbox.text_real}
            link={stops.inbox.link}
            href={dev ? paths.mailbox : null}
          />
          <Stop t={t} done={done} {...stops.verify} href={paths.check_mail} />
          <Stop t={t} {...stops.account} href={paths.account} />
          {links.map(({ href, key }) => {
            const words: Record<string, { title: string; text: string; link: string }> = t.home.links;
            return Object.hasOwn(words, key) ? <Stop key={key} t={t} {...words[key]} href={href} /> : null;
          })}
          <Stop t={t} {...stops.status} href={paths.status} />
          <Stop t={t} {...stops.docs} href={paths.docs} />
          <Stop
            t={t}
            title={stops.unplug.title}
            text={stops.unplug.text}
            link={stops.unplug.link}
            href={paths.status}
          >
            {stop_temporal_command
              ? (
                <div class="stop__command stack stack--tight">
                  <p class="small" id="command-label">{stops.unplug.command_label}</p>
                  <code class="command" aria-labelledby="command-label" tabIndex={0}>
                    {stop_temporal_command}
                  </code>
                </div>
              )
              : null}
          </Stop>
        </ol>
      </section>
    </>
  );
}

function Stop(
  { t, title, text, link, href, done, children }: {
    t: Strings;
    title: string;
    text: string;
    link: string;
    /** Null: there is nowhere to go, as for mail that really leaves. */
    href: string | null;
    done?: boolean;
    children?: ComponentChildren;
  },
) {
  return (
    <li class="stop" data-done={done ? "true" : undefined}>
      <div class="stop__body">
        <h3>
          {title}
          {done ? <span class="visually-hidden">({t.home.done})</span> : null}
        </h3>
        <p>{text}</p>
        {children}
        {href && !done
          ? (
            <p class="stop__go">
              <a href={href}>{link}</a>
            </p>
          )
          : null}
      </div>
    </li>
  );
}
