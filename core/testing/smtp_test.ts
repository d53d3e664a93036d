import { expect } from "expect";
import nodemailer from "nodemailer";
import { type TestSmtp, testSmtp } from "./smtp.ts";

function send(smtp: TestSmtp, to: string, auth?: { user: string; pass: string }): Promise<unknown> {
  const transport = nodemailer.createTransport({
    host: smtp.host,
    port: smtp.port,
    secure: false,
    connectionTimeout: 500,
    greetingTimeout: 500,
    socketTimeout: 500,
    auth,
  });
  return transport.sendMail({
    from: "Sender <sender@flow-shield.test>",
    to,
    subject: "Grüße",
    text: "plain äöü",
    html: "<p>html</p>",
    messageId: "<one@flow-shield.test>",
    headers: { "List-Unsubscribe": "<https://flow-shield.test/stop>" },
  }).finally(() => transport.close());
}

Deno.test("testSmtp() keeps a mail whole: envelope, headers, both bodies", async () => {
  await using smtp = await testSmtp();
  await send(smtp, "Ann@example.com");
  const [mail] = await smtp.waitFor("ann@example.com");
  expect(mail).toMatchObject({
    from: "sender@flow-shield.test",
    to: ["ann@example.com"],
    subject: "Grüße",
    message_id: "<one@flow-shield.test>",
    html: "<p>html</p>",
  });
  expect(mail.text.trim()).toBe("plain äöü");
  expect(mail.headers["list-unsubscribe"]).toBe("<https://flow-shield.test/stop>");
  smtp.clear();
  expect(smtp.messages()).toHaveLength(0);
});

const bad: [string, (smtp: TestSmtp) => void, { rejects: RegExp; kept: number }][] = [
  ["down() refuses every connection", (smtp) => smtp.down(), { rejects: /./, kept: 0 }],
  ["blackhole() never greets", (smtp) => smtp.blackhole(), { rejects: /[Gg]reeting|[Tt]imeout/, kept: 0 }],
  ["slow() outlasts an impatient sender", (smtp) => smtp.slow(1_500), {
    rejects: /[Gg]reeting|[Tt]imeout/,
    kept: 0,
  }],
  ["refuse() turns one recipient away", (smtp) => smtp.refuse("ann@example.com", 550), {
    rejects: /550/,
    kept: 0,
  }],
  ["refuseData() turns a mail away after its end", (smtp) => smtp.refuseData(451), {
    rejects: /451/,
    kept: 0,
  }],
  ["muteAfterData() keeps the mail and is not heard", (smtp) => smtp.muteAfterData(), {
    rejects: /[Tt]imeout/,
    kept: 1,
  }],
  ["dropAfterData() keeps the mail and hangs up", (smtp) => smtp.dropAfterData(), { rejects: /./, kept: 1 }],
];
for (const [claim, makeBad, { rejects, kept }] of bad) {
  Deno.test(`testSmtp() ${claim}, and ok() heals it`, async () => {
    await using smtp = await testSmtp();
    makeBad(smtp);
    await expect(send(smtp, "ann@example.com")).rejects.toThrow(rejects);
    expect(smtp.messages()).toHaveLength(kept);
    smtp.ok();
    await send(smtp, "ann@example.com");
    await smtp.waitFor("ann@example.com", kept + 1);
  });
}

Deno.test("testSmtp() refuse() does not concern other recipients", async () => {
  await using smtp = await testSmtp();
  smtp.refuse("ann@example.com", 450);
  await send(smtp, "bob@example.com");
  expect(smtp.messages("bob@example.com")).toHaveLength(1);
});

Deno.test("testSmtp() with a password takes no mail from a sender without it, or with another", async () => {
  await using smtp = await testSmtp({ username: "ann", password: "right" });
  await expect(send(smtp, "a@example.com")).rejects.toThrow();
  await expect(send(smtp, "a@example.com", { user: "ann", pass: "wrong" })).rejects.toThrow(/535/);
  await send(smtp, "a@example.com", { user: "ann", pass: "right" });
  expect(smtp.messages()).toHaveLength(1);
});

Deno.test("testSmtp() waitFor() says how many mails came", async () => {
  await using smtp = await testSmtp();
  await expect(smtp.waitFor("nobody@example.com", 2, 50)).rejects.toThrow("0 of 2 mails");
});
