/** Every endpoint of the plugin. */
import type { Crossing, Route } from "../../../core/plugin.ts";
import { authorize, resumeAuthorize } from "./authorize.ts";
import { listApps, revokeApp } from "./connected_apps.ts";
import { decideDevice, getDevice } from "./device.ts";
import { deviceAuthorization } from "./device_authorization.ts";
import { discovery } from "./discovery.ts";
import { confirmEndSession, endSession } from "./end_session.ts";
import { decideInteraction, getInteraction } from "./interactions.ts";
import { introspect } from "./introspect.ts";
import { launch } from "./launch.ts";
import { getMyClaims, putMyClaims } from "./my_claims.ts";
import { pushRequest } from "./par.ts";
import { register } from "./register.ts";
import { registration } from "./registration.ts";
import { revoke } from "./revoke.ts";
import { token } from "./token.ts";
import { getUserinfo, postUserinfo } from "./userinfo.ts";

export const routes: Route[] = [
  ...discovery,
  register,
  ...registration,
  pushRequest,
  getInteraction,
  decideInteraction,
  token,
  getUserinfo,
  postUserinfo,
  introspect,
  revoke,
  deviceAuthorization,
  getDevice,
  decideDevice,
  confirmEndSession,
  listApps,
  revokeApp,
  getMyClaims,
  putMyClaims,
];

export const crossings: Crossing[] = [authorize, resumeAuthorize, endSession, launch];
