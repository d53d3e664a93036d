/** What the simulator's people and attackers do on a running service, by name. */
import { driven, program, spoofed } from "../../../ml/fraud/simulator/browsers.ts";
import { letters, someLocalPart } from "../../../ml/fraud/simulator/people.ts";
import { datacentreLine } from "../../../ml/fraud/simulator/places.ts";
import { signInFields } from "../../../ml/fraud/simulator/typing.ts";
import {
  confirm,
  germany,
  homeIn,
  machineForm,
  manyOf,
  type Member,
  newEmail,
  newMember,
  newPassword,
  settled,
  signIn,
  signUp,
  type Stage,
  sydney,
  together,
} from "./live_people.ts";
import { Visitor } from "./visitor.ts";

export interface LiveScenario {
  about: string;
  /** People or tries, unless told otherwise. */
  count: number;
  run(stage: Stage, count: number): Promise<void>;
}

/** At once: enough to be quick, little enough that a laptop still answers. */
const at_once = 6;

async function victims(stage: Stage, count: number, change: (i: number) => Partial<Member> = () => ({})) {
  const found: Member[] = [];
  await together(manyOf(count, (i) => ({ ...newMember(stage), ...change(i) })), at_once, async (member) => {
    const one = await settled(stage, member, 1);
    if (one) found.push(one);
  });
  return found;
}

/** A machine for hire, with a tool that hides more or less. */
function machine({ luck, target }: Stage): Visitor {
  const tool = luck.pick([program, spoofed, driven])(luck, "tool", luck.pick(germany));
  return new Visitor(target, tool, datacentreLine(luck));
}

/** A list has few that fit: whoever is told to wait comes back from another address. */
async function insist(stage: Stage, machines: Visitor[], email: string, password: string) {
  for (let tries = 1;; tries++) {
    const seen = await trySignIn(stage, stage.luck.pick(machines), email, password);
    if (seen.what !== "limited" || tries === 6) return seen;
    await new Promise((resolve) => setTimeout(resolve, 1500));
  }
}

/** By the page or the API, as the tool does it. */
async function trySignIn(stage: Stage, visitor: Visitor, email: string, password: string) {
  if (visitor.browser.surface === "api") return await visitor.api("/auth/login", { email, password });
  return await visitor.form("/sign-in", { email, password }, machineForm(stage, visitor, 0.1, signInFields));
}

export const liveScenarios: Record<string, LiveScenario> = {
  normal: {
    about: "people sign up at home, confirm, come back, and mistype a password now and then",
    count: 12,
    run: async (stage, count) => {
      await together(manyOf(count, () => newMember(stage)), at_once, async (member, i) => {
        const settler = await settled(stage, member, 1);
        if (!settler) return;
        if (i % 4 === 0) {
          stage.tell(
            "slip in the password",
            await signIn(stage, settler, { password: `${settler.password}x` }),
          );
        }
        stage.tell("sign-in of somebody", await signIn(stage, settler));
      });
    },
  },
  bots: {
    about: "a program signs up made-up addresses, from a few machines for hire",
    count: 40,
    run: async (stage, count) => {
      const { luck } = stage;
      const machines = manyOf(3, () => machine(stage));
      const password = newPassword(luck);
      await together(manyOf(count, () => newEmail(luck, letters(luck, 11))), at_once, async (email, i) => {
        stage.tell(
          "sign-up by a program",
          await machines[i % machines.length].api("/auth/register", { email, password }),
        );
      });
    },
  },
  ring: {
    about: "a few people sign up many accounts from one device and one line, by hand",
    count: 30,
    run: async (stage, count) => {
      const { luck } = stage;
      const leader = newMember(stage);
      const name = someLocalPart(luck);
      const many = manyOf(count, (): Member => ({ ...leader, email: newEmail(luck, name) }));
      await together(many, at_once, async (member, i) => {
        const seen = await signUp(stage, member);
        stage.tell("sign-up of the ring", seen);
        if (seen.what !== "accepted" || !await confirm(stage, member)) return;
        if (i % 2 === 0) {
          stage.tell("sign-in of the ring", await signIn(stage, member));
        }
      });
    },
  },
  stuffing: {
    about: "names and passwords that leaked elsewhere, most of nobody here, a few that fit",
    count: 120,
    run: async (stage, count) => {
      const { luck } = stage;
      const known = await victims(stage, 4);
      const machines = manyOf(6, () => machine(stage));
      const strangers = manyOf(count, () => newEmail(luck, someLocalPart(luck)));
      await together(strangers, at_once, async (email, i) => {
        const visitor = machines[i % machines.length];
        const wrong = await trySignIn(stage, visitor, email, newPassword(luck));
        stage.tell("password of a list that does not fit", wrong);
        const hit = known[Math.floor(i / (count / (known.length + 1))) - 1];
        if (hit && i % Math.floor(count / (known.length + 1)) === 0) {
          stage.tell(
            "password of a list that fits",
            await trySignIn(stage, visitor, hit.email, hit.password),
          );
        }
      });
    },
  },
  spraying: {
    about: "one password that many have, tried on one account after the other",
    count: 60,
    run: async (stage, count) => {
      const { luck } = stage;
      const password = newPassword(luck);
      const known = await victims(stage, 8, (i) => i < 3 ? { password } : {});
      const machines = manyOf(6, () => machine(stage));
      const names = [
        ...known.map(({ email }) => email),
        ...manyOf(count, () => newEmail(luck, someLocalPart(luck))),
      ];
      // Those that fit come last, when the rest has been seen.
      await together(names.reverse(), 2, async (email, i) => {
        const fits = known.some((one) => one.email === email && one.password === password);
        const seen = fits
          ? await insist(stage, machines, email, password)
          : await trySignIn(stage, machines[i % machines.length], email, password);
        stage.tell(fits ? "sprayed password that fits" : "sprayed password that does not fit", seen);
      });
    },
  },
  travel: {
    about:
      "people sign in at home in Germany, and a minute later somebody with their password does in Sydney",
    count: 3,
    run: async (stage, count) => {
      const { luck } = stage;
      for (const member of await victims(stage, count)) {
        stage.tell("sign-in of somebody", await signIn(stage, member));
        const thief = newMember(stage, sydney).visitor.browser;
        const visitor = new Visitor(stage.target, thief, homeIn(luck, sydney));
        stage.tell("sign-in from the other side of the world", await signIn(stage, member, { visitor }));
      }
    },
  },
  enumeration: {
    about: "a program signs up address after address, to learn which have an account",
    count: 60,
    run: async (stage, count) => {
      const { luck } = stage;
      const known = await victims(stage, 3);
      const visitor = machine(stage);
      const names = manyOf(
        count,
        (i) => i % 2 ? luck.pick(known)?.email : newEmail(luck, someLocalPart(luck)),
      );
      await together(names, 3, async (email) => {
        if (email === undefined) return;
        const there = known.some((one) => one.email === email);
        const seen = await visitor.api("/auth/register", { email, password: newPassword(luck) });
        stage.tell(there ? "probe of an account that is there" : "probe of nobody", seen);
      });
    },
  },
};
