/** Words on the way to an app, in English. */
export const oauth = {
  consent: {
    title: (app: string) => `Allow ${app}?`,
    lead: (app: string, who: string) => `${app} asks for access to your account ${who}.`,
    again: (app: string) => `You have allowed ${app} something before. New is what is marked.`,
    wants: "It would",
    new_mark: "new",
    single: (claims: string) => `see: ${claims}`,
    resource: (where: string) => `use this in your name: ${where}`,
    sees: "Of you it would see",
    nothing: "know that it is you, and nothing else",
    whose: "Its website",
    contact: "Its people",
    policy: "What it does with your data",
    terms: "Its terms",
    allow: "Allow",
    deny: "Do not allow",
    means: (app: string) =>
      `You go back to ${app} either way. You can take this back at any time under Account, Connected apps.`,
    other: "Use another account",
    changed: "The app has changed meanwhile. Look again at what it asks for.",
  },
  select: {
    title: (app: string) => `Go on to ${app}`,
    lead: "With which account?",
    go_on: (who: string) => `Go on as ${who}`,
    other: "Use another account",
  },
  refused: {
    for_people: "The app that sent you here has made a mistake. Nothing has happened to your account.",
    what: "What is wrong",
    app: "App",
    for_developers: "The documentation for developers",
  },
  form_post: {
    title: (app: string) => `On to ${app}`,
    lead: (app: string) => `You are signed in. If nothing happens, go on to ${app} yourself.`,
    submit: "Continue",
  },
};

export const oauthWayProblems = {
  request_over: "This request has been answered or has expired. Start again from the app.",
  client_changed: "The app has changed meanwhile. Look again at what it asks for.",
};
