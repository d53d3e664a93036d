import type { Page } from "../../../core/http/route.ts";
import { profilePage, requestsPage, securityPage } from "./account.tsx";
import { forgotPage, resetPage } from "./reset.tsx";
import { signInPage, signOutPage } from "./sign_in.tsx";
import { signUpPage } from "./sign_up.tsx";

export const pages: Page[] = [
  signUpPage,
  signInPage,
  signOutPage,
  forgotPage,
  resetPage,
  profilePage,
  securityPage,
  requestsPage,
];
