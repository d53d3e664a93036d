import type { Page } from "../../../core/http/route.ts";
import { aboutMePage } from "./about_me.tsx";
import { connectedAppsPage } from "./connected_apps.tsx";
import { consentPage } from "./consent.tsx";
import { devicePage } from "./device.tsx";
import { logoutPage } from "./end_session.tsx";
import { otherAccountPage, selectAccountPage } from "./select_account.tsx";

export const pages: Page[] = [
  consentPage,
  selectAccountPage,
  otherAccountPage,
  devicePage,
  logoutPage,
  connectedAppsPage,
  aboutMePage,
];
