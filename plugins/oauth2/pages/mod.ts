import type { Page } from "../../../core/http/route.ts";

export const pages: Page[] = [];
