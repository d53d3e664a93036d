/** Words of the page where mail that one may do without is left, in English. */
export const unsubscribe = {
  /** Below a mail that one may do without. */
  in_mail: "Get less mail from us",
  title: "Do you want less mail from us?",
  lead:
    "Press the button, and we send you nothing you may do without. Codes, links and warnings that your account needs still come.",
  submit: "Stop this mail",
  left_title: "This mail has stopped",
  left: "We send you only what your account needs from now on.",
  undo: "Get it again after all",
  back: "You get it again.",
};
