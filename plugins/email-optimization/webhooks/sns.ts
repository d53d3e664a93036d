/** Amazon SNS over HTTPS: whether a message is one, from the topic an operator named. */
import { verify, X509Certificate } from "node:crypto";
import { z } from "zod";
import { Problem } from "../../../core/http/problem.ts";
import type { Outgoing } from "../../../core/net/outgoing.ts";
import { badSignature, isFresh, retrySeconds } from "./signature.ts";

export const snsMessage = z.object({
  Type: z.enum(["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"]),
  MessageId: z.string().min(1).max(200),
  TopicArn: z.string().min(1).max(400),
  Message: z.string(),
  Timestamp: z.string().max(40),
  SignatureVersion: z.enum(["1", "2"]),
  Signature: z.base64().max(2000),
  SigningCertURL: z.string().max(500),
  Subject: z.string().nullish(),
  SubscribeURL: z.string().max(2000).nullish(),
  Token: z.string().max(2000).nullish(),
});
export type SnsMessage = z.infer<typeof snsMessage>;

/** What is signed, in this order; a field that is not there is left out. */
const signedFields: Record<SnsMessage["Type"], (keyof SnsMessage)[]> = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: [
    ...["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"] as const,
  ],
  UnsubscribeConfirmation: [
    ...["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"] as const,
  ],
};

export function stringToSign(message: SnsMessage): string {
  return signedFields[message.Type].filter((name) => typeof message[name] === "string")
    .map((name) => `${name}\n${message[name]}\n`).join("");
}

/**
 * An address of SNS itself: anybody can put a certificate into a bucket of theirs at amazonaws.com, and nobody but AWS
 * answers at `sns.REGION.amazonaws.com`.
 */
export function isSnsAddress(address: string, ending: ".pem" | null): boolean {
  const url = URL.parse(address);
  return url !== null && url.protocol === "https:" && url.port === "" && url.username === "" &&
    url.password === "" && /^sns\.[a-z0-9-]{3,30}\.amazonaws\.com(?:\.cn)?$/.test(url.hostname) &&
    (ending === null || url.pathname.endsWith(ending) && url.search === "");
}

export interface Sns {
  /**
   * @throws Problem 401 `webhook_signature_invalid`
   * @throws Problem 503 `webhook_certificate_unavailable`: SNS comes back
   */
  verify(message: SnsMessage, topic_arn: string, now_ms: number): Promise<void>;
  /** Tells SNS that its messages are wanted here. @throws Problem 503 `webhook_subscription_failed` */
  confirm(message: SnsMessage): Promise<void>;
}

const [certificatesMax, certificateBytesMax, answerBytesMax] = [8, 16_384, 16_384];
const certificateKept_ms = 24 * 3600_000;

/** @param outgoing with a time limit of its own */
export function createSns(outgoing: Pick<Outgoing, "get">): Sns {
  const certificates = new Map<string, { at_ms: number; certificate: Promise<X509Certificate> }>();

  /** Asked for once, whoever waits for it; what failed is forgotten. */
  function certificateAt(url: string, now_ms: number): Promise<X509Certificate> {
    const known = certificates.get(url);
    if (known && now_ms - known.at_ms < certificateKept_ms) return known.certificate;
    if (certificates.size >= certificatesMax) certificates.delete(certificates.keys().next().value!);
    const certificate = outgoing.get(url, { bytes_max: certificateBytesMax, accept: "*/*" })
      .then(({ status, text }) => {
        if (status !== 200) throw new Error(`answered ${status}`);
        return new X509Certificate(text);
      });
    certificates.set(url, { at_ms: now_ms, certificate });
    certificate.catch(() => certificates.delete(url));
    return certificate;
  }

  return {
    async verify(message, topic_arn, now_ms) {
      // Anybody can have a topic, and SNS signs for all of them: what counts is whose it is.
      if (message.TopicArn !== topic_arn) throw badSignature("topic");
      if (!isSnsAddress(message.SigningCertURL, ".pem")) throw badSignature("certificate's address");
      if (!isFresh(Date.parse(message.Timestamp), now_ms, retrySeconds)) throw badSignature("timestamp");
      const certificate = await certificateAt(message.SigningCertURL, now_ms).catch((cause) => {
        throw new Problem(503, "webhook_certificate_unavailable", "The certificate cannot be had now.", {
          cause,
        });
      });
      const within = now_ms >= Date.parse(certificate.validFrom) && now_ms <= Date.parse(certificate.validTo);
      if (!within) throw badSignature("certificate's time");
      const digest = message.SignatureVersion === "1" ? "sha1" : "sha256";
      const signed = new TextEncoder().encode(stringToSign(message));
      const signature = Uint8Array.from(atob(message.Signature), (c) => c.charCodeAt(0));
      if (!verify(digest, signed, certificate.publicKey, signature)) throw badSignature("signature");
    },
    async confirm({ SubscribeURL }) {
      if (!SubscribeURL || !isSnsAddress(SubscribeURL, null)) throw badSignature("SubscribeURL");
      const failed = (cause: unknown) =>
        new Problem(503, "webhook_subscription_failed", "The subscription could not be confirmed now.", {
          cause,
        });
      const { status } = await outgoing.get(SubscribeURL, { bytes_max: answerBytesMax, accept: "*/*" })
        .catch((cause) => {
          throw failed(cause);
        });
      if (status !== 200) throw failed(new Error(`answered ${status}`));
    },
  };
}
