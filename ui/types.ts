/** What pages are given and what they give back: plain data, so that a view can be drawn without a service. */
import type { VNode } from "preact";
import type { Locale, Strings } from "../core/i18n/mod.ts";

export type { Locale, Strings };

/** `system` follows the operating system. */
export type Theme = "system" | "light" | "dark";

export interface Visitor {
  email: string;
  display_name: string | null;
}

/** What a page handler returns; the shell adds the rest. */
export interface PageResult {
  view: VNode;
  title: string;
  status?: number;
  /** Which entry of the main navigation this page belongs to. */
  nav?: string;
}

/** A form as somebody left it, and what was wrong with it. All texts are for people, already in their language. */
export interface FormState {
  values?: Record<string, string | undefined>;
  /** Field name → sentence. */
  errors?: Record<string, string>;
  /** What is wrong with the whole rather than with one field. */
  problem?: string | null;
}

/** `GET /auth/registrations/{registration_id}` */
export interface RegistrationStatus {
  registration_id: string;
  status: "pending_verification" | "active" | "expired";
  method?: string | null;
  mail: MailProgress | null;
}

export type MailState = "queued" | "sending" | "sent" | "delayed" | "failed";

export interface MailProgress {
  status: MailState;
  attempts: number;
  /** ISO 8601; null when no further attempt is planned. */
  next_attempt_at: string | null;
}

/** One of `GET /users/me/sessions`. */
export interface SessionView {
  session_id: string;
  current: boolean;
  /** Null where it is not known any more. */
  device_id: string | null;
  user_agent: string | null;
  /** The address of its last use. */
  ip: string | null;
  /** Where that is, roughly, where the service knows it. */
  place: { city: string | null; country: string | null } | null;
  created_at: string;
  last_used_at: string;
}

/** One of `GET /users/me/devices`. */
export interface DeviceView {
  device_id: string;
  user_agent: string | null;
  remembered_until: string | null;
}

/** One of "your requests": a flow and its steps. */
export interface RequestView {
  flow_id: string;
  kind: string;
  /** `temporal_workflow` or `direct_…`, as the response said; null when the request was never answered. */
  method: string | null;
  status: "running" | "waiting" | "completed" | "expired" | "compensated" | "failed";
  workflow_id?: string | null;
  created_at: string;
  finished_at: string | null;
  steps: RequestStep[];
}

export interface RequestStep {
  step: string;
  state: "running" | "waiting" | "done" | "failed" | "compensated";
  attempts: number;
  executor?: string | null;
  first_started_at: string;
  finished_at: string | null;
}

export interface MailSummary {
  mail_id: string;
  to: string;
  subject: string;
  kind: string;
  status: MailState;
  created_at: string;
}

/** `GET /health` */
export interface HealthJson {
  parts: Record<string, { up: boolean; detail?: string; essential?: boolean }>;
}

/** `GET /temporal-status` */
export interface TemporalStatusJson {
  temporal_connected: boolean;
  namespace?: string | null;
  address?: string | null;
  /** `configured`, `path`, `cache`, `download`, `build`; null while there is none. */
  source?: string | null;
  worker?: { state: string; last_error: string | null } | null;
  /** What is being done about it: `building Temporal …`. */
  progress?: string | null;
  last_error?: string | null;
  open_workflows?: number | null;
}
