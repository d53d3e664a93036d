/** What kind of mail domain it is. */

/** Lower case; a list of CC0 (`LICENSE.txt`), kept by the people of disposable-email-domains. */
let disposable: ReadonlySet<string> | undefined;

/** The domain or one of its parents is known to lend addresses to anybody for minutes. */
export function isDisposable(domain: string): boolean {
  disposable ??= new Set(
    Deno.readTextFileSync(new URL("./disposable_domains.txt", import.meta.url)).split("\n").filter(Boolean),
  );
  return parents(domain).some((name) => disposable!.has(name));
}

/** Big providers, where an address costs nothing but a form. */
const free = new Set([
  ...["gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "outlook.de"],
  ...["hotmail.co.uk", "hotmail.fr", "hotmail.it", "hotmail.de", "live.co.uk", "live.fr", "live.nl"],
  ...["yahoo.com", "yahoo.co.uk", "yahoo.co.jp", "yahoo.co.in", "yahoo.fr", "yahoo.de", "yahoo.com.br"],
  ...["ymail.com", "rocketmail.com", "aol.com", "icloud.com", "me.com", "mac.com", "gmx.de", "gmx.net"],
  ...["gmx.com", "gmx.at", "gmx.ch", "web.de", "freenet.de", "t-online.de", "mail.ru", "yandex.ru"],
  ...["yandex.com", "rambler.ru", "inbox.ru", "bk.ru", "list.ru", "qq.com", "163.com", "126.com", "sina.com"],
  ...["naver.com", "daum.net", "hanmail.net", "proton.me", "protonmail.com", "pm.me", "tutanota.com"],
  ...["tuta.io", "zoho.com", "mail.com", "fastmail.com", "hey.com", "orange.fr", "wanadoo.fr", "free.fr"],
  ...["laposte.net", "sfr.fr", "libero.it", "virgilio.it", "tiscali.it", "alice.it", "wp.pl", "o2.pl"],
  ...["interia.pl", "onet.pl", "seznam.cz", "uol.com.br", "bol.com.br", "terra.com.br", "comcast.net"],
  ...["verizon.net", "att.net", "sbcglobal.net", "cox.net", "btinternet.com", "sky.com", "ziggo.nl"],
  ...["rediffmail.com", "bigpond.com", "optusnet.com.au", "shaw.ca", "rogers.com", "telenet.be", "abv.bg"],
]);

export const isFreeProvider = (domain: string): boolean => free.has(domain);

/** Names of offices and not of people (RFC 2142, and what people make of it): read by several, or by a program. */
const role = new Set([
  ...["abuse", "noc", "security", "postmaster", "hostmaster", "usenet", "news", "webmaster", "www", "uucp"],
  ...["admin", "administrator", "root", "ftp", "info", "marketing", "sales", "support", "help", "helpdesk"],
  ...["contact", "kontakt", "office", "mail", "email", "hello", "team", "billing", "accounts", "hr", "jobs"],
  ...["accounting", "buchhaltung", "noreply", "no-reply", "donotreply", "do-not-reply", "mailer-daemon"],
  ...["nobody", "bounce", "bounces", "careers", "press", "presse", "legal", "privacy", "datenschutz", "all"],
  ...["service", "staff"],
]);

/** The local part is that of an office, whatever stands after a plus. */
export const isRole = (local_part: string): boolean => role.has(local_part.toLowerCase().split("+")[0]);

/** "a.b.example.org", "b.example.org", "example.org"; a list that names a whole top level domain is not meant. */
function parents(domain: string): string[] {
  const labels = domain.toLowerCase().replace(/\.$/, "").split(".").slice(-10);
  return labels.slice(0, -1).map((_, i) => labels.slice(i).join("."));
}
