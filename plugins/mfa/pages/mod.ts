import type { Page } from "../../../core/http/route.ts";
import { factorsPage } from "./factors.tsx";
import { mailedLinks } from "./mailed_links.tsx";
import { recoveryCodesPage } from "./recovery_codes.tsx";

export const pages: Page[] = [factorsPage, recoveryCodesPage, ...mailedLinks];
