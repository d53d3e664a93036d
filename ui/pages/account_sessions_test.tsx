import { checkViews, evil } from "../../core/testing/views.tsx";
import { AccountSessions } from "./account_sessions.tsx";

const time = "2026-01-01T10:00:00Z";
const session = {
  session_id: evil,
  device_id: evil,
  current: false,
  user_agent: evil,
  ip: evil,
  place: { city: evil, country: evil },
  created_at: time,
  last_used_at: time,
};

checkViews("sessions", (t) => ({
  AccountSessions: (
    <AccountSessions
      t={t}
      sessions={[session, { ...session, session_id: "2" }]}
      devices={[
        { device_id: evil, user_agent: evil, remembered_until: time },
        { device_id: "2", user_agent: null, remembered_until: time },
      ]}
      done="session_revoked"
      problem={evil}
    />
  ),
}));
