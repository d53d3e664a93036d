/** Words of signing out, devices, connected apps and what apps may know, in English. */
export const oauthAccount = {
  /** Before a list of what an app may. */
  may: "It may",
  /** What scopes stand for; those of the operator bring their own words. */
  scopes: {
    openid: "know that it is you",
    profile: "see your name and what your profile says",
    email: "see your e-mail address",
    address: "see your postal address",
    phone: "see your phone number",
    offline_access: "do this while you are away, too",
  },
  logout: {
    title: "Sign out?",
    lead: (app: string | null, who: string) =>
      `${app ? `${app} asks to sign you out.` : "You are about to sign out."} You are signed in as ${who}.`,
    other: (app: string | null, who: string) =>
      `${
        app ?? "An app"
      } asks to sign somebody else out, but you are signed in as ${who}. Sign out all the same?`,
    submit: "Sign out",
    stay: "Stay signed in",
    done: "You are signed out",
    done_lead: "Apps you used are told that your session has ended.",
    telling: "The apps you used are being signed out, too. This takes a moment.",
    frame: "Signing out of an app",
    go_on: "Continue",
    home: "To the home page",
  },
  device: {
    title: "Connect a device",
    lead: "Type in the code that your device shows.",
    code: "Code on the device",
    code_hint: "Eight letters, such as BCDF-GHJK. Capitals, spaces and the dash do not matter.",
    decide: (app: string) => `Connect ${app}?`,
    decide_lead: (who: string) => `It will act as ${who}.`,
    warning:
      "Go on only if this code is on a device in front of you. If somebody sent you the code or the link, they are trying to get into your account.",
    app: "App",
    allow: "Connect",
    deny: "Do not connect",
    allowed: "Connected",
    allowed_lead: "Go back to your device; it goes on by itself in a few seconds.",
    denied: "Not connected",
    denied_lead: "The device was told no. Nothing was given to it.",
  },
  apps: {
    title: "Connected apps",
    lead: "Apps that you have allowed something, and what.",
    empty: "No apps yet",
    empty_text: "When you sign in to an app with this account, it appears here, with what it may see and do.",
    first_allowed: "Allowed since",
    last_used: "Last used",
    open: "Open",
    revoke: "Disconnect",
    revoke_app: (app: string) => `Disconnect ${app}`,
    revoke_means:
      "Disconnecting ends its access at once. The app asks you again when you next sign in to it.",
    revoked: "Disconnected. The app no longer has access.",
  },
  about: {
    title: "What apps may know about you",
    lead:
      "All of it is optional. An app sees a part only after you have allowed it; your name and address stand under Profile.",
    person: "About you",
    person_lead: "For apps that may see your profile or your phone number.",
    address: "Postal address",
    address_lead: "For apps that may see your postal address.",
    fields: {
      nickname: "Nickname",
      middle_name: "Middle names",
      gender: "Gender",
      birthdate: "Date of birth",
      zoneinfo: "Time zone",
      phone_number: "Phone number",
      website: "Website",
      profile: "Page about you",
      picture: "Picture",
      street_address: "Street and number",
      postal_code: "Postal code",
      locality: "City",
      region: "State or region",
      country: "Country",
    },
    hints: {
      gender: "In your own words.",
      birthdate: "Such as 1815-12-10; to keep the year back, 0000-12-10.",
      zoneinfo: "Such as Europe/Berlin.",
      phone_number: "With the country, such as +49 30 901820. Apps are told that nobody has checked it.",
      picture: "The address of a picture, beginning with https://.",
    },
    address_problem: "Use plain text, and not too much of it.",
  },
};

export const oauthFieldProblems = {
  user_code: "The code is missing.",
  nickname: "A nickname has at most 64 characters, on one line.",
  middle_name: "These names have at most 64 characters, on one line.",
  gender: "This has at most 40 characters, on one line.",
  birthdate: "Write the date like 1815-12-10, or 0000-12-10 without the year.",
  zoneinfo: "There is no such time zone. Write it like Europe/Berlin.",
  phone_number: "Write the number with its country, like +49 30 901820.",
  website: "Write the whole address, beginning with https://.",
  profile: "Write the whole address, beginning with https://.",
  picture: "Write the whole address, beginning with https://.",
};

export const oauthProblems = {
  user_code_unknown: "No device waits with this code. Look at the device again; codes last a few minutes.",
  logout_invalid: "The app asked for something it has not registered, so you were not signed out.",
};
