/** Where the operator's pages about mail are. */
export const mailPaths = {
  overview: "/operate/mail",
  experiments: "/operate/mail/experiments",
  experiment: (id: string) => `/operate/mail/experiments/${encodeURIComponent(id)}`,
  variants: "/operate/mail/variants",
  variant: (kind: string, variant: string) =>
    `/operate/mail/variants/${encodeURIComponent(kind)}/${encodeURIComponent(variant)}`,
  /** The mail itself, which the API answers as a page for a frame. */
  previewFrame: (kind: string, variant: string, locale: string) =>
    `/email/variants/${encodeURIComponent(kind)}/${encodeURIComponent(variant)}/preview.html?locale=${
      encodeURIComponent(locale)
    }`,
  domain: "/operate/mail/domain",
  suppressions: "/operate/mail/suppressions",
  message: (id: string) => `/operate/mail/messages/${encodeURIComponent(id)}`,
} as const;
