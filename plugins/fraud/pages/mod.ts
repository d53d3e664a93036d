import type { Page } from "../../../core/http/route.ts";
import { decisionPage } from "./decision.tsx";
import { decisionsPage } from "./decisions.tsx";
import { modelPage, modelsPage } from "./models.tsx";
import { overviewPage } from "./overview.tsx";
import { queuePage } from "./queue.tsx";

export const pages: Page[] = [
  overviewPage,
  queuePage,
  decisionsPage,
  decisionPage,
  modelsPage,
  modelPage,
];
