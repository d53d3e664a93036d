/** Where the check-up is, for its page and for the mail that leads there. */
export const tipsPath = "/account/tips";
