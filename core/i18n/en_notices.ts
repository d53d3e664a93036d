/** What the holder of an account is told on top of its pages. */
export const notices = {
  label: "Please look at this",
  mail_bounces: {
    text: ({ email, since }: Record<string, string>) =>
      `Mail to ${email} has come back since ${since}, so codes and warnings do not reach you. Change the address, or ` +
      `see whether the mailbox is full.`,
    link: "Change the address",
  },
};
