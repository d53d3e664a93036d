import { checkViews, evil, evilForm } from "../../../core/testing/views.tsx";
import { CheckYourMail } from "./views/check_your_mail.tsx";
import { Verified, Verify } from "./views/verify.tsx";

checkViews("email-verification", (t) => ({
  CheckYourMail: (
    <CheckYourMail
      t={t}
      {...evilForm}
      email={evil}
      registration_id={evil}
      status={{ registration_id: evil, status: "expired", mail: null }}
      dev
    />
  ),
  CheckYourMailWaiting: (
    <CheckYourMail
      t={t}
      {...evilForm}
      resend={evilForm}
      email={evil}
      registration_id={evil}
      status={null}
      resent
      unverified
      dev
    />
  ),
  CheckYourMailBare: (
    <CheckYourMail t={t} {...evilForm} email={null} registration_id={null} status={null} dev={false} />
  ),
  Verify: <Verify t={t} token={evil} email={evil} />,
  VerifyBroken: <Verify t={t} token={null} />,
  Verified: <Verified t={t} visitor={null} />,
}));
