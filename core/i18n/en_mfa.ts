/** Words of second factors, passkeys and what a sign-in asks for besides, in English. */

export const challenge = {
  title: "One more step",
  lead: "To be sure it is you, please confirm it in one more way.",
  step_up_title: "Is it still you?",
  step_up_lead: "What you are about to do needs a fresh proof. Then it goes on where you were.",
  enrol_title: "Set up a second factor",
  enrol_lead: "This service wants every account like yours to have one. It takes less than a minute.",
  went_on: "That was right. One more confirmation is needed.",
  methods: {
    passkey: "Passkey",
    totp: "Code from your authenticator app",
    password: "Your password",
    email_code: "Code by e-mail",
    device_verification: "Code by e-mail, for this device",
    recovery_code: "One of your recovery codes",
    enroll_passkey: "Create a passkey",
    enroll_totp: "Set up an authenticator app",
    webauthn: "Passkey or security key",
    push: "Approve on another device",
  },
  others: "Other ways",
  code: "Code",
  code_problem: "The code is missing, or is not as long as it should be.",
  /** What to try after a wrong answer. */
  wrong: {
    totp:
      "That was not right. Type the code the app shows now; each works once. If it keeps being wrong, look at the clock of your phone.",
    enroll_totp:
      "That was not right. Type the code the app shows now. If it keeps being wrong, look at the clock of your phone, or scan once more.",
    recovery_code: "That was not right. Each code works once; try another one, and leave out no letter.",
    email_code: "That was not right. Look at the newest mail; a code is good for ten minutes.",
    device_verification: "That was not right. Look at the newest mail; a code is good for ten minutes.",
    password: "That is not your password. Check it, and try again.",
    passkey: "This passkey was not accepted. It may have been removed from your account; try another way.",
    enroll_passkey: "This passkey could not be checked. Try once more, or on another device.",
  },
  totp_hint: "Open your authenticator app and type the six digits it shows now.",
  mailed_hint: "Six digits. It may take a minute to arrive.",
  recovery_hint: "Capitals, spaces and dashes do not matter. Each code works once.",
  send_code: "Send me a code",
  send_code_lead: "We send six digits to the address of your account.",
  send_again: "Send another code",
  sent_to: (address: string) => `We are sending a code to ${address}.`,
  device_lead:
    "Something about this sign-in is unusual, so we ask whether you read the mail of your account.",
  passkey_lead: "Your device asks for your fingerprint, your face or its PIN.",
  passkey_use: "Use a passkey",
  enrol_passkey_lead:
    "A passkey is kept by your device or password manager. From now on you can sign in with it alone.",
  enrol_totp_lead: "You need an app that shows six-digit codes, such as one on your phone.",
  enrol_totp_start: "Show the QR code",
  remember: (days: number) => `Do not ask again on this device for ${days} days`,
  remember_hint: "Only on a device that is yours.",
  submit: "Confirm",
  expires: "This step expires",
  start_over: "Start over",
  cancel: "Cancel",
  lost: "Lost access to all of these?",
  lost_lead:
    "You can have your second factors removed. We mail you a link to begin with; then there is a waiting time, in which whoever still has the account can call it off. After it, your password alone lets you in.",
  lost_submit: "Start the recovery",
  lost_sent: "Look for our mail",
  lost_sent_lead:
    "If you press the button in it, the waiting time begins. Nothing changes before that, and you can call it off at any time.",
  no_script: "Passkeys need scripts, which are off in this browser. Choose another way, or turn them on.",
};

export const mfa = {
  title: "Passkeys and second factors",
  lead: "What shows that it is you, beside your password or in its place.",
  required:
    "This account needs a second factor. Set one up here; without it you cannot go on at your next sign-in.",
  required_from: (day: string) => `From ${day} on, this account needs a second factor. Set one up in time.`,
  dones: {
    passkey_added: "Your passkey is ready. Other devices are signed out.",
    totp_added: "Your authenticator app is ready. Other devices are signed out.",
    email_code_on: "Codes by e-mail are on.",
    renamed: "Renamed.",
    removed: "Removed. Other devices are signed out.",
    device_forgotten: "That device is asked for a second factor again.",
    recovery_cancelled: "The recovery is called off. Nothing was removed.",
  },
  created: "Added",
  last_used: "Last used",
  never_used: "not used yet",
  change: "Rename or remove",
  change_one: (name: string) => `Rename or remove ${name}`,
  name: "Name",
  name_hint: "So that you can tell it apart, such as “Phone” or “Key on my keyring”.",
  save: "Save name",
  remove: "Remove",
  remove_one: (name: string) => `Remove ${name}`,
  remove_means: "Removing it signs out your other devices.",
  passkeys: {
    title: "Passkeys",
    lead:
      "Sign in with your fingerprint, your face or a PIN, without a password. Nobody can phish a passkey.",
    empty: "No passkey yet.",
    add: "Add a passkey",
    unknown: "Passkey",
    synced: "synchronised across your devices",
    bound: "on this one device or key",
  },
  add_passkey: {
    title: "Add a passkey",
    lead:
      "Your device asks for your fingerprint, your face or its PIN, and keeps the passkey. A security key works, too.",
    create: "Create the passkey",
  },
  totp: {
    title: "Authenticator app",
    lead: "An app on your phone shows a code of six digits, which you type after your password.",
    empty: "No app yet.",
    add: "Add an authenticator app",
    type: "Authenticator app",
  },
  add_totp: {
    title: "Add an authenticator app",
    lead: "Two steps, less than a minute.",
    scan: "Scan this with the app",
    qr: "QR code for the authenticator app",
    same_phone: "On the same phone? Open the app from here",
    secret: "Or type this key into the app",
    secret_hint: "Time-based, six digits, every 30 seconds.",
    code: "Then type the code the app shows",
    submit: "Confirm",
  },
  email_code: {
    title: "Codes by e-mail",
    lead: "We mail you a code at each sign-in. Better than nothing: whoever reads your mail gets in.",
    on: "On",
    idle: "On, but not asked for while you have something stronger.",
    turn_on: "Turn on",
    turn_off: "Turn off",
    stronger: "Not needed: what you have is stronger.",
  },
  codes: {
    title: "Recovery codes",
    lead: "Each lets you in once when your phone or key is lost. Keep them where you keep important papers.",
    left: (remaining: number, total: number) => `${remaining} of ${total} left`,
    made: "Made",
    none: "You have none. Make some, so that a lost phone is not a lost account.",
    few: "Almost used up. Make new ones in time.",
    needs_factor: "They come with your first passkey or authenticator app.",
    make: "Make recovery codes",
    renew: "Make new recovery codes",
    renew_means: "The old ones stop working at once.",
    shown_title: "Your recovery codes",
    shown_lead: "This is the only time they are shown. Save or print them before you go on.",
    list: "Recovery codes",
    download: "Download",
    file_name: "recovery-codes.txt",
    file_lead: (site: string, email: string, day: string) =>
      `Recovery codes for ${email} at ${site}, made on ${day}. Each works once.`,
    saved: "I have saved them",
    offer_title: "Keep a way back in",
    offer_lead:
      "Your second factor is set up. With recovery codes you get in even when your phone or key is lost. Make them now; it takes a moment.",
    later: "Later",
  },
  devices: {
    title: "Remembered devices",
    lead: "Here you are not asked for a second factor.",
    empty: "No device is remembered.",
    until: "Until",
    last_seen: "Last seen",
    forget: "Ask again here",
    forget_one: (device: string) => `Ask for a second factor on ${device} again`,
    unknown: "Unknown device",
  },
  mailed: {
    recover: {
      title: "Have you lost your second factors?",
      lead:
        "Press the button if all of them are gone. A waiting time begins; after it they are removed, and your password alone lets you in. You can call it off at any time.",
      submit: "Begin the waiting time",
      done_title: "The waiting time has begun",
      done: "It waits.",
    },
    recover_waits: (when: string) =>
      `On ${when} your second factors are removed, unless it is called off. We have mailed you how.`,
    cancel: {
      title: "Call the recovery off?",
      lead:
        "Somebody asked to have your second factors removed. If you do not want that, or if it was not you, call it off.",
      submit: "Call it off",
      done_title: "Called off",
      done:
        "Nothing waits any more: your second factors stay as they are. If it was not you who asked, change your password.",
    },
    not_me: {
      title: "Was it not you who signed in?",
      lead: "Press the button: that device is signed out, and we mail you a link to choose a new password.",
      submit: "This was not me",
      done_title: "That device is signed out",
      done:
        "Look for our mail, and choose a new password now. Then look through your second factors, and remove what is not yours.",
    },
  },
  recovery: {
    title: "A recovery is under way",
    pending:
      "Somebody with your password asked to remove all your second factors. It begins when the mail we sent is confirmed.",
    waiting: (when: string) =>
      `Somebody asked to remove all your second factors. On ${when} it happens, unless it is called off.`,
    cancel_means: "If this was not you, call it off and change your password.",
    cancel: "Call it off",
  },
};

/** Travel to islands as JSON, so no functions. */
export const mfaIslands = {
  passkey: {
    waiting: "Follow what your device asks …",
    cancelled: "That was cancelled or took too long. Try again whenever you like.",
    there_already: "This device already has a passkey for your account.",
    unsupported: "This browser cannot use passkeys. Choose another way, or another browser.",
    unsuitable: "This device or key cannot keep such a passkey. Try another one.",
    wrong_place:
      "Passkeys do not work at this address. Whoever runs the service has to look at its settings.",
    failed: "That did not work. Try again in a moment.",
    no_connection: "No connection. Check it, then try again.",
    use: "Sign in with a passkey",
  },
  challenge: {
    raised: "More is asked for now:",
    over: "This step is over. Start again at sign-in.",
  },
  print: { print: "Print" },
  copy: { copy: "Copy", copied: "Copied." },
};

export const mfaFieldProblems = {
  name: "A name has 1 to 60 characters, on one line.",
  credential: "Your device gave no proof. Try once more.",
};

export const mfaProblems = {
  factor_wrong: "That was not right. Check it, and try again.",
  passkey_refused:
    "This passkey is not known here any more, or it came too late. Try again, or sign in another way.",
  passkey_known: "This passkey is registered already.",
  factor_needed: "This needs a passkey or an authenticator app. Set one up first.",
  step_up_required: "Show once more that it is you, then do this again.",
  factor_required: "Your account needs a second factor. Add another one before you remove this one.",
  stronger_factor: "You have something stronger than codes by e-mail already.",
  too_many_factors: "You have as many as an account can have. Remove one that you no longer use.",
};
