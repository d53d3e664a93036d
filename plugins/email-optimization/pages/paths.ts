/** Where the operator's pages about mail are. */
export const mailPaths = {
  overview: "/operate/mail",
  experiments: "/operate/mail/experiments",
  experiment: (id: string) => `/operate/mail/experiments/${encodeURIComponent(id)}`,
  variants: "/operate/mail/variants",
  variant: (kind: string, variant: string) =>
    `/operate/mail/variants/${encodeURIComponent(kind)}/${encodeURIComponent(variant)}`,
  domain: "/operate/mail/domain",
  suppressions: "/operate/mail/suppressions",
  message: (id: string) => `/operate/mail/messages/${encodeURIComponent(id)}`,
} as const;
