/** Words about whether mail arrives, in English: the sender's domain, and how a message looks. */

type Params = Record<string, string>;

export const mailDomain = {
  names: {
    mx: "Answers (MX)",
    spf: "Senders (SPF)",
    dkim: "Signature (DKIM)",
    dmarc: "Policy (DMARC)",
    mta_sts: "TLS for answers (MTA-STS)",
    ptr: "Names of servers (PTR)",
  },
  states: { good: "Good", note: "Could be better", bad: "To mend", unknown: "No answer" },
  says: {
    dns_failed: ({ asked }: Params) => `The DNS did not answer about ${asked}. Try again in a moment.`,
    mx_there: () => "Answers and bounces have a place to go.",
    mx_address: () =>
      "There is no MX, so answers go to the domain’s own address. An MX record says it plainly.",
    mx_null: () =>
      "The domain says that it takes no mail. Receivers may refuse mail that comes from it. Send from another, or give it an MX.",
    mx_missing: () =>
      "The domain has no mail server. Bounces are lost, and receivers may refuse mail from it.",
    spf_missing: () =>
      "Nothing says who may send for this domain. Publish one record that names your servers.",
    spf_wrong: ({ problem }: Params) => `Receivers ignore the record: ${problem}.`,
    spf_open: () => "The record lets everybody send for this domain, so it protects nothing.",
    spf_included: ({ include }: Params) => `The record names your mail service, ${include}.`,
    spf_not_included: ({ include }: Params) => `The record does not name your mail service, ${include}.`,
    spf_unknown_server: () =>
      "The record is sound. Whether it names your servers cannot be seen from here: set EMAIL_OPTIMIZATION_SENDING_ADDRESSES to the public addresses that mail leaves from.",
    spf_not_ours: ({ address }: Params) =>
      `The record does not let ${address} send. If mail leaves from there, add it.`,
    spf_lookups: ({ lookups }: Params) =>
      `It works, with ${lookups} of ten look-ups: one more service may be too many.`,
    spf_pass: ({ addresses }: Params) => `Mail from ${addresses} passes.`,
    dkim_never: () => "Mail is not signed by this service (EMAIL_OPTIMIZATION_DKIM is never).",
    dkim_no_key: () => "There is no key yet. This command, or the button on the page, makes one.",
    dkim_to_publish: () => "Publish this record. Mail is signed as soon as it is seen.",
    dkim_lost: ({ selector }: Params) =>
      `Mail is signed with ${selector}, and its record is not found: receivers cannot check the signature.`,
    dkim_twice: ({ selector }: Params) => `There are several records for ${selector}; keep this one.`,
    dkim_wrong: ({ problem }: Params) => `The record cannot be used: ${problem}.`,
    dkim_differs: ({ selector }: Params) => `The record for ${selector} has another key than ours.`,
    dkim_revoked: ({ selector }: Params) => `The key ${selector} is revoked in the DNS. Make another.`,
    dkim_testing: () => "The record says t=y, so receivers treat mail as unsigned. Take that out.",
    dkim_next: ({ selector, next }: Params) =>
      `Mail is signed with ${selector}. ${next} takes over once it is seen.`,
    dkim_there: ({ selector }: Params) => `The record for ${selector} is there, and the key is ours.`,
    dmarc_missing: () => "Nothing says what to do with mail that only pretends to be yours.",
    dmarc_wrong: ({ problem }: Params) => `Receivers ignore the record: ${problem}.`,
    dmarc_refuses_us: ({ policy }: Params) =>
      `The policy is ${policy}, and neither the signature nor the senders’ record shows that mail is yours. It will be refused.`,
    dmarc_nothing_shown: () =>
      "Neither the signature nor the senders’ record shows yet that mail is yours. Mend those first.",
    dmarc_none: () =>
      "The policy only watches. Once reports show nothing of yours failing, ask for quarantine.",
    dmarc_no_reports: ({ policy }: Params) => `The policy is ${policy}; nobody gets reports (rua).`,
    dmarc_there: ({ policy }: Params) => `The policy is ${policy}, and your mail meets it.`,
    sts_no_mx: () => "The domain takes no mail over MX, so there is nothing to protect.",
    sts_missing: () => "Those who write to you are not told to insist on TLS. Begin with testing.",
    sts_wrong: ({ problem }: Params) => `Senders ignore the policy: ${problem}.`,
    sts_left_out: ({ hosts }: Params) => `The policy does not name ${hosts}. With enforce, it gets no mail.`,
    sts_testing: ({ mode }: Params) => `The policy is there in mode ${mode}. If nothing breaks, enforce it.`,
    sts_there: () => "Senders insist on TLS.",
    ptr_service: () => "Your mail service takes care of its servers’ names.",
    ptr_unknown_server: () =>
      "From which public addresses mail leaves cannot be seen from here: set EMAIL_OPTIMIZATION_SENDING_ADDRESSES.",
    ptr_missing: ({ address }: Params) =>
      `${address} has no name. Big receivers refuse its mail; whoever gave you the address sets it.`,
    ptr_not_back: ({ address, name }: Params) =>
      `${address} is called ${name}, which does not lead back to it.`,
    ptr_there: ({ addresses }: Params) => `Name and address agree: ${addresses}.`,
  },
};

/** By the names of `ml/email/message_rules.ts`. */
export const messageScore: Record<string, string> = {
  subject_missing: "It has no subject.",
  subject_long: "The subject is longer than a line.",
  subject_capitals: "The subject is in capitals.",
  subject_marks: "The subject shouts with marks or pictures.",
  subject_pretends: "The subject pretends to be an answer.",
  pushing_words: "It pushes, in words that advertising uses.",
  text_missing: "It has no plain text.",
  text_differs: "Plain text and HTML say different things.",
  mostly_markup: "The HTML is nearly all markup.",
  little_text: "There is hardly any text.",
  html_large: "The HTML is so large that it is cut off.",
  images_alone: "There are images and hardly any text.",
  active_content: "There is a form or a script in it.",
  hidden_text: "There is much text that nobody sees.",
  many_links: "There are many links.",
  many_link_hosts: "Links lead to many hosts.",
  links_elsewhere: "A link leads to a host that is not yours.",
  link_shortened: "A link hides behind a short one.",
  link_without_tls: "A link is not https.",
  link_to_number: "A link leads to a bare address.",
  link_says_another: "A link shows another address than it leads to.",
  sender_nameless: "The sender has no name.",
  sender_free_provider: "The sender’s address is one of a free provider.",
  sender_not_answered: "The sender’s address says that nobody reads answers.",
  sender_other_address: "The sender’s name shows another address.",
  unsigned: "It is not signed (DKIM).",
  no_way_out: "One may do without it, and there is no way to leave.",
  no_one_click: "Leaving takes more than one click.",
};
