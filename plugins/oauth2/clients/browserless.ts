/**
 * A person without a browser: plain HTTP, cookies, and the forms of the pages. What works here works without script.
 * It follows redirects within one site and stops where the site sends it away.
 */

export interface Form {
  id: string | null;
  method: "GET" | "POST";
  /** Absolute. */
  action: URL;
  /** What would be sent without touching anything; buttons apart. */
  fields: [name: string, value: string][];
  buttons: { id: string | null; name: string | null; value: string; action: URL | null }[];
}

/** Where a walk has come to. */
export interface Place {
  /** Of the page; where the site leads to, when it has sent the person away. */
  url: URL;
  /** The site has answered a redirect to somewhere else, or a form that goes there by itself (`form_post`). */
  away: "redirect" | "form" | null;
  /** Of a form that goes there by itself. */
  sent: [name: string, value: string][];
  status: number;
  html: string;
  headers: Headers;
  forms: Form[];
}

const stepsMax = 25;
const timeLimitMs = 20_000;

export class Browserless {
  readonly #cookies = new Map<string, string>();

  /** @param site the origin it stays on */
  constructor(readonly site: string) {}

  /** Its cookies, as a browser would send them. */
  cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** Opens an address of the site. @throws Error when there is no end of redirects */
  async open(url: string | URL, send?: { body: URLSearchParams; from?: URL }): Promise<Place> {
    let next = new URL(url, this.site);
    let posted = send ?? null;
    for (let step = 0; step < stepsMax; step++) {
      const response = await fetch(next, {
        method: posted ? "POST" : "GET",
        redirect: "manual",
        headers: {
          accept: "text/html",
          "accept-language": "en",
          cookie: this.cookie(),
          ...(posted
            ? {
              "content-type": "application/x-www-form-urlencoded",
              // As browsers send them with the forms of a site's own pages.
              origin: (posted.from ?? new URL("https://client.example.org")).origin,
              "sec-fetch-site": posted.from ? "same-origin" : "cross-site",
              ...(posted.from ? { referer: posted.from.href } : {}),
            }
            : {}),
        },
        body: posted?.body.toString(),
        signal: AbortSignal.timeout(timeLimitMs),
      });
      this.#keep(response.headers);
      const html = await response.text();
      const location = response.headers.get("location");
      if (location === null || response.status < 300 || response.status > 399) {
        return placeOf(next, response, html, this.site);
      }
      const to = new URL(location, next);
      if (to.origin !== new URL(this.site).origin) {
        return {
          url: to,
          away: "redirect",
          sent: [],
          status: response.status,
          html,
          headers: response.headers,
          forms: [],
        };
      }
      // 307 and 308 send the same again (RFC 9110 §15.4.8).
      if (response.status !== 307 && response.status !== 308) posted = null;
      next = to;
    }
    throw new Error(`${stepsMax} redirects, the last one to ${next.pathname}`);
  }

  /**
   * Submits a form of a page: fills in `values`, and presses a button.
   * @param press the id of the button; the first one unless given
   * @throws Error when no form of the page has this button, or these fields
   */
  submit(place: Place, values: Record<string, string> = {}, press?: string): Promise<Place> {
    const names = Object.keys(values);
    const form = place.forms.find(({ fields, buttons }) =>
      (press === undefined || buttons.some(({ id }) => id === press)) &&
      names.every((name) => fields.some(([one]) => one === name))
    );
    if (!form) {
      throw new Error(
        `no form with ${[...names, press ?? ""].join(" ")} on ${place.url.pathname}: ${textOf(place)}`,
      );
    }
    const button = form.buttons.find(({ id }) => press === undefined || id === press);
    const body = new URLSearchParams(form.fields.map(([name, value]) => [name, values[name] ?? value]));
    if (button?.name) body.append(button.name, button.value);
    const action = button?.action ?? form.action;
    if (form.method === "GET") {
      const url = new URL(action);
      url.search = body.toString();
      return this.open(url);
    }
    return this.open(action, { body, from: place.url });
  }

  #keep(headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [pair, ...attributes] = line.split(";");
      const at = pair.indexOf("=");
      const [name, value] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
      const gone = attributes.some((one) => {
        const [key, text = ""] = one.trim().split("=");
        if (/^max-age$/i.test(key)) return Number(text) <= 0;
        return /^expires$/i.test(key) && Date.parse(one.slice(one.indexOf("=") + 1)) <= Date.now();
      });
      if (gone) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
  }
}

export interface Person {
  email: string;
  password: string;
}

/**
 * Signs in and agrees wherever the pages ask, and sends on a user code that is filled in, until the site leads away or has no more questions. The forms are known
 * by their ids: `email`, `password`, `allow`, `logout`.
 */
export async function walk(browser: Browserless, from: Place, person: Person): Promise<Place> {
  let place = from;
  for (let step = 0; step < 8 && !place.away; step++) {
    const has = (id: string) => place.forms.some(({ buttons }) => buttons.some((button) => button.id === id));
    const asks = (name: string) => place.forms.some(({ fields }) => fields.some(([one]) => one === name));
    if (asks("email") && asks("password")) {
      place = await browser.submit(place, { email: person.email, password: person.password });
    } else if (asks("password")) place = await browser.submit(place, { password: person.password });
    else if (has("allow")) place = await browser.submit(place, {}, "allow");
    else if (has("logout")) place = await browser.submit(place, {}, "logout");
    else if (asks("user_code") && !place.forms[0].fields.some(([, value]) => value === "")) {
      place = await browser.submit(place);
    } else break;
  }
  return place;
}

/** What stands on a page, without markup; the first few hundred characters. */
export function textOf({ html }: Place): string {
  const body = /<main[\s\S]*<\/main>/.exec(html)?.[0] ?? html;
  return decode(body.replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, " ").replaceAll(/<[^>]+>/g, " "))
    .replaceAll(/\s+/g, " ").trim().slice(0, 400);
}

/** The main heading. Null when there is none. */
export function headingOf({ html }: Place): string | null {
  const heading = /<h1[^>]*>([\s\S]*?)<\/h1>/.exec(html)?.[1];
  return heading === undefined ? null : decode(heading.replaceAll(/<[^>]+>/g, "")).trim();
}

function placeOf(url: URL, response: Response, html: string, site: string): Place {
  const forms = formsOf(html, url);
  // No page of ours but this one has a form that leads elsewhere (Form Post Response Mode §2).
  const leaving = forms.find(({ action, method }) =>
    action.origin !== new URL(site).origin && method === "POST"
  );
  return {
    url: leaving?.action ?? url,
    away: leaving ? "form" : null,
    sent: leaving?.fields ?? [],
    status: response.status,
    html,
    headers: response.headers,
    forms,
  };
}

function formsOf(html: string, base: URL): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, head, inner]) => {
    const attributes = attributesOf(head);
    // Fields and buttons may stand outside of the form they name.
    const outside = attributes.id === undefined
      ? ""
      : [...html.matchAll(/<(?:input|button)\b[^>]*>/gi)].map(([tag]) => tag)
        .filter((tag) => attributesOf(tag).form === attributes.id && !inner.includes(tag)).join("");
    const controls = [...(inner + outside).matchAll(/<(input|button|select|textarea)\b([^>]*)>/gi)]
      .map(([, tag, text]) => ({ tag: tag.toLowerCase(), ...controlOf(attributesOf(text)) }));
    return {
      id: attributes.id ?? null,
      method: attributes.method?.toUpperCase() === "POST" ? "POST" : "GET",
      action: new URL(attributes.action || base.href, base),
      fields: controls.filter(({ tag, type, name, on }) =>
        tag !== "button" && type !== "submit" && name !== null && on
      ).map(({ name, value }) => [name!, value]),
      buttons: controls.filter(({ tag, type }) =>
        tag === "button" && type !== "button" || tag === "input" && type === "submit"
      ).map(({ id, name, value, formaction }) => ({
        id,
        name,
        value,
        action: formaction === null ? null : new URL(formaction, base),
      })),
    };
  });
}

function controlOf(attributes: Record<string, string>) {
  const { id = null, name = null, value, type = null, formaction = null } = attributes;
  const box = type === "checkbox" || type === "radio";
  return {
    id,
    name,
    type,
    formaction,
    value: value ?? (box ? "on" : ""),
    on: !box || "checked" in attributes,
  };
}

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (
    const [, name, quoted, single, bare] of text.matchAll(/([\w:-]+)(?:=(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g)
  ) {
    found[name.toLowerCase()] = decode(quoted ?? single ?? bare ?? "");
  }
  return found;
}

function decode(text: string): string {
  return text.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&#x27;", "'").replaceAll(
    "&lt;",
    "<",
  )
    .replaceAll("&gt;", ">").replaceAll("&nbsp;", " ").replaceAll("&amp;", "&");
}
