/** Words about how good a password is, in English. Sentences with {names} in braces. */

export const passwords = {
  locale: "en-GB",
  levels: {
    very_weak: "Very weak",
    weak: "Weak",
    fair: "Fair",
    strong: "Strong",
    very_strong: "Very strong",
  },
  instantly: "less than a second",
  centuries: "centuries",
  patterns: {
    common_password: "a very common password",
    word: "a word from the dictionary",
    name: "a name",
    keyboard: "keys beside each other on the keyboard",
    sequence: "a row such as abc or 123",
    repetition: "a repetition",
    date: "a date",
    year: "a year",
    personal: "something of yours",
    random: "characters without a pattern",
  },
  disguise: {
    leet: "letters swapped for digits or signs",
    reversed: "written backwards",
    case: "with capitals",
  },
  times: "{count} times",
  personal_from: {
    email: "your e-mail address",
    username: "your username",
    first_name: "your first name",
    last_name: "your last name",
    birth_date: "your date of birth",
    site_names: "the name of this site",
  },
  personal: "It comes from {from}.",
  summary: {
    empty: "Nothing to look at yet.",
    known:
      "This password was in a leak, so it is among the first that anybody tries. Please use another one.",
    near: "This is a small change of a leaked password, and such changes are tried right away.",
    personal:
      "It is built on {from}, which whoever wants your account tries first: {time} if this service's data were stolen.",
    mostly: "It is mostly {what}. Programs try that early: {time} if this service's data were stolen.",
    several: "It is made of {what}. Programs join such parts: {time} if this service's data were stolen.",
    guessable:
      "It is like passwords that many people choose, so it would be found in {time} if this service's data were stolen.",
    strong: "Hard to guess: it would take {time}, even if this service's data were stolen.",
  },
  advice: {
    start_anew: "Begin anew: four words that have nothing to do with each other are easy to keep in mind.",
    leave_out_personal:
      "Leave out what comes from you, characters {from} to {to}, and put any other word there.",
    replace_part: "Characters {from} to {to} are {what} and add next to nothing. Put an unusual word there.",
    add_word: "Add one more word that has nothing to do with the rest.",
    add_two_words: "Add two more words that have nothing to do with the rest.",
  },
  enough: "Good. Keep it in a password manager, and use it nowhere else.",
};

export const passwordIslands = {
  /** A new password as it is typed. */
  strength: {
    label: "How hard this password is to guess",
    idle: "As you type, it says here how hard this password is to guess.",
    more: "{count} more to go",
    too_long: "Too long",
    checking: "Looking at it…",
    away: "It cannot be judged just now. You may go on all the same.",
    level: "{level}",
    spoken: "{level}. {explanation} {suggestion}",
    heat: "Each square is a character; the darker, the harder to guess.",
    rules: "Judged by rules alone.",
  },
};
