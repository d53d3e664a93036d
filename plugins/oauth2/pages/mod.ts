import type { Page } from "../../../core/http/route.ts";
import { aboutMePage } from "./about_me.tsx";
import { connectedAppsPage } from "./connected_apps.tsx";
import { devicePage } from "./device.tsx";
import { logoutPage } from "./end_session.tsx";

export const pages: Page[] = [devicePage, logoutPage, connectedAppsPage, aboutMePage];
